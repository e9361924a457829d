/**
 * The names of the Electron channels between the preload and the main process. Two carry a Link;
 * `chosen` carries the path of a file that the user chose, with the ID that the page gets for it.
 */
export const ipcChannels = {
  toCore: 'hallway:to-core',
  toInterface: 'hallway:to-interface',
  chosen: 'hallway:chosen',
} as const;
