/**
 * What is said in a session: frames to bytes and back (rules FRAME-1 to FRAME-9; the layout is drawn in docs/spec/wire-messaging.md). Decoding is
 * total: bytes in any pieces give frames, or the reason why the stream cannot be read on. It knows nothing of streams and of what a frame
 * does; a batch of messages in one frame is what makes many of them cheap.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import { findShapeProblem } from './msgpack-limits.ts';
import type { StoredMessage } from '../ports.ts';

/** The versions of frames that we speak. */
export const lowestVersion = 1;
export const highestVersion = 1;
/** Body of a frame: enough for 16 of the longest messages, small enough to be held for every session. */
export const maxFrameBytes = 262_144;
/** Text of one message in UTF-8: some ten pages. */
export const maxTextBytes = 16_384;
/** A frame is handled in one go, so this bounds how long others wait. */
export const maxMessagesPerFrame = 256;
export const maxIdsPerFrame = 4_096;
const maxCapabilities = 32;
const maxNameCharacters = 256;
export const proofBytes = 32;
const lengthBytes = 4;
/** Room that a message takes beside its text, at most: id, numbers, name in UTF-8, headers. */
const messageOverheadBytes = 64 + 3 * maxNameCharacters;
/** What an incomplete frame begins with in memory; it doubles as its bytes arrive, never by what it claims. */
const firstAssemblyBytes = 4_096;

const codes = { hello: 1, messages: 2, kept: 3, read: 4, typing: 5, refuse: 6, ping: 7, pong: 8, bye: 9 } as const;

/** A message as its author sends it; who the author is, the session proves. */
export type WireMessage = Pick<StoredMessage, 'messageId' | 'sequence' | 'sentAtMs' | 'fromName' | 'text'>;

export type Frame =
  | {
      readonly type: 'hello';
      readonly lowestVersion: number;
      readonly highestVersion: number;
      readonly capabilities: readonly string[];
      /** Of the team key: see `session.ts`. */
      readonly proof?: Uint8Array;
    }
  | { readonly type: 'messages'; readonly messages: readonly WireMessage[] }
  /** The receiver has them, and will after a crash. */
  | { readonly type: 'kept' | 'read'; readonly messageIds: readonly string[] }
  | { readonly type: 'typing'; readonly isTyping: boolean }
  /** The receiver does not take these messages. */
  | { readonly type: 'refuse'; readonly reason: string; readonly messageIds: readonly string[] }
  | { readonly type: 'ping' | 'pong'; readonly nonce: number }
  /** The last one: why the sender closes. */
  | { readonly type: 'bye'; readonly reason: string };

/** `unknown`: of a later version, to be ignored. */
export type ReceivedFrame = Frame | { readonly type: 'unknown'; readonly code: number };

/** `malformed`: no frame · `too-large`: one that is longer, deeper or fuller than allowed. */
export type FrameProblem = 'malformed' | 'too-large';

export interface FrameDecoder {
  /** @returns the frames that are complete now, and what came to light behind them; after a problem, nothing but that problem */
  push(bytes: Uint8Array): { readonly frames: readonly ReceivedFrame[]; readonly problem?: FrameProblem };
  /** Bytes of a frame that is not complete. */
  readonly pendingBytes: number;
}

const encoder = new Encoder({ maxDepth: 8 });
const decoder = new Decoder({ maxStrLength: maxTextBytes, maxBinLength: maxFrameBytes });
const utf8 = new TextEncoder();
const messageIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const reasonPattern = /^[a-z][a-z0-9-]{0,31}$/;

/** @throws RangeError on what no receiver would take: the caller's bug */
export function encodeFrame(frame: Frame): Uint8Array {
  const body = encoder.encodeSharedRef(fieldsOf(frame));
  if (body.length > maxFrameBytes) throw new RangeError(`a frame of ${body.length} bytes is longer than ${maxFrameBytes}`);
  const bytes = new Uint8Array(lengthBytes + body.length);
  writeLength(bytes, body.length);
  bytes.set(body, lengthBytes);
  return bytes;
}

export function isTooLong(text: string): boolean {
  // A UTF-16 unit takes up to 3 bytes: only a text of more than a third of the limit can be beyond it.
  return text.length * 3 > maxTextBytes && utf8.encode(text).length > maxTextBytes;
}

/**
 * How many messages from `start` on fit into one frame, whatever their texts are: at least 1.
 *
 * @param start index of the first
 */
export function countForFrame(messages: readonly WireMessage[], start = 0): number {
  let sizeBytes = 16;
  let count = 0;
  while (count < maxMessagesPerFrame && start + count < messages.length) {
    // A UTF-16 unit takes up to 3 bytes; counting them exactly costs more than a frame that is not quite full.
    sizeBytes += messageOverheadBytes + 3 * (messages[start + count] as WireMessage).text.length;
    if (sizeBytes > maxFrameBytes) break;
    count += 1;
  }
  return Math.max(1, count);
}

export function createFrameDecoder(): FrameDecoder {
  const header = new Uint8Array(lengthBytes);
  let headerSize = 0;
  let body: Uint8Array | undefined;
  let bodySize = 0;
  let filled = 0;
  let problem: FrameProblem | undefined;

  function decodeInto(frames: ReceivedFrame[], bytes: Uint8Array): void {
    const frame = decodeBody(bytes);
    if (typeof frame === 'string') problem = frame;
    else frames.push(frame);
  }

  /** @returns how many bytes were taken */
  function takeHeader(bytes: Uint8Array, position: number): number {
    const taken = Math.min(lengthBytes - headerSize, bytes.length - position);
    for (let index = 0; index < taken; index += 1) header[headerSize + index] = bytes[position + index] as number;
    headerSize += taken;
    if (headerSize < lengthBytes) return taken;
    bodySize = readLength(header);
    if (bodySize === 0) problem = 'malformed';
    if (bodySize > maxFrameBytes) problem = 'too-large';
    return taken;
  }

  function takeBody(frames: ReceivedFrame[], bytes: Uint8Array, position: number): number {
    const available = bytes.length - position;
    if (body === undefined && available >= bodySize) {
      // The usual case: nothing is copied.
      decodeInto(frames, bytes.subarray(position, position + bodySize));
      headerSize = 0;
      return bodySize;
    }
    const taken = Math.min(bodySize - filled, available);
    body = grown(body, filled + taken, bodySize);
    body.set(bytes.subarray(position, position + taken), filled);
    filled += taken;
    if (filled === bodySize) {
      decodeInto(frames, body.subarray(0, bodySize));
      body = undefined;
      filled = 0;
      headerSize = 0;
    }
    return taken;
  }

  return {
    push(bytes) {
      const frames: ReceivedFrame[] = [];
      let position = 0;
      while (problem === undefined && position < bytes.length) {
        position += headerSize < lengthBytes ? takeHeader(bytes, position) : takeBody(frames, bytes, position);
      }
      return problem === undefined ? { frames } : { frames, problem };
    },
    get pendingBytes() {
      return headerSize + filled;
    },
  };
}

function fieldsOf(frame: Frame): readonly unknown[] {
  switch (frame.type) {
    case 'hello':
      return [codes.hello, frame.lowestVersion, frame.highestVersion, frame.capabilities, frame.proof ?? null];
    case 'messages':
      checkCount(frame.messages.length, maxMessagesPerFrame);
      return [codes.messages, frame.messages.map(messageFields)];
    case 'kept':
    case 'read':
      checkCount(frame.messageIds.length, maxIdsPerFrame);
      return [codes[frame.type], frame.messageIds];
    case 'typing':
      return [codes.typing, frame.isTyping];
    case 'refuse':
      checkCount(frame.messageIds.length, maxIdsPerFrame);
      return [codes.refuse, frame.reason, frame.messageIds];
    case 'ping':
    case 'pong':
      return [codes[frame.type], frame.nonce];
    case 'bye':
      return [codes.bye, frame.reason];
  }
}

function messageFields({ messageId, sequence, sentAtMs, fromName, text }: WireMessage): readonly unknown[] {
  if (isTooLong(text)) throw new RangeError(`a text is longer than ${maxTextBytes} bytes`);
  return [messageId, sequence, sentAtMs, fromName.toWellFormed(), text.toWellFormed()];
}

function checkCount(count: number, max: number): void {
  if (count > max) throw new RangeError(`${count} entries are more than a frame may have, ${max}`);
}

/** Total. Fields behind the last known one are a later version's. */
function decodeBody(bytes: Uint8Array): ReceivedFrame | FrameProblem {
  const problem = findShapeProblem(bytes, maxTextBytes);
  if (problem !== undefined) return problem;
  let fields: unknown;
  try {
    fields = decoder.decode(bytes);
  } catch {
    return 'malformed'; // such as a map whose key is an array
  }
  if (!Array.isArray(fields)) return 'malformed';
  const [code, first, second, third, fourth] = fields as readonly unknown[];
  switch (code) {
    case codes.messages:
      return decodeMessages(first);
    case codes.kept:
      return isIds(first) ? { type: 'kept', messageIds: first } : 'malformed';
    case codes.read:
      return isIds(first) ? { type: 'read', messageIds: first } : 'malformed';
    case codes.typing:
      return typeof first === 'boolean' ? { type: 'typing', isTyping: first } : 'malformed';
    case codes.refuse:
      return isReason(first) && isIds(second) ? { type: 'refuse', reason: first, messageIds: second } : 'malformed';
    case codes.ping:
      return isCount(first) ? { type: 'ping', nonce: first } : 'malformed';
    case codes.pong:
      return isCount(first) ? { type: 'pong', nonce: first } : 'malformed';
    case codes.bye:
      return isReason(first) ? { type: 'bye', reason: first } : 'malformed';
    case codes.hello:
      return decodeHello(first, second, third, fourth);
    default:
      return isCount(code) ? { type: 'unknown', code } : 'malformed';
  }
}

function decodeHello(lowest: unknown, highest: unknown, capabilities: unknown, proof: unknown): ReceivedFrame | FrameProblem {
  if (!isCount(lowest) || !isCount(highest) || lowest > highest) return 'malformed';
  if (!Array.isArray(capabilities) || capabilities.length > maxCapabilities || !capabilities.every(isReason)) return 'malformed';
  const hello = { type: 'hello', lowestVersion: lowest, highestVersion: highest, capabilities } as const;
  if (proof === null || proof === undefined) return hello;
  // Copied: it is part of what arrived, which would stay in memory with it.
  return proof instanceof Uint8Array && proof.length === proofBytes ? { ...hello, proof: proof.slice() } : 'malformed';
}

function decodeMessages(entries: unknown): ReceivedFrame | FrameProblem {
  if (!Array.isArray(entries)) return 'malformed';
  if (entries.length > maxMessagesPerFrame) return 'too-large';
  const messages: WireMessage[] = [];
  for (const entry of entries as readonly unknown[]) {
    if (!Array.isArray(entry)) return 'malformed';
    const [messageId, sequence, sentAtMs, fromName, text] = entry as readonly unknown[];
    if (!isMessageId(messageId) || !isCount(sequence) || sequence === 0 || !isCount(sentAtMs)) return 'malformed';
    if (typeof fromName !== 'string' || fromName.length > maxNameCharacters || typeof text !== 'string') return 'malformed';
    // Bytes that were no UTF-8 may have become halves of characters, which nothing behind us should have to expect.
    messages.push({ messageId, sequence, sentAtMs, fromName: fromName.toWellFormed(), text: text.toWellFormed() });
  }
  return { type: 'messages', messages };
}

function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && messageIdPattern.test(value);
}

function isIds(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= maxIdsPerFrame && value.every(isMessageId);
}

function isReason(value: unknown): value is string {
  return typeof value === 'string' && reasonPattern.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function grown(body: Uint8Array | undefined, neededBytes: number, wholeBytes: number): Uint8Array {
  if (body !== undefined && body.length >= neededBytes) return body;
  const sizeBytes = Math.min(wholeBytes, Math.max(firstAssemblyBytes, neededBytes, 2 * (body?.length ?? 0)));
  const larger = new Uint8Array(sizeBytes);
  if (body !== undefined) larger.set(body);
  return larger;
}

function writeLength(bytes: Uint8Array, length: number): void {
  new DataView(bytes.buffer).setUint32(0, length);
}

function readLength(header: Uint8Array): number {
  return new DataView(header.buffer).getUint32(0);
}
