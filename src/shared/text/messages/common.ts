/** What every part of Hallway says: units, lists, times and names. */

/** Part of a message: why a file cannot be used. `reason` is the system's code, or one of ours. */
export const fileProblem = `{reason, select,
  ENOSPC {the disk is full} EDQUOT {the disk is full} EROFS {the disk is read-only}
  EACCES {permission denied} EPERM {permission denied} EISDIR {it's a folder}
  ENOENT {its folder is missing and can't be created} ENOTDIR {its folder is missing}
  notFile {it isn't a file} tooLarge {it's too large} notText {it isn't UTF-8 text} notSettings {it isn't a settings file}
  unmovable {it can't be used or moved aside} other {{reason}}}` as const;

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
