/**
 * The contract of a store for single messages: it adds them, and keeps batches whole. Part of store-suite.ts.
 */
import { expect, it } from 'vitest';
import { StoreError, type MessageStore } from '../../../src/main/core/messaging/ports.ts';
import { cursorAt } from '../../fakes/cursors.ts';
import { type Cursor } from '../../../src/shared/lib/ids.ts';
import {
  ana,
  ben,
  everyone,
  incoming,
  mallory,
  messageId,
  outgoing,
  person,
  texts,
  withAna,
  withBen,
  withMallory,
} from './sample-messages.ts';
import { clearAll, searchAll } from '../../fakes/store-slices.ts';

export function describeMessages(getStore: () => MessageStore): void {
  it('[STORE-5] numbers our own messages from 1, per conversation', () => {
    const store = getStore();
    const added = [outgoing(1, ana), outgoing(2, ana), outgoing(3, ben)].map((draft) => store.addOutgoing(draft));
    expect(added.map(({ conversation, sequence, state }) => [conversation, sequence, state])).toEqual([
      [withAna, 1, 'queued'],
      [withAna, 2, 'queued'],
      [withBen, 1, 'queued'],
    ]);
  });

  it('returns added messages unchanged', () => {
    const store = getStore();
    const text = 'Zürich 東京 🎉 a\u0000b "quoted" \u202e\r\n'.repeat(3);
    const own = store.addOutgoing(outgoing(1, ana, text));
    const theirs = store.addIncoming(incoming(2, ana, { text, sequence: 2 ** 40, sentAtMs: -1 }));
    expect(store.history(withAna, { limit: 9 })).toEqual([theirs, own]);
    expect(own).toMatchObject({ ...outgoing(1, ana, text), state: 'queued' });
    const given = incoming(2, ana, { text, sequence: 2 ** 40, sentAtMs: -1 });
    expect(theirs).toEqual({ ...given, position: theirs?.position, cursor: theirs?.cursor });
  });

  it("[STORE-3] accepts an author's message once", () => {
    const store = getStore();
    const first = store.addIncoming(incoming(1, ana));
    expect(store.addIncoming(incoming(1, ana, { text: 'changed', conversation: everyone }))).toBeUndefined();
    expect([...store.exportMessages()]).toEqual([first]);
    expect(store.conversations(9).map(({ unread }) => unread)).toEqual([1]);
  });

  it('[STORE-3] keeps messages of other authors with the same ID', () => {
    const store = getStore();
    const own = store.addOutgoing(outgoing(1, ana));
    const theirs = store.addIncoming(incoming(2, ana));
    const forged = [1, 2].map((number) => store.addIncoming(incoming(number, mallory, { text: 'forged' })));
    expect(store.history(withAna, { limit: 9 })).toEqual([theirs, own]);
    expect([store.get(messageId(1)), store.get(messageId(2))]).toEqual([own, theirs]);
    expect([store.get(messageId(1), mallory), store.get(messageId(2), mallory)]).toEqual(forged);
    expect(store.setState(messageId(2), 'read')).toBe(false);
    expect(store.setState(messageId(1), 'delivered')).toBe(true);
    expect(store.get(messageId(1), mallory)).toEqual(forged[0]);
  });

  it('[STORE-3] finds our own message by its ID, even if another author used that ID before', () => {
    const store = getStore();
    store.addIncoming(incoming(1, mallory));
    const own = store.addOutgoing(outgoing(1, ana));
    expect(store.get(messageId(1))).toEqual(own);
  });

  it('does not find a message that was never added, whatever its ID', () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana));
    const ids = [messageId(2), '', 'nonsense', messageId(1).toUpperCase(), '\0', 'x'.repeat(10_000)];
    expect(ids.map((id) => store.get(id))).toEqual(ids.map(() => undefined));
    expect(ids.map((id) => store.setState(id, 'read'))).toEqual(ids.map(() => false));
    expect(store.get(messageId(1), ben)).toBeUndefined();
  });

  it('stores an ID of another form unchanged', () => {
    const store = getStore();
    const added = store.addIncoming(incoming(1, ana, { messageId: 'of-another-form' }));
    expect(store.get('of-another-form')).toEqual(added);
  });

  it('refuses to add our own message twice, and keeps the first', () => {
    const store = getStore();
    const first = store.addOutgoing(outgoing(1, ana));
    expect(() => store.addOutgoing(outgoing(1, ben))).toThrow(StoreError);
    expect([...store.exportMessages()]).toEqual([first]);
    expect(store.addOutgoing(outgoing(2, ana)).sequence).toBe(2);
    expect(store.addOutgoing(outgoing(3, ben)).sequence).toBe(1);
  });

  it('returns a conversation backwards in pages, in order of position', () => {
    const store = getStore();
    for (let number = 1; number <= 25; number += 1) {
      store.addIncoming(incoming(number, ana, { sentAtMs: 1_000 - number, receivedAtMs: 9_000 - number }));
      store.addIncoming(incoming(number, ben));
    }
    const first = store.history(withAna, { limit: 10 });
    const second = store.history(withAna, { limit: 10, before: first.at(-1)?.cursor ?? cursorAt(0) });
    const third = store.history(withAna, { limit: 10, before: second.at(-1)?.cursor ?? cursorAt(0) });
    expect([...first, ...second, ...third].map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 25 }, (_, index) => 25 - index),
    );
    expect(store.history(withMallory, { limit: 10 })).toEqual([]);
    const after = (cursor: Cursor | undefined): readonly number[] =>
      store.history(withAna, { limit: 10, after: cursor ?? cursorAt(0) }).map(({ sequence }) => sequence);
    expect([after(undefined)[0], after(third.at(-1)?.cursor)[0], after(second[0]?.cursor)]).toEqual([
      10,
      11,
      Array.from({ length: 10 }, (_, index) => 25 - index),
    ]);
    expect(after(first[0]?.cursor)).toEqual([]);
  });

  it('accepts any number as a limit', () => {
    const store = getStore();
    for (let number = 1; number <= 3; number += 1) store.addIncoming(incoming(number, ana, { text: 'word' }));
    const counts = [0, -1, NaN, 1.9, 2, Infinity].map((limit) => [
      store.history(withAna, { limit }).length,
      searchAll(store, 'word', { limit }).length,
      store.conversations(limit).length,
    ]);
    expect(counts).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 1],
      [3, 3, 1],
    ]);
  });

  it('exports in order, during writes', () => {
    const store = getStore();
    store.batch(() => {
      for (let number = 1; number <= 1_203; number += 1) store.addIncoming(incoming(number, number % 2 === 0 ? ana : ben));
    });
    let next = 5_000;
    const positions: number[] = [];
    for (const { position } of store.exportMessages()) {
      positions.push(position);
      if (positions.length % 100 === 0) store.addIncoming(incoming((next += 1), ana));
    }
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).toHaveLength(1_203);
    expect([...store.exportMessages(withBen)].every(({ conversation }) => conversation === withBen)).toBe(true);
    expect([...store.exportMessages(withBen)]).toHaveLength(602);
    expect([...store.exportMessages(withMallory)]).toEqual([]);
    expect(Array.from(store.exportMessages(undefined, positions[600]), ({ position }) => position).slice(0, 602)).toEqual(
      positions.slice(601),
    );
    expect([...store.exportMessages(withBen, Infinity)]).toEqual([]);
    const rest = Array.from(store.exportMessages(undefined, positions[599]), ({ position }) => position);
    expect(rest.slice(0, 603)).toEqual(positions.slice(600));
    expect([...store.exportMessages(withBen, positions.at(-1))]).toEqual([]);
  });
}

export function describeBatches(getStore: () => MessageStore): void {
  it('[STORE-1] persist everything or nothing', () => {
    const store = getStore();
    store.addOutgoing(outgoing(1, ana));
    const theirs = store.addIncoming(incoming(2, ana, { text: 'before' }));
    const before = [...store.exportMessages()];
    const summaries = store.conversations(9);
    const bug = new Error('half way');
    expect(() =>
      store.batch(() => {
        store.addOutgoing(outgoing(3, ana));
        store.addIncoming(incoming(4, ben, { text: 'during' }));
        store.setState(messageId(1), 'delivered');
        store.markRead(withAna, theirs?.cursor ?? cursorAt(0), 9);
        clearAll(store, withAna);
        store.putContact(person(ana));
        throw bug;
      }),
    ).toThrow(bug);
    expect([...store.exportMessages()]).toEqual(before);
    expect(store.conversations(9)).toEqual(summaries);
    expect(store.undelivered(ana, { afterSequence: 0, limit: 9 })).toHaveLength(1);
    expect(store.contacts()).toEqual([]);
    expect(texts(searchAll(store, 'during', { limit: 9 }))).toEqual([]);
    expect(store.addOutgoing(outgoing(3, ana)).sequence).toBe(2);
    expect(store.addIncoming(incoming(4, ben))).toBeDefined();
  });

  it('[STORE-1] persist nothing if a part failed, even if the batch caught the error', () => {
    const store = getStore();
    store.addOutgoing(outgoing(1, ana));
    const act = (): void =>
      store.batch(() => {
        store.addIncoming(incoming(2, ben));
        try {
          store.addOutgoing(outgoing(1, ana));
        } catch {
          // As careless code would.
        }
      });
    expect(act).toThrow(StoreError);
    expect(texts(store.exportMessages())).toEqual(['message 1']);
  });

  it('return the result of their function, see their own writes, and do not nest', () => {
    const store = getStore();
    const seen = store.batch(() => {
      store.addIncoming(incoming(1, ana, { text: 'word' }));
      expect(() => store.batch(() => 0)).toThrow('batch');
      return [
        store.get(messageId(1)),
        store.history(withAna, { limit: 1 })[0],
        searchAll(store, 'word', { limit: 1 })[0],
        store.conversations(1)[0]?.last,
      ];
    });
    expect(seen.map((message) => message?.text)).toEqual(['word', 'word', 'word', 'word']);
    expect(store.batch(() => 'again')).toBe('again');
  });
}
