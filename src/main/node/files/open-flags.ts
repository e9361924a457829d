/** How files are opened here: no link is followed, and no pipe or device makes anyone wait. */
import { constants } from 'node:fs';

// Windows lacks some of them, and needs none of those.
const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } = constants;
const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
const noWait = (constants.O_NONBLOCK as number | undefined) ?? 0;
const isFolder = (constants.O_DIRECTORY as number | undefined) ?? 0;

export const toRead = O_RDONLY | noFollow | noWait;
/** A link that the user chose is followed. */
export const toReadChosen = O_RDONLY | noWait;
export const toReadAndWrite = O_RDWR | noFollow | noWait;
/** A file that is there already is never taken. */
export const toCreate = O_RDWR | O_CREAT | O_EXCL | noFollow;
export const toOpenFolder = O_RDONLY | isFolder | noFollow;
export const toOpenChosenFolder = O_RDONLY | isFolder;
