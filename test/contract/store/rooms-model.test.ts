/** Random sequences of what happens to a room, on both stores and on the model. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import { cursorAtPlace } from '../../../src/main/node/storage/query/cursor.ts';
import type { Cursor } from '../../../src/shared/lib/ids.ts';
import type { StoredMessage } from '../../../src/main/core/messaging/ports.ts';
import { clearAll, deleteAllOlderThan, searchAll } from '../../fakes/store-slices.ts';
import { ana, ben, mallory, self } from './sample-messages.ts';
import { addBlock, block, den, inDen, tagOf } from './sample-blocks.ts';
import { RoomModel } from './room-model.ts';
import type { StoreWorld } from './store-suite.ts';
import { openFileWorld, openMemoryWorld } from './worlds.ts';

const people = [ana, ben, mallory, self];

type Step =
  | { readonly do: 'add'; readonly from: string; readonly first: number; readonly count: number; readonly ms: number }
  | { readonly do: 'read'; readonly count: number; readonly limit: number }
  | { readonly do: 'deliver'; readonly through: number }
  | { readonly do: 'expire'; readonly age: number; readonly by: 'room' | 'days' }
  | { readonly do: 'clear' }
  | { readonly do: 'fail' }
  | { readonly do: 'reopen' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      from: fc.constantFrom(...people),
      first: fc.integer({ min: 1, max: 24 }),
      count: fc.integer({ min: 1, max: 4 }),
      // Few, so that clocks are equal.
      ms: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      count: fc.integer({ min: 1, max: 20 }),
      limit: fc.constantFrom(1, 3, Infinity),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deliver' as const), through: fc.integer({ min: 1, max: 24 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('expire' as const),
      age: fc.integer({ min: 0, max: 30 }),
      by: fc.constantFrom('room' as const, 'days' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

interface Run extends StoreWorld {
  reopen?(): Promise<unknown>;
}

describe('random rooms', () => {
  it.each([
    ['on disk', openFileWorld, 60],
    ['in memory', openMemoryWorld, 200],
  ])(
    '[ROOM-42, ROOM-43, ROOM-45, ROOM-48, ROOM-49, ROOM-50, ROOM-51] match the model, %s',
    async (_where, openWorld, numRuns) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
          const world: Run = await openWorld();
          try {
            await runSteps(world, steps);
          } finally {
            await world.close();
          }
        }),
        { numRuns },
      );
    },
    120_000,
  );
});

async function runSteps(world: Run, steps: readonly Step[]): Promise<void> {
  const model = new RoomModel();
  world.store().rooms.join(den);
  let nowMs = 1_000;
  for (const next of steps) {
    nowMs += 1;
    if (next.do === 'reopen') await world.reopen?.();
    else runStep(world.store(), model, next, nowMs);
    expectSame(world.store(), model);
  }
}

function runStep(store: HistoryStore, model: RoomModel, next: Exclude<Step, { do: 'reopen' }>, nowMs: number): void {
  switch (next.do) {
    case 'add': {
      // A log's clocks rise with its numbers in general, but a store must not need it.
      const added = block({ ...next, clockCount: next.first });
      const isOwn = next.from === self;
      const result = addBlock(store.rooms, added, { receivedAtMs: nowMs, ...(isOwn && { state: 'sent' }) });
      expect(result.ok).toBe(model.add(added, nowMs, isOwn));
      return;
    }
    case 'read': {
      const target = model.inOrder()[next.count - 1] ?? model.inOrder().at(-1);
      if (!target) return;
      const count = model.inOrder().indexOf(target) + 1;
      const through = cursorAtPlace({ ...target.block, number: target.number });
      const read = store.markRead(inDen, through, next.limit).map(({ messageId }) => messageId);
      expect(read).toEqual(model.markRead(count, next.limit));
      return;
    }
    case 'deliver':
      store.rooms.setStates(den.id, tagOf(self), { first: 1, last: next.through }, 'delivered');
      model.deliver(tagOf(self), next.through);
      return;
    case 'expire': {
      const beforeMs = nowMs - next.age;
      const removed = next.by === 'days' ? deleteAllOlderThan(store, beforeMs) : removeAllOld(store, beforeMs);
      expect(removed).toBe(model.expire(beforeMs, next.by === 'room'));
      return;
    }
    case 'clear':
      expect(clearAll(store, inDen)).toBe(model.clear());
      return;
    case 'fail':
      expect(() =>
        store.batch(() => {
          addBlock(store.rooms, block({ from: ana, first: 30, count: 3, ms: 3 }));
          store.rooms.setStates(den.id, tagOf(self), { first: 1, last: 99 }, 'delivered');
          store.markRead(inDen, cursorAtPlace({ clock: { ms: 99, count: 0 }, tag: '0'.repeat(16), number: 0 }));
          store.clear(inDen);
          throw new Error('on purpose');
        }),
      ).toThrow('on purpose');
  }
}

function removeAllOld(store: HistoryStore, beforeMs: number): number {
  let deleted = 0;
  let after: Cursor | undefined;
  do {
    const slice = store.rooms.removeOld(den.id, beforeMs, after);
    deleted += slice.deleted;
    after = slice.next;
  } while (after !== undefined);
  return deleted;
}

function expectSame(store: HistoryStore, model: RoomModel): void {
  const expected = model.inOrder().map(({ messageId }) => messageId);
  const logs = Object.fromEntries(store.rooms.logs(den.id).map((log) => [log.tag, log]));
  const latest = store.conversations(9)[0];
  expect({
    down: page(store, 'before', 3),
    up: page(store, 'after', 4),
    all: ids(store.history(inDen, { limit: 999 })).toReversed(),
    unread: latest?.unread ?? 0,
    last: latest?.last.messageId,
    states: store.history(inDen, { limit: 999 }).map(({ state }) => state),
    exported: ids(store.exportMessages(inDen)),
    found: new Set(ids(searchAll(store, 'said', { limit: 999 }))),
    blocks: model
      .tags()
      .map((tag) => store.rooms.blocks(den.id, tag, { first: 1, last: 99, maxBytes: 99_999 }).map(({ first }) => first)),
    logs: model.tags().map((tag) => ({
      floor: logs[tag]?.floor,
      top: logs[tag]?.top,
      missing: store.rooms.holes(den.id, tag, 99).flatMap(({ first, last }) => rangeOf(first, last)),
      messages: logs[tag]?.messages,
    })),
  }).toEqual({
    down: expected,
    up: expected,
    all: expected,
    unread: model.unread(),
    last: expected.at(-1),
    states: model
      .inOrder()
      .map(({ isOwn, isDelivered }) => (isOwn ? (isDelivered ? 'delivered' : 'sent') : undefined))
      .toReversed(),
    exported: model.byArrival().map(({ messageId }) => messageId),
    found: new Set(expected),
    blocks: model.tags().map((tag) =>
      [
        ...new Set(
          model
            .byArrival()
            .filter((message) => message.tag === tag)
            .map(({ block: { first } }) => first),
        ),
      ].sort((a, b) => a - b),
    ),
    logs: model.tags().map((tag) => ({
      ...model.heldIn(tag),
      messages: model.byArrival().filter((message) => message.tag === tag).length,
    })),
  });
}

/** Reads everything in pages. @returns in the order of places */
function page(store: HistoryStore, direction: 'before' | 'after', limit: number): readonly string[] {
  const found: string[] = [];
  let cursor = direction === 'after' ? cursorAtPlace({ clock: { ms: 0, count: 0 }, tag: '0'.repeat(16), number: 0 }) : undefined;
  for (;;) {
    const messages = store.history(inDen, { limit, ...(cursor !== undefined && { [direction]: cursor }) });
    if (messages.length === 0) return found;
    if (direction === 'before') found.unshift(...ids(messages).toReversed());
    else found.push(...ids(messages).toReversed());
    cursor = (direction === 'before' ? messages.at(-1) : messages[0])?.cursor;
  }
}

function ids(messages: Iterable<StoredMessage>): string[] {
  return Array.from(messages, ({ messageId }) => messageId);
}

function rangeOf(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
