/**
 * The names of the two Electron channels that carry a Link, for the preload and the main process.
 */
export const ipcChannels = { toCore: 'hallway:to-core', toInterface: 'hallway:to-interface' } as const;
