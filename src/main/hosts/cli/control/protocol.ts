/**
 * The protocol on a profile's socket, between the process that uses the profile and the commands of
 * the same user (rules CTRL-1 to CTRL-4). The first line is the greeting of
 * storage/profile/lock-socket.ts; then come the commands, replies and delivery events of
 * docs/AUTOMATION.md.
 */

/** Sent in the greeting. A client refuses any other version. */
export const controlVersion = 1;

/**
 * The allowed commands. The others belong to the process itself: its end, its name, its network.
 */
export const controlCommands = [
  'peers',
  'send',
  'cancel',
  'history',
  'search',
  'export',
  'clear',
  'diagnostics',
  'doctor',
  'report',
] as const;
