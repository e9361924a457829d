/**
 * The decisions of the user about an offer, and about a transfer that goes on (rules FILE-5,
 * FILE-9, RFILE-16).
 */
import type { GetSetting } from '../../../shared/contract/settings.ts';
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import { selectorOf } from '../../../shared/text/format-offer.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { MessagesArea } from '../messaging/messages.ts';
import type { RoomFiles } from './room-files.ts';
import type { StoredTransfer, TransferDisk } from './ports.ts';
import { isFinal, isInRoom } from './states.ts';
import type { TransferBook } from './transfer-book.ts';

type AnswerRefusal = Refusal<'unknown-transfer' | 'transfer-over' | 'folder-unusable' | 'transfer-not-kept'>;
export type AnswerResult = { readonly ok: true; readonly transfer: StoredTransfer } | AnswerRefusal;

export interface Answers {
  accept(transferId: MessageId, directory?: string): Promise<AnswerResult>;
  decline(transferId: MessageId): Promise<AnswerResult>;
  cancel(transferId: MessageId): Promise<AnswerResult>;
  /**
   * As the user set it (rules FILE-9, FILE-10). A folder that cannot be used leaves it to the user.
   */
  decideAlone(transfer: StoredTransfer): Promise<void>;
}

interface Deps {
  readonly book: TransferBook;
  readonly disk: Pick<TransferDisk, 'checkDirectory' | 'defaultDirectory'>;
  readonly getSetting: GetSetting;
  readonly messages: Pick<MessagesArea, 'cancel'>;
  readonly rooms: Pick<RoomFiles, 'withdraw'> | undefined;
  readonly isVerified: (peerId: PeerId) => boolean;
  /** As the book does it, once nothing of that transfer is under way. */
  readonly end: TransferBook['change'];
  readonly onAccepted: () => void;
}

const mebibyte = 1_048_576;

export function createAnswers({ book, disk, getSetting, messages, rooms, ...deps }: Deps): Answers {
  return {
    accept,
    decline: (transferId) => answer(transferId, 'declined'),
    async cancel(transferId) {
      const transfer = book.get(transferId);
      if (!transfer) return refuse('unknown-transfer');
      if (isFinal(transfer)) return refuse('transfer-over');
      if (book.isOwn(transfer) && !(await recall(transfer))) return refuse('transfer-not-kept');
      return changed(transferId, await deps.end(transferId, { state: 'cancelled' }));
    },
    async decideAlone({ transferId, from, offer }) {
      const mode = getSetting('filesAccept');
      if (mode === 'never') await answer(transferId, 'declined');
      const isSmall = offer.totalBytes <= getSetting('filesAcceptUpToMiB') * mebibyte;
      if (mode === 'verified' && isSmall && deps.isVerified(from)) await accept(transferId);
    },
  };

  /** If a message has not left, its peer never hears of it. A room is told. */
  async function recall(transfer: StoredTransfer): Promise<boolean> {
    if (isInRoom(transfer)) return (await rooms?.withdraw(transfer.conversation, transfer.transferId)) ?? false;
    await messages.cancel(transfer.transferId);
    return true;
  }

  async function accept(transferId: MessageId, given?: string): Promise<AnswerResult> {
    const refused = refusalOf(transferId);
    if (refused) return refused;
    const directory = given ?? (getSetting('filesDirectory') || disk.defaultDirectory);
    const checked = await disk.checkDirectory(directory);
    if (!checked.ok) return refuse('folder-unusable', { directory, reason: selectorOf(checked.code) });
    const result = await answer(transferId, 'accepted', checked.directory);
    deps.onAccepted();
    return result;
  }

  async function answer(transferId: MessageId, state: 'accepted' | 'declined', directory = ''): Promise<AnswerResult> {
    return refusalOf(transferId) ?? changed(transferId, await book.change(transferId, { state, directory }));
  }

  /** Only an offer of another peer that waits can be answered. */
  function refusalOf(transferId: MessageId): AnswerRefusal | undefined {
    const transfer = book.get(transferId);
    if (!transfer || book.isOwn(transfer)) return refuse('unknown-transfer');
    return transfer.state === 'offered' ? undefined : refuse('transfer-over');
  }

  function changed(transferId: MessageId, isChanged: boolean): AnswerResult {
    const transfer = book.get(transferId);
    if (isChanged && transfer) return { ok: true, transfer };
    return refuse(transfer && isFinal(transfer) ? 'transfer-over' : 'transfer-not-kept');
  }
}
