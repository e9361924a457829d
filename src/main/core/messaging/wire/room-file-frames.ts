/**
 * The frames by which members of a room find out who has the files of an offer (rule RFILE-13), and
 * give each other its small pictures (rule RFILE-41). The table is in docs/spec/files-rooms.md.
 * core/transfers/rooms acts on them.
 */
import { isPeerId, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import { isMessageId } from './field-checks.ts';
import { maxPreviewsBytes } from './preview-bytes.ts';

/** Other members that one answer names. */
export const maxNamedHolders = 8;

/**
 * `not`: it has not got them, or nothing is to be had there · `has` · `busy`: it has, and serves
 * enough others · `withdrawn`: of the author alone.
 */
const answers = ['not', 'has', 'busy', 'withdrawn'] as const;
export type HolderAnswer = (typeof answers)[number];

export interface HoldersContent {
  readonly transferId: MessageId;
  readonly answer: HolderAnswer;
  /** Members that said that they have the files too. */
  readonly holders: readonly PeerId[];
}

export interface PreviewsContent {
  readonly transferId: MessageId;
  readonly answer: HolderAnswer;
  /** As `encodePreviewBytes` gives them; empty if the answer is not `has`. */
  readonly bytes: Uint8Array;
}

export function encodeHolders({ transferId, answer, holders }: HoldersContent): readonly unknown[] {
  if (holders.length > maxNamedHolders) throw new RangeError(`${holders.length} members are more than an answer names`);
  return [transferId, answers.indexOf(answer), holders];
}

/** An answer of a later version counts as `not`. */
export function decodeHolders([transferId, answer, holders]: readonly unknown[]): HoldersContent | 'malformed' {
  if (!isMessageId(transferId) || typeof answer !== 'number' || !Array.isArray(holders)) return 'malformed';
  if (holders.length > maxNamedHolders || !holders.every(isPeer)) return 'malformed';
  return { transferId, answer: answers[answer] ?? 'not', holders };
}

export function encodePreviewAnswer({ transferId, answer, bytes }: PreviewsContent): readonly unknown[] {
  if (bytes.length > maxPreviewsBytes) throw new RangeError(`${bytes.length} bytes are more than small pictures have`);
  return [transferId, answers.indexOf(answer), bytes];
}

/** An answer of a later version counts as `not`. */
export function decodePreviewAnswer([transferId, answer, bytes]: readonly unknown[]): PreviewsContent | 'malformed' {
  if (!isMessageId(transferId) || typeof answer !== 'number') return 'malformed';
  if (!(bytes instanceof Uint8Array) || bytes.length > maxPreviewsBytes) return 'malformed';
  // A copy: they are checked after others have used the memory of the frame.
  return { transferId, answer: answers[answer] ?? 'not', bytes: bytes.slice() };
}

function isPeer(value: unknown): value is PeerId {
  return typeof value === 'string' && isPeerId(value);
}
