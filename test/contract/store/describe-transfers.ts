/** The contract of every store for transfers. Part of store-suite.ts. */
import { expect, it } from 'vitest';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import type { StoredTransfer } from '../../../src/main/core/transfers/ports.ts';
import { ana, messageId, self, withAna } from './sample-messages.ts';

const incoming: StoredTransfer = {
  ...{ transferId: messageId(1), conversation: withAna, from: ana, state: 'accepted', isTold: false },
  offer: {
    ...{ contentId: new Uint8Array(32).fill(9), fileCount: 2, totalBytes: 2 ** 40, descriptionBytes: 99, lifeMs: 5 },
    files: [{ name: 'Übersicht/日本.txt', sizeBytes: 0 }],
    previews: [{ file: 0, bytes: new Uint8Array([1, 200, 0]), description: 'A lake' }],
    previewsId: new Uint8Array(32).fill(200),
  },
  ...{ doneBytes: 7, roots: [], directory: '/srv/in', paths: [], offeredAtMs: 1, expiresAtMs: 6 },
};
const own: StoredTransfer = {
  ...incoming,
  ...{ transferId: messageId(2), from: self, state: 'failed', code: 'changed', isTold: true, directory: '' },
  ...{ roots: [{ name: 'a', path: '/home/a' }], paths: ['/home/a'] },
};

export function describeTransfers(getStore: () => HistoryStore): void {
  it('[FILE-3] are stored with everything about them, and replaced by their ID', () => {
    const { transfers } = getStore();
    transfers.put(incoming);
    transfers.put(own);
    const done: StoredTransfer = { ...incoming, state: 'done', paths: ['/srv/in/a (2)'] };
    transfers.put(done);
    expect(transfers.list().toSorted((a, b) => (a.transferId < b.transferId ? -1 : 1))).toEqual([done, own]);
  });

  it('[FILE-3] are removed by their ID', () => {
    const { transfers } = getStore();
    transfers.put(incoming);
    transfers.remove(incoming.transferId);
    transfers.remove(messageId(3));
    expect(transfers.list()).toEqual([]);
  });

  it('[FILE-3] are part of a batch', () => {
    const store = getStore();
    store.transfers.put(own);
    const fail = (): void => {
      store.transfers.put(incoming);
      store.transfers.remove(own.transferId);
      throw new Error('the batch fails');
    };
    expect(() => store.batch(fail)).toThrow('the batch fails');
    expect(store.transfers.list()).toEqual([own]);
  });
}
