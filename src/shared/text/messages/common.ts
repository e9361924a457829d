/**
 * Texts that every part of Hallway uses: times, names, lines of messages, lost links, problems with
 * files, and banners of the system.
 */

/** Part of a message: the problem with a file. `reason` is the system's code, or one of ours. */
export const fileProblem = `{reason, select,
  ENOSPC {the disk is full} EDQUOT {the disk is full} EROFS {the disk is read-only}
  EACCES {permission denied} EPERM {permission denied} EISDIR {it's a folder}
  EEXIST {it already exists} ELOOP {it's a link}
  ENOENT {its folder is missing} ENOTDIR {its folder is missing}
  notFile {it isn't a file} tooLarge {it's too large} notText {it isn't UTF-8 text} notSettings {it isn't a settings file} notPolicy {it isn't a policy}
  unmovable {it can't be used or moved aside} other {{reason}}}` as const;

/** The reasons why no banner can be shown. */
export const whyNoBanner = {
  denied: "Notifications from Hallway aren't allowed. Allow them in the settings of your system or browser.",
  unsupported: "This desktop or browser can't show notifications.",
} as const;

export const commonMessages = {
  'ago.now': 'now',
  'ago.past': '{passedMs} ago',
  'time.unknown': 'unknown',
  'file.problem': fileProblem,
  'line.unknown-time': 'at an unknown time',
  'line.failed': 'failed',
  'line.cancelled': 'cancelled',
  'line.sent': 'sent {time}',
  'link.closed': 'The connection to Hallway was lost.',
  'link.deadline': "Hallway didn't respond in time.",
  'link.crowded': 'Too many requests at once. Try again in a moment.',
  'link.bad-input': "Hallway doesn't understand this request.",
  'link.bad-output': "Hallway sent an answer that doesn't make sense.",
  'link.unknown-call': "This version of Hallway doesn't support that request.",
  'link.internal-error': 'Something went wrong inside Hallway.',
  'name.empty': 'Unnamed',
  'notification.app': 'Hallway',
  'notification.room': '#{room}',
  'notification.line': '{name}: {text}',
  'notification.count': `{count, plural,
    one {New message}
    other {{count, number} new messages}}`,
  'notification.offer': `{count, plural,
    =1 {Wants to send you {name} ({size})}
    other {Wants to send you {count, number} files ({size})}}`,
  'notification.received': `{count, plural,
    =1 {Received: {name}}
    other {Received: {count, number} files}}`,
  'notification.received-some': 'Files have arrived.',
  'notification.not-delivered': "Your message wasn't delivered.",
  'notification.test': 'Notifications work.',
  'notification.other-profile': "Your reply wasn't sent. Open the profile that showed the message, and reply there.",
  'notification.reply': 'Reply',
  'notification.badge': `{count, plural,
    one {{count, number} unread message}
    other {{count, number} unread messages}}`,
  'notification.permission-denied': whyNoBanner.denied,
  'notification.not-supported': whyNoBanner.unsupported,
} as const;
