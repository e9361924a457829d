/**
 * Files that the user chose in the page, to send them. The page names them by an ID that the host
 * gave out, never by a path: a page that went wrong can send nothing that the user did not choose.
 * In a window the preload knows the path. A browser shows none, so its page gives the host a copy.
 */
import { conversationIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { maxDescriptionLength, maxPreviewBytes, maxPreviews } from './transfers.ts';

/** Files and folders in one call, at most. */
export const maxChosen = 1_000;
/** Bytes of a copy in one call. In base64 they fit a message of the link. */
export const maxSliceBytes = 131_072;
/** Longest name of a file with a small picture, with the folders around it. */
const maxNameLength = 4_096;
/** Folders around a copied file, and the file itself. */
export const maxCopiedSegments = 64;

const chosenIdSchema = z.uuid();
const segmentSchema = z.string().min(1).max(255);
const offsetSchema = z.int().min(0);
const previewSchema = z.strictObject({
  name: z.string().max(maxNameLength),
  data: z.base64().max(Math.ceil(maxPreviewBytes / 3) * 4),
  description: z.string().max(maxDescriptionLength),
});

export const chosenFileCalls = {
  /**
   * Begins to offer them. Every file is read first, which may take longer than a call may: the
   * event `chosenOffered` says how it went. Fails with `not-chosen` if an ID is unknown or was
   * used.
   */
  sendChosen: {
    input: z.strictObject({
      to: conversationIdSchema,
      chosen: z.array(chosenIdSchema).min(1).max(maxChosen),
      /** Small pictures, in base64, by the names of the files. */
      previews: z.array(previewSchema).max(maxPreviews).optional(),
    }),
    output: z.object({}),
  },
  /** Begins a copy of any number of files and folders. Fails with `too-many` and disk failures. */
  beginCopy: { input: z.strictObject({}), output: z.object({ chosenId: chosenIdSchema }) },
  /** Adds an empty file to the copy. @param path the folders around it, and its name */
  addToCopy: {
    input: z.strictObject({ chosenId: chosenIdSchema, path: z.array(segmentSchema).min(1).max(maxCopiedSegments) }),
    output: z.object({ file: z.int() }),
  },
  /** Writes the next bytes of a file, in base64. */
  fillCopy: {
    input: z.strictObject({
      chosenId: chosenIdSchema,
      file: offsetSchema,
      offset: offsetSchema,
      data: z.base64().max(Math.ceil(maxSliceBytes / 3) * 4),
    }),
    output: z.object({}),
  },
  /** Deletes a copy that was not sent. */
  dropCopy: { input: z.strictObject({ chosenId: chosenIdSchema }), output: z.object({}) },
} as const;

export const chosenFileEvents = {
  /**
   * With the first of the IDs of `sendChosen`; `problem` is a sentence, and null if they are
   * offered.
   */
  chosenOffered: z.object({ chosenId: chosenIdSchema, problem: z.string().nullable() }),
} as const;
