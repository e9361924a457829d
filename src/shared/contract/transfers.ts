/**
 * Transfers of files as a user interface sees them: an offer and what became of it. The ID of a
 * transfer is the ID of the message that offers it.
 */
import { conversationIdSchema, messageIdSchema, peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { keptBySchema } from './messages.ts';

/** Files in one offer, at most. */
export const maxFiles = 100_000;
/** Bytes in one offer, at most: 1 TiB. */
export const maxOfferBytes = 1_099_511_627_776;
/** Files that an offer names; a user interface says how many others there are. */
export const maxNamedFiles = 20;
/** Small pictures in an offer, at most. */
export const maxPreviews = 4;
/** Bytes of one. */
export const maxPreviewBytes = 32_768;
/** Its longer side, in pixels. */
export const maxPreviewSide = 320;
/** Words that describe a picture, in UTF-16 code units. */
export const maxDescriptionLength = 500;

/** A small picture of an offered file, as WebP or JPEG. */
export interface Preview {
  /** The file, by its place in the offer. */
  readonly file: number;
  readonly bytes: Uint8Array;
  /** By the sender, for people who do not see it. May be empty. */
  readonly description: string;
}

/** Of a file that is about to be offered. */
export interface NamedPreview extends Omit<Preview, 'file'> {
  /** As the offer will name the file. */
  readonly name: string;
}

/** Files and folders in one call, at most. */
export const maxPaths = 1_000;
/** Longest path of this computer in a call, in UTF-16 code units. */
const maxPathLength = 4_096;

/**
 * `offered`: the receiver has not decided · `accepted`: it did, and nothing arrived yet ·
 * `running` · `waiting`: it goes on by itself once the other end, or the disk, is there again ·
 * `paused`: the user of this computer paused it ·
 * `done`, `declined`, `cancelled` and `failed` are final.
 */
export const transferStateSchema = z.enum([
  'offered',
  'accepted',
  'running',
  'waiting',
  'paused',
  'done',
  'declined',
  'cancelled',
  'failed',
]);
export type TransferState = z.infer<typeof transferStateSchema>;

/**
 * Why a transfer waits or failed. `offline`: the other end is not here · `paused`: the other end
 * paused it · `disk-full` ·
 * `disk-read-only` · `no-access`: the system refuses · `vanished`: a file, or the folder for it, is
 * no longer there · `changed`: a file is no longer as it was offered · `unreadable`: the disk
 * reports an error · `bad-name`: a name that this computer cannot store · `expired`: nobody
 * accepted the offer in time · `damaged`: what arrives is not what was offered · `other-refused`:
 * the other end no longer serves it · `withdrawn`: its author ended an offer in a room.
 */
export const transferCodeSchema = z.enum([
  'offline',
  'paused',
  'disk-full',
  'disk-read-only',
  'no-access',
  'vanished',
  'changed',
  'unreadable',
  'bad-name',
  'expired',
  'damaged',
  'other-refused',
  'withdrawn',
]);
export type TransferCode = z.infer<typeof transferCodeSchema>;

/** A file as an offer names it. A file in a folder has the folders before it, with `/` between. */
export const offeredFileSchema = z.object({ name: z.string(), sizeBytes: z.number() });
export type OfferedFile = z.infer<typeof offeredFileSchema>;

export const transferSchema = z.object({
  /** The ID of the message that offers it. */
  transferId: messageIdSchema,
  conversation: conversationIdSchema,
  /** Offers the files; the offer is ours if and only if this is our own peer ID. */
  from: peerIdSchema,
  state: transferStateSchema,
  /** The first `maxNamedFiles` of them. */
  files: z.array(offeredFileSchema),
  /** Those of which there is a small picture, which `transferPreviews` gives. */
  pictures: z.array(z.object({ file: z.number(), description: z.string() })),
  fileCount: z.number(),
  totalBytes: z.number(),
  doneBytes: z.number(),
  /** Where the files are on this computer: those that we offer, or those that arrived whole. */
  paths: z.array(z.string()),
  /** Of `waiting` and `failed`, and `withdrawn` of `cancelled`. */
  code: transferCodeSchema.optional(),
  offeredAtMs: z.number(),
  expiresAtMs: z.number(),
  /**
   * Of an offer of ours in a room: how many members have the files, of those who are here or have
   * them.
   */
  keptBy: keptBySchema.optional(),
  /**
   * Of an offer in a room whose small pictures are not here. `hidden`: the user does not know its
   * author, and `fetchPreviews` gets them · `coming`: once a member that has them is here.
   */
  missingPictures: z.enum(['hidden', 'coming']).optional(),
});
export type Transfer = z.infer<typeof transferSchema>;

const ofOne = z.strictObject({ transferId: messageIdSchema });
const pathSchema = z.string().min(1).max(maxPathLength);

export const transferCalls = {
  /** Those that are not final, and the latest final ones; the latest offer first. */
  transfers: { input: z.strictObject({}), output: z.object({ transfers: z.array(transferSchema) }) },
  /** In base64, in the order of `pictures`. */
  transferPreviews: { input: ofOne, output: z.object({ previews: z.array(z.string()) }) },
  /** Gets the small pictures of an offer in a room. The event `transfer` brings them, if they come. */
  fetchPreviews: { input: ofOne, output: z.object({}) },
  /** @param directory absent means the folder of the setting `filesDirectory` */
  acceptTransfer: {
    input: z.strictObject({ transferId: messageIdSchema, directory: pathSchema.optional() }),
    output: transferSchema,
  },
  declineTransfer: { input: ofOne, output: transferSchema },
  /** Either end may, once it is accepted. What arrived of it is kept. */
  pauseTransfer: { input: ofOne, output: transferSchema },
  /** The end that paused it may. */
  resumeTransfer: { input: ofOne, output: transferSchema },
  /** Either end may; what arrived of it is deleted. */
  cancelTransfer: { input: ofOne, output: transferSchema },
} as const;

export const transferEvents = {
  /** A transfer is new or changed. Progress comes at most five times a second for each. */
  transfer: transferSchema,
} as const;
