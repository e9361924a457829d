/** The contract of every store for drafts. Part of store-suite.ts. */
import { expect, it } from 'vitest';
import { maxDrafts } from '../../../src/main/core/drafts/ports.ts';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import { conversationOfRoom } from '../../../src/shared/lib/ids.ts';
import { withAna, withBen } from './sample-messages.ts';

export function describeDrafts(getStore: () => HistoryStore): void {
  it('[DRAFT-1] are stored one per conversation, rooms too, each with a version higher than all before', () => {
    const { drafts } = getStore();
    const room = conversationOfRoom('everyone');
    const put = [withAna, room, withAna].map((conversation, index) =>
      drafts.put({ conversation, text: `text ${index}`, sentVersion: index - 1 }),
    );
    expect({
      put: put.map(({ version }) => version),
      ana: drafts.get(withAna),
      room: drafts.get(room),
      ben: drafts.get(withBen),
    }).toEqual({
      put: [1, 2, 3],
      ana: { conversation: withAna, text: 'text 2', version: 3, sentVersion: 1 },
      room: { conversation: room, text: 'text 1', version: 2, sentVersion: 0 },
      ben: undefined,
    });
  });

  it('[LIST-21] are listed with their beginnings, as long as they have a text', () => {
    const { drafts } = getStore();
    drafts.put({ conversation: withAna, text: 'éa long text', sentVersion: -1 });
    drafts.put({ conversation: withBen, text: '', sentVersion: 3 });
    drafts.put({ conversation: conversationOfRoom('tea'), text: 'hi', sentVersion: -1 });
    expect(new Map(drafts.starts(6).map(({ conversation, text }) => [conversation, text]))).toEqual(
      new Map([
        [withAna, 'éa lon'],
        [conversationOfRoom('tea'), 'hi'],
      ]),
    );
  });

  it('[DRAFT-1] are part of a batch', () => {
    const store = getStore();
    const fail = (): void => {
      store.drafts.put({ conversation: withAna, text: 'half', sentVersion: -1 });
      throw new Error('the batch fails');
    };
    expect(() => store.batch(fail)).toThrow('the batch fails');
    expect(store.drafts.get(withAna)).toBeUndefined();
  });

  it(`[DRAFT-2] are ${maxDrafts} at most: the one that changed longest ago goes first`, () => {
    const store = getStore();
    store.batch(() => {
      store.drafts.put({ conversation: withAna, text: 'oldest', sentVersion: -1 });
      store.drafts.put({ conversation: withBen, text: 'old', sentVersion: -1 });
      for (let number = 2; number <= maxDrafts; number += 1)
        store.drafts.put({ conversation: conversationOfRoom(`room-${number}`), text: 'new', sentVersion: -1 });
    });
    const next = store.drafts.put({ conversation: withBen, text: 'changed', sentVersion: -1 });
    expect({ ana: store.drafts.get(withAna), ben: store.drafts.get(withBen)?.text, version: next.version }).toEqual({
      ana: undefined,
      ben: 'changed',
      version: maxDrafts + 2,
    });
  });
}
