/**
 * The protocol between a process that uses a profile and the commands of the same user, over the
 * profile's socket (rules CTRL-1 to CTRL-4): the greeting of node/storage/profile/lock-socket.ts as the first
 * line, then the commands, replies and delivery events of docs/AUTOMATION.md.
 */

/** Sent in the greeting. A command refuses another version. */
export const controlVersion = 1;

/** The commands that clients may run. Others, such as `quit`, belong to the process itself. */
export const controlCommands = [
  'peers',
  'send',
  'cancel',
  'rooms',
  'say',
  'join',
  'leave',
  'topic',
  'send-files',
  'accept',
  'decline',
  'cancel-transfer',
  'pause-transfer',
  'resume-transfer',
  'transfers',
  'history',
  'search',
  'export',
  'clear',
  'diagnostics',
  'doctor',
  'report',
  'settings',
  'set',
  'reset',
] as const;
