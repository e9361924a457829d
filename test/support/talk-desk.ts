/**
 * A hallway in a test's hands that can be talked in: presence is the fake one, but messages are the real thing, on a store in memory and on
 * sessions that the test opens, answers and ends. For the hosts that show messages: terminal, automation, control.
 */
import { createAcquaintances } from '../../src/main/core/contacts/contact-book.ts';
import type { Hallway, HallwayEvent } from '../../src/main/core/hallway.ts';
import { createMessaging } from '../../src/main/core/messaging/messaging.ts';
import { createPeople } from '../../src/main/core/contacts/resolve-contact.ts';
import type { PeerRecord } from '../../src/main/core/presence/index.ts';
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import type { Peer } from '../../src/shared/contract/model.ts';
import { createBreakableStore, type BreakableStore } from './breakable-store.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeHallway, fakeSelf, type FakeHallway } from './fake-hallway.ts';
import { createFakeSessions, type FakeSessions } from './fake-sessions.ts';
import { createSeededRandom } from './seeded-random.ts';

export interface TalkDesk {
  readonly clock: FakeClock;
  readonly store: BreakableStore;
  readonly sessions: FakeSessions;
  /** Who is here, and who we are. */
  readonly fake: FakeHallway;
  /** What hosts are given. */
  readonly hallway: Hallway;
  /** Comes, and is met. */
  join(peer: Peer): void;
  /** A message arrives. @returns its id */
  receive(from: Peer, text: string): Promise<string>;
  /** The peer keeps all that was sent to it. */
  acknowledge(peerId: string): Promise<void>;
  /** The peer reads all that was sent to it. */
  readAll(peerId: string): Promise<void>;
  emit(event: HallwayEvent): void;
  /** Lets streams, promises and timers that are due do all that they can do. */
  settle(): Promise<void>;
}

export function createTalkDesk(): TalkDesk {
  const clock = createFakeClock();
  const store = createBreakableStore({ clock });
  const sessions = createFakeSessions();
  const fake = createFakeHallway(fakeSelf({ name: 'Ana' }));
  const core = createEmitter<HallwayEvent>();
  const ownPeerId = fake.self().peerId;
  const acquaintances = createAcquaintances({ clock, log: { write: () => undefined }, store });
  const isHere = (peerId: string): boolean => fake.peers().some((peer) => peer.peerId === peerId);
  const messages = createMessaging({
    clock,
    random: createSeededRandom('talk desk'),
    store,
    sessions,
    ownPeerId,
    ownName: () => fake.self().name,
    isHere,
    here: () => fake.peers().map(({ peerId }) => peerId),
    isBlocked: acquaintances.isBlocked,
    isVerified: acquaintances.isVerified,
    readReceipts: () => true,
    cleanName: (name) => name,
    onWriter: (peerId, name) => !isHere(peerId) && acquaintances.met(peerId, name),
  });
  messages.subscribe(core.emit);
  const here = (): readonly PeerRecord[] =>
    fake.peers().map((peer) => ({ peerId: peer.peerId, announcement: { name: peer.name } }) as PeerRecord);
  const people = createPeople({ ownPeerId, acquaintances, here });
  const hallway: Hallway = {
    ...fake,
    talk: { messages, people },
    subscribe(listener) {
      const undo = [fake.subscribe(listener), core.subscribe(listener)];
      return () => undo.forEach((undoOne) => undoOne());
    },
  };
  let received = 0;

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) {
      await clock.advance(0);
      for (let again = 0; again < 3; again += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function sentIds(peerId: string): readonly string[] {
    return sessions.sent(peerId, 'messages').flatMap((frame) => frame.messages.map(({ messageId }) => messageId));
  }

  return {
    clock,
    store,
    sessions,
    fake,
    hallway,
    join(peer) {
      acquaintances.met(peer.peerId, peer.name);
      fake.putPeer(peer);
    },
    async receive(from, text) {
      received += 1;
      const messageId = `0192a5b0-1111-7abc-9def-${received.toString(16).padStart(12, '0')}`;
      if (!sessions.current(from.peerId)) sessions.connect(from.peerId);
      const message = { messageId, sequence: received, sentAtMs: clock.wallMs(), fromName: from.name, text };
      sessions.receive(from.peerId, { type: 'messages', messages: [message] });
      await clock.advance(0);
      return messageId;
    },
    async acknowledge(peerId) {
      sessions.receive(peerId, { type: 'kept', messageIds: sentIds(peerId) });
      await clock.advance(0);
    },
    async readAll(peerId) {
      sessions.receive(peerId, { type: 'read', messageIds: sentIds(peerId) });
      await clock.advance(0);
    },
    emit: core.emit,
    settle,
  };
}
