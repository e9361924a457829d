/**
 * Two nodes that write to each other, cut down to delivery: messaging, a store and a wire that carries one frame at a time. Every commit and
 * every frame is a point at which a test may kill one of them or both, refuse writes, or set the clock. What is kept outlives a kill.
 */
import { createMessaging, type Messaging, type MessagingEvent } from '../../src/main/core/messaging/messaging.ts';
import { StoreError, type MessageStore, type StoredMessage } from '../../src/main/core/messaging/ports.ts';
import type { SessionFrame } from '../../src/main/core/messaging/session/session.ts';
import type { Clock } from '../../src/main/core/ports.ts';
import { createMemoryStore } from '../../src/main/node/storage/memory/memory-store.ts';
import { createSettings } from '../../src/main/core/settings/settings.ts';
import { createFakeClock, type FakeClock } from '../fakes/fake-clock.ts';
import { createFakeSessions, type FakeSessions } from '../fakes/fake-sessions.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { conversationOf } from '../../src/shared/lib/ids.ts';

export type Side = 'ana' | 'bo';

export interface TwoNodes {
  readonly clock: FakeClock;
  /** Points passed so far. */
  readonly points: number;
  /** Texts that the writer was told to be kept, in that order. */
  readonly accepted: Readonly<Record<Side, readonly string[]>>;
  /** Texts that were shown as received, by all processes of that side. */
  readonly shown: Readonly<Record<Side, readonly string[]>>;
  write(side: Side, text: string): void;
  kill(side: Side): void;
  /** Starts the sides that are dead. */
  revive(): void;
  /** Writes on that side are refused while this is positive; each refusal takes one away. */
  refuse(side: Side, writes: number): void;
  history(side: Side): readonly StoredMessage[];
}

interface Process {
  readonly side: Side;
  readonly messaging: Messaging;
  readonly sessions: FakeSessions;
  isAlive: boolean;
}

/** What a frame takes on its way. */
const wireMs = 1;

export function createTwoNodes(onPoint: (nodes: TwoNodes, point: number) => void): TwoNodes {
  const clock = createFakeClock();
  const stores: Record<Side, MessageStore> = { ana: createMemoryStore({ clock }), bo: createMemoryStore({ clock }) };
  const refusals: Record<Side, number> = { ana: 0, bo: 0 };
  const accepted: Record<Side, string[]> = { ana: [], bo: [] };
  const shown: Record<Side, string[]> = { ana: [], bo: [] };
  const processes = new Map<Side, Process>();
  let starts = 0;
  let points = 0;
  /** Counts the connections: what was sent on an earlier one does not arrive on a later one. */
  let connection = 0;
  let isConnecting = false;

  const nodes: TwoNodes = {
    clock,
    get points() {
      return points;
    },
    accepted,
    shown,
    write(side, text) {
      const process = processes.get(side);
      if (!process?.isAlive) return;
      void process.messaging.send(otherOf(side), text).then((result) => {
        if (process.isAlive && result.ok) accepted[side].push(text);
      });
    },
    kill(side) {
      const process = processes.get(side);
      if (!process?.isAlive) return;
      process.isAlive = false;
      connection += 1;
      const other = processes.get(otherOf(side));
      // Its system tells the other end, a moment later.
      const on = connection;
      clock.setTimer(() => {
        if (on === connection && other?.isAlive) other.sessions.end(side, { by: 'network', reason: 'lost' });
      }, wireMs);
    },
    revive() {
      for (const side of ['ana', 'bo'] as const) if (!processes.get(side)?.isAlive) processes.set(side, start(side));
      connect();
    },
    refuse: (side, writes) => void (refusals[side] = writes),
    history: (side) => stores[side].history(conversationOf(otherOf(side)), { limit: 1_000 }).toReversed(),
  };
  nodes.revive();
  return nodes;

  function point(): void {
    points += 1;
    onPoint(nodes, points);
  }

  function start(side: Side): Process {
    starts += 1;
    const own = createSeededRandom(`${side} ${starts}`);
    const sessions = createFakeSessions((_peerId, frame) => process.isAlive && carry(side, frame));
    const open = sessions.open;
    Object.assign(sessions, {
      open(peerId: string) {
        open(peerId);
        clock.setTimer(connect, wireMs);
      },
    });
    const messaging = createMessaging({
      clock: mortalClock(clock, () => process.isAlive),
      random: own,
      store: mortalStore(side, () => process.isAlive),
      sessions,
      ownPeerId: side,
      ownName: () => side,
      isHere: () => process.isAlive,
      here: () => [],
      isBlocked: () => false,
      isVerified: () => false,
      getSetting: createSettings({ checks: {} }).get,
      cleanName: (name) => name,
      onWriter: () => undefined,
      onRecipient: () => undefined,
    });
    const process: Process = { side, messaging, sessions, isAlive: true };
    sessions.subscribe((event) => {
      if (event.type !== 'closed' || event.end.by !== 'us' || isConnecting) return;
      // The other end is told, behind what was sent before.
      const { reason } = event.end;
      const on = connection;
      clock.setTimer(() => {
        if (on !== connection) return;
        connection += 1;
        const other = processes.get(otherOf(side));
        if (other?.isAlive) other.sessions.end(side, { by: 'peer', reason });
      }, wireMs);
    });
    messaging.subscribe((event: MessagingEvent) => {
      if (process.isAlive && event.type === 'message') shown[side].push(event.message.text);
    });
    return process;
  }

  /** Both get a session at the same time, if both are there and have none. */
  function connect(): void {
    const [ana, bo] = [processes.get('ana'), processes.get('bo')];
    if (!ana?.isAlive || !bo?.isAlive || isConnecting) return;
    if (ana.sessions.current('bo') && bo.sessions.current('ana')) return;
    isConnecting = true;
    connection += 1;
    for (const [process, peerId] of [
      [ana, 'bo'],
      [bo, 'ana'],
    ] as const) {
      if (process.isAlive) process.sessions.connect(peerId);
    }
    isConnecting = false;
  }

  function carry(from: Side, frame: SessionFrame): void {
    const on = connection;
    clock.setTimer(() => {
      const to = processes.get(otherOf(from));
      if (on !== connection || !to?.isAlive) return;
      point();
      if (on !== connection || !to.isAlive) return;
      // Also when the sender died after it was on the wire.
      to.sessions.receive(from, frame);
    }, wireMs);
  }

  function mortalStore(side: Side, isAlive: () => boolean): MessageStore {
    const store = stores[side];
    const mustLive = (): void => {
      if (!isAlive()) throw new StoreError('failed', 'the process is dead');
    };
    return {
      ...store,
      batch(act) {
        mustLive();
        if (refusals[side] > 0) {
          refusals[side] -= 1;
          throw new StoreError('full', 'refused by the test');
        }
        const result = store.batch(() => {
          const inner = act();
          point();
          // Killed before the commit.
          mustLive();
          return inner;
        });
        point();
        // Killed after it, before anybody heard of it.
        mustLive();
        return result;
      },
    };
  }
}

/** A dead process hears no timer. */
function mortalClock(clock: Clock, isAlive: () => boolean): Clock {
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    setTimer: (callback, delayMs) => clock.setTimer(() => isAlive() && callback(), delayMs),
  };
}

export function otherOf(side: Side): Side {
  return side === 'ana' ? 'bo' : 'ana';
}
