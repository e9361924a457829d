/**
 * Files of transfers that are on this computer: those that arrived, and those that we offered. The
 * page names them by the transfer and the number of the file in it, never by a path.
 */
import { messageIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { maxNamedFiles } from './transfers.ts';

/** Bytes of a file that a page reads whole, to show it or to save it from a browser. */
export const maxReadBytes = 67_108_864;

const fileOf = {
  transferId: messageIdSchema,
  file: z
    .int()
    .min(0)
    .max(maxNamedFiles - 1),
};

export const transferredFileCalls = {
  /** The next bytes of a file, in base64; `maxSliceBytes` at most. Fails with `gone`. */
  readTransferred: {
    input: z.strictObject({ ...fileOf, offset: z.int().min(0) }),
    output: z.object({ data: z.string(), sizeBytes: z.number() }),
  },
  /** Opens the folder in which files arrived. For a page in a window. */
  showTransferred: { input: z.strictObject({ transferId: messageIdSchema }), output: z.object({}) },
  /**
   * Begins to ask the user for a place, and saves a copy there. For a page in a window. The user may
   * take longer than a call may: the event `transferredSaved` says how it went.
   */
  saveTransferred: { input: z.strictObject(fileOf), output: z.object({}) },
} as const;

export const transferredFileEvents = {
  /** `problem` is a sentence, and null if a copy was saved or the user wants none. */
  transferredSaved: z.object({ ...fileOf, problem: z.string().nullable() }),
} as const;
