import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError, type DeliveryState, type MessageStore, type StoredMessage } from '../../../src/main/core/messaging/ports.ts';
import { peerOfConversation, type ConversationId } from '../../../src/shared/lib/ids.ts';
import { ana, ben, everyone, incoming, mallory, messageId, outgoing, withAna, withBen } from './sample-messages.ts';
import { StoreModel } from './store-model.ts';
import { settleMs } from './describe-conversations.ts';
import type { StoreWorld } from './store-suite.ts';
import { behindAll, cursorAt } from '../../fakes/cursors.ts';
import { openFileWorld, openMemoryWorld } from './worlds.ts';
import { clearAll, deleteAllOlderThan, searchAll } from '../../fakes/store-slices.ts';

const conversations = [withAna, withBen, everyone];
const vocabulary = ['see', 'you', 'tomorrow', 'today', 'tom', 'to'];

type Step =
  | { readonly do: 'write'; readonly id: number; readonly to: string; readonly text: string; readonly state: 'queued' | 'sent' }
  | {
      readonly do: 'receive';
      readonly id: number;
      readonly from: string;
      readonly room: boolean;
      readonly text: string;
      readonly atMs: number;
    }
  | { readonly do: 'state'; readonly id: number; readonly state: DeliveryState }
  | { readonly do: 'read'; readonly conversation: ConversationId; readonly count: number }
  | { readonly do: 'clear'; readonly conversation: ConversationId }
  | { readonly do: 'expire'; readonly beforeMs: number }
  | { readonly do: 'batch'; readonly steps: readonly Step[]; readonly fails: boolean }
  | { readonly do: 'settle' }
  | { readonly do: 'reopen' };

const conversation = fc.constantFrom(...conversations);
const text = fc.array(fc.constantFrom(...vocabulary), { maxLength: 4 }).map((words) => words.join(' '));
// Few IDs, so that they collide.
const id = fc.integer({ min: 1, max: 12 });
const write = fc.record({
  do: fc.constant('write' as const),
  id,
  to: conversation,
  text,
  state: fc.constantFrom('queued' as const, 'sent' as const),
});
const receive = fc.record({
  do: fc.constant('receive' as const),
  id,
  from: fc.constantFrom(ana, ben, mallory),
  room: fc.boolean(),
  text,
  atMs: fc.integer({ min: 1, max: 100 }),
});
const state = fc.record({
  do: fc.constant('state' as const),
  id,
  state: fc.constantFrom<DeliveryState>('queued', 'sent', 'delivered', 'read', 'failed', 'cancelled'),
});
const read = fc.record({ do: fc.constant('read' as const), conversation, count: fc.integer({ min: 0, max: 9 }) });
const clear = fc.record({ do: fc.constant('clear' as const), conversation });
const expire = fc.record({ do: fc.constant('expire' as const), beforeMs: fc.integer({ min: 0, max: 110 }) });
const simple: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: write },
  { weight: 6, arbitrary: receive },
  { weight: 5, arbitrary: state },
  { weight: 3, arbitrary: read },
  { weight: 1, arbitrary: clear },
  { weight: 1, arbitrary: expire },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: simple },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('batch' as const), steps: fc.array(simple, { maxLength: 8 }), fails: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

interface Run extends StoreWorld {
  /** A store in memory ends with its process. */
  reopen?(): Promise<unknown>;
}

describe('random histories', () => {
  it.each([
    ['on disk', openFileWorld, 60],
    ['in memory', openMemoryWorld, 200],
  ])(
    '[STORE-1, STORE-3, STORE-4, STORE-5, STORE-6, STORE-11] match the model, %s',
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
    60_000,
  );
});

async function runSteps(world: Run, steps: readonly Step[]): Promise<void> {
  let model = new StoreModel();
  for (const next of steps) {
    if (next.do === 'settle') await world.clock.advance(settleMs);
    else if (next.do === 'reopen') await world.reopen?.();
    else if (next.do === 'batch') model = runBatch(world, model, next);
    else {
      const tried = model.copy();
      if (runStep(world, tried, next)) model = tried;
    }
    expectSame(world.store(), model);
  }
}

/** @returns the model afterwards */
function runBatch(world: Run, model: StoreModel, { steps, fails }: Extract<Step, { do: 'batch' }>): StoreModel {
  const tried = model.copy();
  const failure = new Error('the batch was to fail');
  let refused = false;
  try {
    world.store().batch(() => {
      // A refused step fails the batch, even though runStep catches the error.
      for (const next of steps) refused = !runStep(world, tried, next) || refused;
      if (fails) throw failure;
    });
    expect(refused || fails).toBe(false);
    return tried;
  } catch (error) {
    if (error !== failure && !(error instanceof StoreError)) throw error;
    expect(refused || fails).toBe(true);
    return model;
  }
}

/** @returns false if the store refused */
function runStep(world: Run, model: StoreModel, next: Step): boolean {
  const store = world.store();
  switch (next.do) {
    case 'write': {
      const draft = outgoing(next.id, next.to, next.text);
      const expected = model.addOutgoing(draft, world.clock.wallMs(), next.state);
      try {
        store.addOutgoing(draft, next.state);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        expect(expected).toBe(false);
        return false;
      }
      expect(expected).toBe(true);
      return true;
    }
    case 'receive': {
      const place = next.room ? { conversation: everyone } : {};
      const draft = incoming(next.id, next.from, { ...place, text: next.text, receivedAtMs: next.atMs });
      expect(store.addIncoming(draft) !== undefined).toBe(model.addIncoming(draft));
      return true;
    }
    case 'state':
      expect(store.setState(messageId(next.id), next.state)).toBe(model.setState(messageId(next.id), next.state));
      return true;
    case 'read': {
      const through =
        [...store.exportMessages(next.conversation)][next.count - 1]?.cursor ?? (next.count === 0 ? cursorAt(0) : behindAll);
      const expected = model
        .markRead(next.conversation, next.count)
        .map((message) => ({ messageId: message.messageId, from: message.from }));
      expect(store.markRead(next.conversation, through, Infinity)).toEqual(expected);
      return true;
    }
    case 'clear':
      expect(clearAll(store, next.conversation)).toBe(model.remove((message) => message.conversation === next.conversation));
      return true;
    case 'expire':
      expect(deleteAllOlderThan(store, next.beforeMs)).toBe(model.expire(next.beforeMs));
      return true;
    case 'batch':
    case 'settle':
    case 'reopen':
      throw new Error(`${next.do} is no simple step`);
  }
}

function expectSame(store: MessageStore, model: StoreModel): void {
  const seen = {
    all: [...store.exportMessages()].map(plain),
    conversations: conversations.map((name) => ({
      history: store.history(name, { limit: 99 }).map(plain),
      undelivered: undelivered(store, name).map(plain),
      unread: store.conversations(99).find((summary) => summary.conversation === name)?.unread ?? 0,
    })),
    latest: store.conversations(99).map(({ last }) => plain(last)),
    found: ['see', 'you to', 'tomorrow', 'see see t'].map((query) => searchAll(store, query, { limit: 99 }).map(plain)),
  };
  const all = model.all();
  expect(seen).toEqual({
    all,
    conversations: conversations.map((name) => ({
      history: model.in(name).toReversed(),
      undelivered: name === everyone ? [] : model.undelivered(name),
      unread: model.unreadIn(name),
    })),
    latest: all.filter((message) => model.in(message.conversation).at(-1) === message).toReversed(),
    found: ['see', 'you to', 'tomorrow', 'see see t'].map((query) => model.search(query)),
  });
}

/** A room has no single receiver to wait for. */
function undelivered(store: MessageStore, name: ConversationId): readonly StoredMessage[] {
  const recipient = peerOfConversation(name);
  return recipient === undefined ? [] : store.undelivered(recipient, { afterSequence: 0, limit: 99 });
}

function plain({ position: _position, cursor: _cursor, ...message }: StoredMessage): Omit<StoredMessage, 'position' | 'cursor'> {
  return message;
}
