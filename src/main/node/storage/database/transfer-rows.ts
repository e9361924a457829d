/** The TransferStore on disk: the table `transfer` (message-schema.ts). */
import type { DatabaseSync } from 'node:sqlite';
import { transferStateSchema, type Preview } from '../../../../shared/contract/transfers.ts';
import { conversationOfShortName, shortNameOf } from '../../../../shared/lib/ids.ts';
import type { StoredTransfer, TransferStore } from '../../../core/transfers/ports.ts';
import type { Transactions } from './transactions.ts';

/** The fields that no query looks at. */
type Content = Omit<StoredTransfer, 'transferId' | 'conversation' | 'from' | 'state' | 'offer'> & {
  readonly offer: Omit<StoredTransfer['offer'], 'contentId' | 'previews' | 'previewsId'> & {
    readonly previews?: readonly SavedPreview[];
    /** In base64. */
    readonly previewsId?: string;
  };
};

/** In base64. */
type SavedPreview = Omit<Preview, 'bytes'> & { readonly data: string };

export function createTransferRows(
  database: DatabaseSync,
  { write, read }: Pick<Transactions, 'write' | 'read'>,
): { readonly transfers: TransferStore } {
  const all = database.prepare('SELECT * FROM transfer');
  const put = database.prepare(
    'INSERT OR REPLACE INTO transfer (transfer_id, conversation, author, content_id, state, content) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM transfer WHERE transfer_id = ?');

  return {
    transfers: {
      list: () => read(() => all.all().flatMap((row) => toTransfer(row) ?? [])),
      put: (transfer) =>
        write(() => {
          const { transferId, conversation, from, state, offer, ...rest } = transfer;
          const { contentId, previews, previewsId, ...offered } = offer;
          const saved = previews?.length ? { previews: previews.map(toSaved) } : {};
          const signed = previewsId ? { previewsId: toBase64(previewsId) } : {};
          const content: Content = { ...rest, offer: { ...offered, ...saved, ...signed } };
          put.run(transferId, shortNameOf(conversation), from, contentId, state, JSON.stringify(content));
        }),
      remove: (transferId) => write(() => void remove.run(transferId)),
    },
  };
}

/** @returns undefined for a row of a later version */
function toTransfer(row: Readonly<Record<string, unknown>>): StoredTransfer | undefined {
  const state = transferStateSchema.safeParse(row['state']);
  const contentId = row['content_id'];
  if (!state.success || !(contentId instanceof Uint8Array)) return undefined;
  const { offer, ...rest } = JSON.parse(String(row['content'])) as Content;
  const { previews, previewsId, ...offered } = offer;
  const pictures = {
    ...(previews && { previews: previews.map(toPreview) }),
    ...(previewsId !== undefined && { previewsId: toBytes(previewsId) }),
  };
  return {
    ...rest,
    transferId: String(row['transfer_id']),
    conversation: conversationOfShortName(String(row['conversation'])),
    from: String(row['author']),
    state: state.data,
    offer: { ...offered, ...pictures, contentId: new Uint8Array(contentId) },
  };
}

function toSaved({ bytes, ...preview }: Preview): SavedPreview {
  return { ...preview, data: toBase64(bytes) };
}

function toPreview({ data, ...preview }: SavedPreview): Preview {
  return { ...preview, bytes: toBytes(data) };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function toBytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
