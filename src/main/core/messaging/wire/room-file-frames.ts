/**
 * The frames by which members of a room find out who has the files of an offer (rule RFILE-13; the
 * table in docs/spec/files-rooms.md). core/transfers/rooms acts on them.
 */
import { isPeerId, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import { isMessageId } from './field-checks.ts';

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

function isPeer(value: unknown): value is PeerId {
  return typeof value === 'string' && isPeerId(value);
}
