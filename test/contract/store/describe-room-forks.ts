/**
 * The contract of a store for rooms: two blocks at one place, read marks, our own states, and
 * removal. Part of store-suite.ts.
 */
import { expect, it } from 'vitest';
import { StoreError } from '../../../src/main/core/messaging/ports.ts';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import { behindAll } from '../../fakes/cursors.ts';
import { clearAll } from '../../fakes/store-slices.ts';
import { withDen } from './describe-rooms.ts';
import { addBlock, block, den, idsOf, inDen, tagOf } from './sample-blocks.ts';
import { ana, ben, incoming, mallory, self, texts, withAna } from './sample-messages.ts';

export function describeRoomForks(getStore: () => HistoryStore): void {
  it('[ROOM-46] of two blocks at one place the winner is held, and the loser stays as a proof, marked', () => {
    const store = withDen(getStore);
    const { rooms } = store;
    const [loser, behind] = [block({ from: ana, first: 1, count: 4, ms: 8 }), block({ from: ana, first: 5, ms: 9 })];
    const winner = block({ from: ana, first: 1, count: 2, ms: 7, word: 'meant' });
    addBlock(rooms, loser);
    addBlock(rooms, behind);
    expect(addBlock(rooms, loser)).toEqual({ ok: false, reason: 'known' });
    expect(addBlock(rooms, winner)).toEqual({ ok: false, reason: 'overlaps' });
    expect(addBlock(rooms, winner, { wins: true }).ok).toBe(true);
    expect(store.history(inDen, { limit: 9 }).map(({ text, place }) => [text, place?.counts])).toEqual([
      ['a5 said', true],
      ['a4 said', false],
      ['a3 said', false],
      ['a2 said', false],
      ['a1 said', false],
      ['a2 meant', true],
      ['a1 meant', true],
    ]);
    expect(store.conversations(1)[0]?.unread).toBe(3);
    expect(rooms.holes(den.id, tagOf(ana), 9)).toEqual([{ first: 3, last: 4 }]);
    expect(rooms.proof(den.id, tagOf(ana))).toEqual(loser.bytes);
    expect([rooms.keepProof(behind), rooms.keepProof(block({ from: ben, first: 1, ms: 1 }))]).toEqual([false, false]);
    expect(rooms.log(den.id, tagOf(ana))).toMatchObject({ top: 5, messages: 3 });
    clearAll(store, inDen);
    expect(store.history(inDen, { limit: 9 })).toEqual([]);
  });

  it('[ROOM-46] a loser that was signed with the same time goes with its messages, and the top follows', () => {
    const store = withDen(getStore);
    const { rooms } = store;
    const winner = block({ from: ana, first: 2, ms: 8, word: 'meant' });
    addBlock(rooms, block({ from: ana, first: 1, ms: 7 }));
    addBlock(rooms, block({ from: ana, first: 2, count: 3, ms: 8, clockCount: 4 }));
    addBlock(rooms, winner, { wins: true });
    expect(texts(store.history(inDen, { limit: 9 }))).toEqual(['a2 meant', 'a1 said']);
    expect(rooms.log(den.id, tagOf(ana))).toMatchObject({ top: 2, topHash: winner.hash, messages: 2 });
    expect([rooms.holes(den.id, tagOf(ana), 9), store.conversations(1)[0]?.unread]).toEqual([[], 2]);
  });

  it('[ROOM-47] blocks that do not count are in no top, and count when they are added again', () => {
    const store = withDen(getStore);
    const { rooms } = store;
    const all = [1, 3, 5].map((first) => block({ from: ana, first, count: 2, ms: first }));
    for (const added of all) addBlock(rooms, added);
    rooms.discount(den.id, tagOf(ana), 3);
    const counts = () => store.history(inDen, { limit: 9 }).map(({ place }) => place?.counts);
    expect(rooms.log(den.id, tagOf(ana))).toMatchObject({ top: 2, topHash: all[0]?.hash });
    expect(counts()).toEqual([false, false, false, false, true, true]);
    const last = all[2] ?? block({ from: ana, first: 5, ms: 5 });
    expect(addBlock(rooms, last, { counts: false })).toEqual({ ok: false, reason: 'known' });
    expect(addBlock(rooms, last)).toEqual({ ok: true, messages: [] });
    expect(rooms.log(den.id, tagOf(ana))).toMatchObject({ top: 6, topHash: last.hash });
    expect(rooms.holes(den.id, tagOf(ana), 9)).toEqual([{ first: 3, last: 4 }]);
    expect(counts()).toEqual([true, true, false, false, true, true]);
    const unfit = block({ from: ben, first: 1, ms: 1 });
    addBlock(rooms, unfit, { counts: false, messageIds: [] });
    expect(rooms.log(den.id, tagOf(ben))).toMatchObject({ floor: 0, top: 0 });
    expect(addBlock(rooms, unfit)).toMatchObject({ ok: true, messages: [{ text: 'b1 said' }] });
  });

  it('[ROOM-47] a block without kept bytes is held, and is no message and no answer', () => {
    const store = withDen(getStore);
    addBlock(store.rooms, block({ from: mallory, first: 1, ms: 1 }), { keepsBytes: false, messageIds: [] });
    expect(store.rooms.log(den.id, tagOf(mallory))).toMatchObject({ top: 1, bytes: 0 });
    expect(store.rooms.blocks(den.id, tagOf(mallory), { first: 1, last: 9, maxBytes: 999 })).toEqual([]);
    expect([store.history(inDen, { limit: 9 }), store.conversations(9)]).toEqual([[], []]);
  });
}

export function describeRoomReading(getStore: () => HistoryStore): void {
  it('[ROOM-48] a message that comes late is unread, though what is after it is read', () => {
    const store = withDen(getStore);
    const add = (first: number, count: number, ms: number) => {
      const result = addBlock(store.rooms, block({ from: ana, first, count, ms }));
      return result.ok ? result.messages : [];
    };
    const [, second] = add(3, 3, 9);
    const read = (cursor = second?.cursor ?? behindAll, limit?: number) =>
      store.markRead(inDen, cursor, limit).map(({ messageId }) => store.get(messageId)?.text);
    expect(read()).toEqual(['a3 said', 'a4 said']);
    add(1, 2, 4);
    expect(store.conversations(1)[0]?.unread).toBe(3);
    expect(read(second?.cursor, 1)).toEqual(['a1 said']);
    expect(read()).toEqual(['a2 said']);
    expect([read(), store.conversations(1)[0]?.unread]).toEqual([[], 1]);
    expect(() => store.markRead(inDen, behindAll)).toThrow(StoreError);
  });

  it('[ROOM-49] the state of our own messages moves forward, by blocks of a range', () => {
    const store = withDen(getStore);
    const all = [1, 3].map((first) => block({ from: self, first, count: 2, ms: first }));
    for (const added of all) addBlock(store.rooms, added, { state: 'queued' });
    addBlock(store.rooms, block({ from: ana, first: 1, ms: 1 }));
    const set = (first: number, last: number, state: 'sent' | 'delivered', from = self) =>
      store.rooms.setStates(den.id, tagOf(from), { first, last }, state);
    expect(set(1, 4, 'sent')).toEqual(all.flatMap(idsOf));
    expect(store.rooms.undelivered(den.id, tagOf(self))).toEqual({ first: 1, last: 4 });
    expect(set(1, 3, 'delivered')).toEqual(idsOf(all[0] as (typeof all)[0]));
    expect([set(1, 2, 'sent'), set(1, 1, 'delivered', ana)]).toEqual([[], []]);
    expect([self, ana].map((from) => store.rooms.undelivered(den.id, tagOf(from)))).toEqual([{ first: 3, last: 4 }, undefined]);
    expect(store.setState(idsOf(all[1] as (typeof all)[0])[0] ?? '', 'read')).toBe(false);
    expect(store.history(inDen, { limit: 9 }).map(({ text, state }) => [text, state])).toEqual([
      ['s4 said', 'sent'],
      ['s3 said', 'sent'],
      ['s2 said', 'delivered'],
      ['s1 said', 'delivered'],
      ['a1 said', undefined],
    ]);
    expect(store.conversations(1)[0]?.unread).toBe(1);
  });

  it('[ROOM-50] clear raises the floors, holes included, and keeps the rows of logs', () => {
    const store = withDen(getStore);
    const { rooms } = store;
    addBlock(rooms, block({ from: ana, first: 4, count: 2, ms: 4 }), { floor: 1 });
    addBlock(rooms, block({ from: ana, first: 9, ms: 9 }));
    addBlock(rooms, block({ from: self, first: 1, ms: 1 }), { state: 'delivered' });
    addBlock(rooms, block({ from: self, first: 2, ms: 2 }), { state: 'sent' });
    store.addIncoming(incoming(1, ana));
    expect(clearAll(store, inDen)).toBe(4);
    expect(rooms.log(den.id, tagOf(ana))).toMatchObject({ floor: 9, removed: 9, top: 9, messages: 0, bytes: 0 });
    expect([rooms.holes(den.id, tagOf(ana), 9), texts(store.history(inDen, { limit: 9 }))]).toEqual([[], ['s2 said']]);
    expect(addBlock(rooms, block({ from: ana, first: 7, ms: 7 }))).toEqual({ ok: false, reason: 'below-floor' });
    expect(addBlock(rooms, block({ from: ana, first: 10, ms: 10 })).ok).toBe(true);
    expect(texts(store.history(withAna, { limit: 9 }))).toEqual(['message 1']);
  });

  it('[ROOM-53] the row of an empty log goes when nobody named it for long', () => {
    const store = withDen(getStore);
    const { rooms } = store;
    for (const from of [ana, ben, mallory]) addBlock(rooms, block({ from, first: 1, ms: 1 }));
    rooms.removeOld(den.id, 101);
    addBlock(rooms, block({ from: ben, first: 2, ms: 2 }));
    rooms.noteNamed(den.id, [tagOf(mallory), 'unknown'], 500);
    rooms.noteNamed(den.id, [tagOf(mallory)], 400);
    expect([rooms.forgetLogs(100), rooms.forgetLogs(500), rooms.forgetLogs(500)]).toEqual([0, 1, 0]);
    expect(
      rooms
        .logs(den.id)
        .map(({ tag }) => tag)
        .sort(),
    ).toEqual([tagOf(ben), tagOf(mallory)].sort());
    expect(rooms.log(den.id, tagOf(mallory))?.namedAtMs).toBe(500);
  });
}
