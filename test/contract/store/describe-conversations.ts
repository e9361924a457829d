/**
 * The contract of a store for many messages and for contacts: it lists, searches and deletes. Part
 * of store-suite.ts.
 */
import { expect, it } from 'vitest';
import { conversationOf, peerOfConversation, toCursor } from '../../../src/shared/lib/ids.ts';
import type { MessageStore, StoredMessage } from '../../../src/main/core/messaging/ports.ts';
import type { FakeClock } from '../../fakes/fake-clock.ts';
import { behindAll, cursorAt } from '../../fakes/cursors.ts';
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
import { clearAll, deleteAllOlderThan, searchAll } from '../../fakes/store-slices.ts';

/** Longer than indexing takes. */
export const settleMs = 10_000;

export function describeConversations(getStore: () => MessageStore): void {
  it('are listed by their last message, latest first', () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana));
    store.addIncoming(incoming(2, ben));
    store.addOutgoing(outgoing(3, ana));
    store.addIncoming(incoming(4, mallory, { conversation: everyone }));
    expect(store.conversations(9).map(({ conversation, last, unread }) => [conversation, last.text, unread])).toEqual([
      [everyone, 'message 4', 1],
      [withAna, 'message 3', 1],
      [withBen, 'message 2', 1],
    ]);
    expect(store.conversations(1).map(({ conversation }) => conversation)).toEqual([everyone]);
  });

  it('[TRUST-8] are limited: those we wrote to or verified come first, then those of online peers', () => {
    const store = getStore();
    store.addOutgoing(outgoing(1, ana));
    store.addIncoming(incoming(2, ben));
    store.putContact({ ...person(ben), verified: true });
    store.addIncoming(incoming(3, mallory));
    const unknownSenders = ['d', 'e', 'f'].map((letter) => letter.repeat(52));
    for (const [index, unknownSender] of unknownSenders.entries()) store.addIncoming(incoming(4 + index, unknownSender));
    const listed = (limit: number, here: readonly string[] = []) =>
      store.conversations(limit, here).map(({ conversation }) => peerOfConversation(conversation));
    expect([listed(2), listed(3), listed(3, [mallory]), listed(9)]).toEqual([
      [ben, ana],
      [unknownSenders[2], ben, ana],
      [mallory, ben, ana],
      [...unknownSenders.toReversed(), mallory, ben, ana],
    ]);
  });

  it('[TRUST-7] record whether we ever wrote in them, even after they are cleared', () => {
    const store = getStore();
    store.addOutgoing(outgoing(1, ana));
    store.setState(messageId(1), 'delivered');
    store.addIncoming(incoming(2, ben));
    clearAll(store, withAna);
    expect([ana, ben, mallory].map((peerId) => store.hasWrittenTo(peerId))).toEqual([true, false, false]);
  });

  it('are read up to a message, and never become unread again', () => {
    const store = getStore();
    const added = [1, 2, 3].map((number) => store.addIncoming(incoming(number, ana)));
    const elsewhere = store.addIncoming(incoming(4, ben));
    store.addOutgoing(outgoing(5, ana));
    expect(store.markRead(withAna, added[1]?.cursor ?? cursorAt(0), 9)).toEqual(added.slice(0, 2).map(toMark));
    expect(store.markRead(withAna, added[0]?.cursor ?? cursorAt(0), 9)).toEqual([]);
    expect(unreadOf(store, ana)).toBe(1);
    expect(store.markRead(withAna, elsewhere?.cursor ?? cursorAt(0), 9)).toEqual([toMark(added[2])]);
    expect([unreadOf(store, ana), unreadOf(store, ben)]).toEqual([0, 1]);
  });

  it('are marked as read in slices, the oldest first', () => {
    const store = getStore();
    const added = [1, 2, 3, 4, 5].map((number) => store.addIncoming(incoming(number, ana)));
    store.addOutgoing(outgoing(6, ana));
    const through = added[3]?.cursor ?? cursorAt(0);
    const slices = [2, 0, 2, 2].map((limit) => {
      const read = store.markRead(withAna, through, limit).map((mark) => mark.messageId);
      return [read, unreadOf(store, ana)];
    });
    expect(slices).toEqual([
      [[messageId(1), messageId(2)], 3],
      [[], 3],
      [[messageId(3), messageId(4)], 1],
      [[], 1],
    ]);
    expect(store.markRead(withAna, behindAll, 2)).toHaveLength(1);
    expect(unreadOf(store, ana)).toBe(0);
  });

  it('do not mark later messages as read, however far the cursor goes', () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana));
    expect(store.markRead(withAna, behindAll, 9)).toHaveLength(1);
    const late = store.addIncoming(incoming(2, ana));
    expect(unreadOf(store, ana)).toBe(1);
    expect(store.markRead(withAna, behindAll, 9)).toEqual([toMark(late)]);
    expect(store.markRead(withMallory, behindAll, 9)).toEqual([]);
  });

  it('refuse a cursor that no store created, with a code, and change nothing', () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana));
    for (const cursor of ['', '1', 'nonsense', `${behindAll}0`].map(toCursor)) {
      const refused = expect.objectContaining({ name: 'StoreError', code: 'bad-cursor' });
      expect(() => store.markRead(withAna, cursor, 9)).toThrow(refused);
      expect(() => store.history(withAna, { limit: 9, before: cursor })).toThrow(refused);
      expect(() => store.history(withAna, { limit: 9, after: cursor })).toThrow(refused);
    }
    expect(unreadOf(store, ana)).toBe(1);
  });

  it('are marked as read a part at a time, in order, up to the cursor', () => {
    const store = getStore();
    const added = [1, 2, 3, 4].map((number) => store.addIncoming(incoming(number, ana)));
    store.addOutgoing(outgoing(5, ana));
    const through = added[2]?.cursor ?? cursorAt(0);
    const parts = [2, 2, 2].map((limit) => [store.markRead(withAna, through, limit), unreadOf(store, ana)]);
    expect(parts).toEqual([
      [added.slice(0, 2).map(toMark), 2],
      [[toMark(added[2])], 1],
      [[], 1],
    ]);
  });
}

export function describeSearch(getStore: () => MessageStore, getClock: () => FakeClock): void {
  const samples = ['See you at ten', 'see you Tomorrow', 'the naïve CAFÉ', '東京タワーへ行く', 'done 🎉', 'you you you', ''];

  it.each([
    ['before it is indexed', 0],
    ['after', settleMs],
  ])('[STORE-6] matches every word, the last one as a prefix, newest first, %s', async (_when, waitMs) => {
    const store = getStore();
    for (const [index, text] of samples.entries()) store.addIncoming(incoming(index + 1, index % 2 === 0 ? ana : ben, { text }));
    await getClock().advance(waitMs);
    const found = (query: string): readonly string[] => texts(searchAll(store, query, { limit: 9 }));
    expect(found('you')).toEqual(['you you you', 'see you Tomorrow', 'See you at ten']);
    expect(found('YOU s')).toEqual(['see you Tomorrow', 'See you at ten']);
    expect(found('tomo')).toEqual(['see you Tomorrow']);
    expect(found('tomo see')).toEqual([]);
    expect(found('cafe naive')).toEqual(['the naïve CAFÉ']);
    expect(found('Ｃafé')).toEqual(['the naïve CAFÉ']);
    expect(found('タワー')).toEqual(['東京タワーへ行く']);
    expect(found('京')).toEqual(['東京タワーへ行く']);
    expect(found('タ京')).toEqual([]);
    expect(found('🎉')).toEqual(['done 🎉']);
    expect(texts(searchAll(store, 'you', { limit: 2 }))).toEqual(['you you you', 'see you Tomorrow']);
    expect(texts(searchAll(store, 'you', { limit: 9, conversation: withBen }))).toEqual(['you you you', 'see you Tomorrow']);
    expect(searchAll(store, 'you', { limit: 9, conversation: withMallory })).toEqual([]);
  });

  it('[STORE-6] accepts any text as a query', async () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana, { text: 'a plain text; with café' }));
    const many = Array.from({ length: 3_000 }, (_, index) => `word${index}`).join(' ');
    const strange = [
      '',
      ' ',
      '"',
      '" OR "',
      'a*',
      '* ',
      'NOT a',
      'a AND',
      'words : a',
      '^a',
      'NEAR(a b)',
      '%',
      '_',
      '\\',
      "'; DROP TABLE message; --",
    ];
    const queries = [...strange, '\0', '\ud800', '\ue0001', 'x'.repeat(100_000), '東'.repeat(5_000), many, 'é'.repeat(60_000)];
    const all = (): readonly (readonly string[])[] => queries.map((query) => texts(searchAll(store, query, { limit: 9 })));
    const before = all();
    await getClock().advance(settleMs);
    expect(all()).toEqual(before);
    expect(queries.filter((_, index) => before[index]?.length === 1)).toEqual(['a*']);
  });

  it('[STORE-6] finds messages from before and after the last indexing, newest first', async () => {
    const store = getStore();
    for (let number = 1; number <= 5; number += 1) store.addIncoming(incoming(number, ana, { text: `word ${number}` }));
    await getClock().advance(settleMs);
    for (let number = 6; number <= 8; number += 1) store.addIncoming(incoming(number, ana, { text: `word ${number}` }));
    expect(texts(searchAll(store, 'word', { limit: 5 }))).toEqual(['word 8', 'word 7', 'word 6', 'word 5', 'word 4']);
  });
}

export function describeDeletion(getStore: () => MessageStore): void {
  it('clears a conversation, except messages that wait for delivery', () => {
    const store = getStore();
    for (let number = 1; number <= 4; number += 1) store.addOutgoing(outgoing(number, ana));
    store.addIncoming(incoming(5, ana));
    store.addIncoming(incoming(6, ben));
    store.setState(messageId(1), 'read');
    store.setState(messageId(2), 'cancelled');
    store.setState(messageId(3), 'sent');
    expect(clearAll(store, withAna)).toBe(3);
    expect(texts(store.exportMessages())).toEqual(['message 3', 'message 4', 'message 6']);
    expect(store.conversations(9).map(({ last, unread }) => [last.text, unread])).toEqual([
      ['message 6', 1],
      ['message 4', 0],
    ]);
    expect(store.undelivered(ana, { afterSequence: 0, limit: 9 })).toHaveLength(2);
    expect([clearAll(store, withAna), clearAll(store, withMallory)]).toEqual([0, 0]);
  });

  it('[STORE-5] restarts neither our sequences nor positions', () => {
    const store = getStore();
    const before = store.addOutgoing(outgoing(1, ana));
    store.setState(messageId(1), 'delivered');
    store.markRead(withAna, before.cursor, 9);
    clearAll(store, withAna);
    const after = store.addOutgoing(outgoing(2, ana));
    expect(after.sequence).toBe(2);
    expect(after.position).toBeGreaterThan(before.position);
    store.addIncoming(incoming(3, ana));
    expect(unreadOf(store, ana)).toBe(1);
  });

  it('[STORE-3] keeps a deleted message from being new when it is sent again', () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana));
    store.addIncoming(incoming(2, ben));
    clearAll(store, withAna);
    store.markRead(withBen, behindAll, Infinity);
    expect(deleteAllOlderThan(store, Number.MAX_SAFE_INTEGER)).toBe(1);
    expect([store.addIncoming(incoming(1, ana)), store.addIncoming(incoming(2, ben))]).toEqual([undefined, undefined]);
    expect(store.addIncoming(incoming(1, mallory))).toBeDefined();
  });

  it('[STORE-11] removes messages persisted before a time, except those that wait', () => {
    const store = getStore();
    for (let number = 1; number <= 4; number += 1) store.addIncoming(incoming(number, number % 2 === 0 ? ana : ben));
    const waiting = store.addOutgoing(outgoing(5, ana));
    store.markRead(withAna, behindAll, 9);
    store.markRead(withBen, behindAll, 9);
    expect(deleteAllOlderThan(store, 2_003)).toBe(2);
    expect(texts(store.exportMessages())).toEqual(['message 3', 'message 4', 'message 5']);
    expect(deleteAllOlderThan(store, waiting.receivedAtMs + 1)).toBe(2);
    expect(texts(store.exportMessages())).toEqual(['message 5']);
    expect(store.conversations(9).map(({ conversation, unread }) => [conversation, unread])).toEqual([[withAna, 0]]);
  });

  it('[STORE-11] keeps messages that came after a younger one, whatever the clock showed', () => {
    const store = getStore();
    for (const [number, receivedAtMs] of [10, 2_000, 5, 2_001, 6].entries()) {
      store.addIncoming(incoming(number + 1, ana, { receivedAtMs }));
    }
    store.markRead(withAna, behindAll, Infinity);
    expect(deleteAllOlderThan(store, 1_000)).toBe(1);
    expect(texts(store.exportMessages())).toEqual(['message 2', 'message 3', 'message 4', 'message 5']);
    expect(deleteAllOlderThan(store, 2_001)).toBe(2);
    expect(deleteAllOlderThan(store, 9_000)).toBe(2);
  });

  it('[STORE-11] does not remove unread messages by age until they are read', () => {
    const store = getStore();
    const [read] = [1, 2].map((number) => store.addIncoming(incoming(number, ana)));
    store.addIncoming(incoming(3, ben));
    const batched = store.batch(() => {
      store.markRead(withAna, read?.cursor ?? cursorAt(0), Infinity);
      return deleteAllOlderThan(store, 9_000);
    });
    expect([batched, texts(store.exportMessages())]).toEqual([1, ['message 2', 'message 3']]);
    expect([unreadOf(store, ana), unreadOf(store, ben)]).toEqual([1, 1]);
    store.markRead(withAna, behindAll, Infinity);
    expect([deleteAllOlderThan(store, 9_000), texts(store.exportMessages())]).toEqual([1, ['message 3']]);
  });

  it('[STORE-6] removes messages from the search', () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana, { text: 'word one' }));
    store.addIncoming(incoming(2, ben, { text: 'word two' }));
    clearAll(store, withAna);
    expect(texts(searchAll(store, 'word', { limit: 9 }))).toEqual(['word two']);
  });
}

export function describePeople(getStore: () => MessageStore): void {
  it('are stored as last put', () => {
    const store = getStore();
    store.putContact(person(ben));
    store.putContact(person(ana));
    store.putContact({ ...person(ana), name: 'Ana P.', verified: true, blocked: true, lastSeenMs: 99 });
    expect(store.contacts()).toEqual([
      { ...person(ana), name: 'Ana P.', verified: true, blocked: true, lastSeenMs: 99 },
      person(ben),
    ]);
  });
}

function unreadOf(store: MessageStore, peerId: string): number | undefined {
  return store.conversations(99).find((summary) => summary.conversation === conversationOf(peerId))?.unread;
}

function toMark(message: StoredMessage | undefined): unknown {
  return { messageId: message?.messageId, from: message?.from };
}
