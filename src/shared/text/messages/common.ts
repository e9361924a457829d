/** What every part of Hallway says: units, lists, times and names. */

export const commonMessages = {
  'list.more': '{count} more',
  'duration.seconds': '{count} s',
  'duration.minutes': '{count} min',
  'duration.hours': '{count} h',
  'duration.days': '{count} d',
  'ago.now': 'now',
  'ago.past': '{passedMs} ago',
  'time.unknown': 'unknown',
  'name.empty': 'Unnamed',
} as const;
