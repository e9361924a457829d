/**
 * All frame types: code, fields, encoding, decoding, and the part that handles each (rules FRAME-2,
 * FRAME-3, FRAME-6 to FRAME-9; the table in docs/spec/wire-messaging.md). Types and dispatch derive
 * from the entries. frames.ts turns frames into bytes; session.ts, messaging.ts and rooms/catch-up
 * act on them. room-frames.ts has the fields of the frames of rooms.
 */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { StoredMessage } from '../ports.ts';
import { isCount, isMessageId, isReason } from './field-checks.ts';
import {
  decodeBlocks,
  decodeBusy,
  decodeEnd,
  decodeHeads,
  decodeTaken,
  decodeWant,
  encodeBlocks,
  encodeBusy,
  encodeEnd,
  encodeHeads,
  encodeTaken,
  encodeWant,
} from './room-frames.ts';
import {
  decodePrivateBlocks,
  decodePrivateLeft,
  decodePrivateList,
  decodePrivateState,
  encodePrivateBlocks,
  encodePrivateLeft,
  encodePrivateList,
  encodePrivateState,
} from './private-frames.ts';
import { decodeFeed, decodeRelay, encodeFeed, encodeRelay } from './relay-frames.ts';
import { decodeHolders, decodePreviewAnswer, encodeHolders, encodePreviewAnswer } from './room-file-frames.ts';
import {
  decodeNoPiece,
  decodeOffer,
  decodePiece,
  decodePull,
  decodeTransferState,
  encodeNoPiece,
  encodeOffer,
  encodePiece,
  encodePull,
  encodeTransferState,
} from './transfer-frames.ts';

/** The versions of frames that this node speaks. */
export const lowestVersion = 1;
export const highestVersion = 1;
/** The text of one message, in UTF-8: some ten pages. */
export const maxTextBytes = 16_384;
/** A session handles a frame in one go, so this bounds how long others wait. */
export const maxMessagesPerFrame = 256;
export const maxIdsPerFrame = 4_096;
export const maxNameCharacters = 256;
const maxCapabilities = 32;
const proofBytes = 32;

type FrameHandler = 'session' | 'messaging' | 'rooms' | 'private-rooms' | 'transfers' | 'file-data';

/** `malformed`: no frame · `too-large`: a frame that is longer, deeper or fuller than allowed. */
export type FrameProblem = 'malformed' | 'too-large';

/** A message as its author sends it; the session proves the author. */
export type WireMessage = Pick<StoredMessage, 'messageId' | 'sequence' | 'sentAtMs' | 'fromName' | 'text' | 'offer'>;

/**
 * Why a stream was opened, as the dialer says in its hello; none for messages and all else. `pull`:
 * the dialer fetches files · `serve`: it sends files to a peer that could not dial.
 */
export type DataPurpose = 'pull' | 'serve';

interface FrameCodec<Content, Handler extends FrameHandler> {
  /** The code on the wire. It stays with its type for ever. */
  readonly code: number;
  /** `session`: the session handles it itself. `rooms`: only for peers with `roomsCapability`. */
  readonly handler: Handler;
  /** Chatter keeps no session alive, and its rate is limited (rule SESS-8). */
  readonly isChatter: boolean;
  /**
   * @returns the fields behind the code
   * @throws RangeError on content that no receiver accepts: a bug of the caller
   */
  encode(content: Content): readonly unknown[];
  /**
   * Total.
   *
   * @param fields behind the code; a later version may have added more behind the last known one
   */
  decode(fields: readonly unknown[]): NoInfer<Content> | FrameProblem;
}

interface HelloContent {
  readonly lowestVersion: number;
  readonly highestVersion: number;
  readonly capabilities: readonly string[];
  /** Of the team key: see `hello.ts`. */
  readonly proof?: Uint8Array;
  /** Other purposes than `DataPurpose` belong to later versions. */
  readonly purpose?: string;
}

const utf8 = new TextEncoder();

/** In the hello of a node that understands the frames of rooms. */
export const roomsCapability = 'rooms-1';

/** In the hello of a node that understands offers of files, their frames and their connections. */
export const filesCapability = 'files-1';

/** Frames about transfers, only for peers with `filesCapability`. */
const ofTransfers = { handler: 'transfers', isChatter: false } as const;

/** Frames of connections for files. */
const ofFileData = { handler: 'file-data', isChatter: false } as const;

/** Frames of rooms, which are no chatter: they keep a session alive. */
const ofRooms = { handler: 'rooms', isChatter: false } as const;

/** Frames of private rooms, for the same peers. */
const ofPrivateRooms = { handler: 'private-rooms', isChatter: false } as const;

/** Frames that carry the ID of a transfer only. */
const aboutTransfer = {
  ...ofTransfers,
  encode: ({ transferId }: { readonly transferId: MessageId }) => [transferId],
  decode: ([transferId]: readonly unknown[]) => (isMessageId(transferId) ? { transferId } : 'malformed'),
} as const;

/** Frames that carry message IDs only. */
const aboutMessages = {
  handler: 'messaging',
  isChatter: false,
  encode: ({ messageIds }: { readonly messageIds: readonly MessageId[] }) => [checked(messageIds, maxIdsPerFrame)],
  decode: ([messageIds]: readonly unknown[]) => (isIds(messageIds) ? { messageIds } : 'malformed'),
} as const;

/** A ping, and the pong with the same nonce. */
const probe = {
  handler: 'session',
  isChatter: true,
  encode: ({ nonce }: { readonly nonce: number }) => [nonce],
  decode: ([nonce]: readonly unknown[]) => (isCount(nonce) ? { nonce } : 'malformed'),
} as const;

export const frameCodecs = {
  hello: define({ code: 1, handler: 'session', isChatter: false, encode: encodeHello, decode: decodeHello }),

  messages: define({ code: 2, handler: 'messaging', isChatter: false, encode: encodeMessages, decode: decodeMessages }),

  /** The receiver persisted these messages, and still has them after a crash. */
  ack: define({ code: 3, ...aboutMessages }),

  read: define({ code: 4, ...aboutMessages }),

  typing: define({
    code: 5,
    handler: 'messaging',
    isChatter: true,
    encode: ({ isTyping }: { readonly isTyping: boolean }) => [isTyping],
    decode: ([isTyping]) => (typeof isTyping === 'boolean' ? { isTyping } : 'malformed'),
  }),

  /** The receiver rejects these messages for good. */
  reject: define({
    code: 6,
    handler: 'messaging',
    isChatter: false,
    encode: ({ reason, messageIds }: { readonly reason: string; readonly messageIds: readonly MessageId[] }) => [
      reason,
      checked(messageIds, maxIdsPerFrame),
    ],
    decode: ([reason, messageIds]) => (isReason(reason) && isIds(messageIds) ? { reason, messageIds } : 'malformed'),
  }),

  ping: define({ code: 7, ...probe }),

  pong: define({ code: 8, ...probe }),

  /** The last frame: why the sender closes. */
  bye: define({
    code: 9,
    handler: 'session',
    isChatter: false,
    encode: ({ reason }: { readonly reason: string }) => [reason],
    decode: ([reason]) => (isReason(reason) ? { reason } : 'malformed'),
  }),

  /** A pull begins, or its answer: the state of all logs of a room. */
  heads: define({ code: 16, ...ofRooms, encode: encodeHeads, decode: decodeHeads }),

  want: define({ code: 17, ...ofRooms, encode: encodeWant, decode: decodeWant }),

  blocks: define({ code: 18, ...ofRooms, encode: encodeBlocks, decode: decodeBlocks }),

  /** A want is answered, or the pull has ended. */
  end: define({ code: 19, ...ofRooms, encode: encodeEnd, decode: decodeEnd }),

  /** New blocks, and the peers that the receiver serves with them. */
  relay: define({ code: 20, ...ofRooms, encode: encodeRelay, decode: decodeRelay }),

  /** The receiver handled these blocks. */
  taken: define({ code: 21, ...ofRooms, encode: encodeTaken, decode: decodeTaken }),

  /** The sender loses much, and wants every new block by session; or no longer. */
  feed: define({ code: 22, ...ofRooms, encode: encodeFeed, decode: decodeFeed }),

  /** A want or a pull is refused for now. */
  busy: define({ code: 23, ...ofRooms, encode: encodeBusy, decode: decodeBusy }),

  /** Versions of the member list of a private room. */
  privateList: define({ code: 32, ...ofPrivateRooms, encode: encodePrivateList, decode: decodePrivateList }),

  /** The sender's list and blocks of a private room, in short. */
  privateState: define({ code: 33, ...ofPrivateRooms, encode: encodePrivateState, decode: decodePrivateState }),

  /** New blocks of the sender in a private room. */
  privateBlocks: define({ code: 34, ...ofPrivateRooms, encode: encodePrivateBlocks, decode: decodePrivateBlocks }),

  /** The sender left that private room, or declined. */
  privateLeft: define({ code: 35, ...ofPrivateRooms, encode: encodePrivateLeft, decode: decodePrivateLeft }),

  /** Where transfers stand at the end that sends this. */
  transferState: define({ code: 48, ...ofTransfers, encode: encodeTransferState, decode: decodeTransferState }),

  /** The sender of this persisted the states of these transfers. */
  transferTold: define({ code: 49, ...aboutMessages, ...ofTransfers }),

  /**
   * The sender of this cannot dial, and asks for a connection on which it can fetch that transfer.
   */
  transferCall: define({ code: 50, ...aboutTransfer }),

  /** Whether the receiver of this has the files of an offer in a room. */
  transferAsk: define({ code: 51, ...aboutTransfer }),

  transferHolders: define({ code: 55, ...ofTransfers, encode: encodeHolders, decode: decodeHolders }),

  /** Asks for the small pictures of an offer in a room. */
  previewAsk: define({ code: 56, ...aboutTransfer }),

  previewAnswer: define({ code: 57, ...ofTransfers, encode: encodePreviewAnswer, decode: decodePreviewAnswer }),

  /** The receiver of files asks for chunks of a description or of the content. */
  pull: define({ code: 52, ...ofFileData, encode: encodePull, decode: decodePull }),

  piece: define({ code: 53, ...ofFileData, encode: encodePiece, decode: decodePiece }),

  /** The chunks that a pull asked for do not come. */
  noPiece: define({ code: 54, ...ofFileData, encode: encodeNoPiece, decode: decodeNoPiece }),
};

type Codecs = typeof frameCodecs;
export type FrameType = keyof Codecs;
type FrameOf<Type extends FrameType> = { readonly type: Type } & Parameters<Codecs[Type]['encode']>[0];

/** Any frame of this version. */
export type Frame = { [Type in FrameType]: FrameOf<Type> }[FrameType];

type FramesFor<Handler extends FrameHandler> = {
  [Type in FrameType]: Codecs[Type]['handler'] extends Handler ? FrameOf<Type> : never;
}[FrameType];

export type MessagingFrame = FramesFor<'messaging'>;

export type RoomFrame = FramesFor<'rooms'>;

export type PrivateFrame = FramesFor<'private-rooms'>;

export type TransferFrame = FramesFor<'transfers'>;

export type FileDataFrame = FramesFor<'file-data'>;

/** The frames that sessions carry for others. */
export type SessionFrame = MessagingFrame | RoomFrame | PrivateFrame | TransferFrame | FileDataFrame;

export const frameTypeByCode: ReadonlyMap<unknown, FrameType> = new Map(
  Object.entries(frameCodecs).map(([type, { code }]) => [code, type as FrameType]),
);

export function isMessagingFrame(frame: SessionFrame): frame is MessagingFrame {
  return frameCodecs[frame.type].handler === 'messaging';
}

export function isRoomFrame(frame: SessionFrame): frame is RoomFrame {
  return frameCodecs[frame.type].handler === 'rooms';
}

export function isPrivateFrame(frame: SessionFrame): frame is PrivateFrame {
  return frameCodecs[frame.type].handler === 'private-rooms';
}

export function isTransferFrame(frame: SessionFrame): frame is TransferFrame {
  return frameCodecs[frame.type].handler === 'transfers';
}

export function isFileDataFrame(frame: SessionFrame): frame is FileDataFrame {
  return frameCodecs[frame.type].handler === 'file-data';
}

/** Ties the encoder of a type to its decoder. */
function define<Content, Handler extends FrameHandler>(codec: FrameCodec<Content, Handler>): FrameCodec<Content, Handler> {
  return codec;
}

export function isTooLong(text: string): boolean {
  // A UTF-16 unit takes up to 3 bytes: only a text of more than a third of the limit can exceed it.
  return text.length * 3 > maxTextBytes && utf8.encode(text).length > maxTextBytes;
}

function encodeHello({ lowestVersion: lowest, highestVersion: highest, ...rest }: HelloContent): readonly unknown[] {
  const fields = [lowest, highest, rest.capabilities, rest.proof ?? null];
  return rest.purpose === undefined ? fields : [...fields, rest.purpose];
}

function decodeHello([lowest, highest, capabilities, proof, purpose]: readonly unknown[]): HelloContent | FrameProblem {
  if (!isCount(lowest) || !isCount(highest) || lowest > highest) return 'malformed';
  if (!Array.isArray(capabilities) || capabilities.length > maxCapabilities || !capabilities.every(isReason)) return 'malformed';
  if (purpose !== undefined && !isReason(purpose)) return 'malformed';
  const versions = { lowestVersion: lowest, highestVersion: highest, capabilities };
  const hello = purpose === undefined ? versions : { ...versions, purpose };
  if (proof === null || proof === undefined) return hello;
  // A copy: the original would keep the whole received chunk in memory.
  return proof instanceof Uint8Array && proof.length === proofBytes ? { ...hello, proof: proof.slice() } : 'malformed';
}

interface MessagesContent {
  readonly messages: readonly WireMessage[];
}

function encodeMessages({ messages }: MessagesContent): readonly unknown[] {
  return [checked(messages, maxMessagesPerFrame).map(messageFields)];
}

function messageFields({ messageId, sequence, sentAtMs, fromName, text, offer }: WireMessage): readonly unknown[] {
  if (isTooLong(text)) throw new RangeError(`a text is longer than ${maxTextBytes} bytes`);
  const fields = [messageId, sequence, sentAtMs, fromName.toWellFormed(), text.toWellFormed()];
  return offer === undefined ? fields : [...fields, encodeOffer(offer)];
}

function decodeMessages([entries]: readonly unknown[]): MessagesContent | FrameProblem {
  if (!Array.isArray(entries)) return 'malformed';
  if (entries.length > maxMessagesPerFrame) return 'too-large';
  const messages: WireMessage[] = [];
  for (const entry of entries as readonly unknown[]) {
    if (!Array.isArray(entry)) return 'malformed';
    const [messageId, sequence, sentAtMs, fromName, text, given] = entry as readonly unknown[];
    if (!isMessageId(messageId) || !isCount(sequence) || sequence === 0 || !isCount(sentAtMs)) return 'malformed';
    if (typeof fromName !== 'string' || fromName.length > maxNameCharacters || typeof text !== 'string') return 'malformed';
    const offer = given === undefined || given === null ? undefined : decodeOffer(given);
    if (offer === 'malformed') return 'malformed';
    // Invalid UTF-8 may have become lone surrogates, which no later code should have to expect.
    const message = { messageId, sequence, sentAtMs, fromName: fromName.toWellFormed(), text: text.toWellFormed() };
    messages.push(offer ? { ...message, offer } : message);
  }
  return { messages };
}

function checked<Entry>(entries: readonly Entry[], max: number): readonly Entry[] {
  if (entries.length > max) throw new RangeError(`${entries.length} entries are more than a frame may have, ${max}`);
  return entries;
}

function isIds(value: unknown): value is readonly MessageId[] {
  return Array.isArray(value) && value.length <= maxIdsPerFrame && value.every(isMessageId);
}
