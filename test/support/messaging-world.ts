/** One Messaging on a breakable store and sessions in the test's hands, with everything that it told. The peers are `ana` (ourselves), `bo`, `cy`. */
import {
  createMessaging,
  type Messaging,
  type MessagingEvent,
  type SendResult,
} from '../../src/main/core/messaging/messaging.ts';
import type { WireMessage } from '../../src/main/core/messaging/wire/frames.ts';
import type { StoredMessage } from '../../src/main/core/messaging/ports.ts';
import type { StrangerBudgets } from '../../src/main/core/messaging/delivery/unknown-sender-quota.ts';
import { createBreakableStore, type BreakableStore } from './breakable-store.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeSessions, type FakeSessions } from './fake-sessions.ts';
import { createSeededRandom } from './seeded-random.ts';

/** Somebody wrote; `kept`: how many messages there were when it was told. */
interface Writer {
  readonly peerId: string;
  readonly name: string;
  readonly kept: number;
}

export interface MessagingWorld {
  readonly clock: FakeClock;
  readonly store: BreakableStore;
  readonly sessions: FakeSessions;
  readonly messaging: Messaging;
  readonly events: readonly MessagingEvent[];
  readonly writers: readonly Writer[];
  /** Who is here. */
  readonly here: Set<string>;
  readonly blocked: Set<string>;
  readonly verified: Set<string>;
  readReceipts: boolean;
  /** Lets everything that waits for no time happen. */
  settle(): Promise<void>;
  /** Sends and waits until it is kept. @throws if it is refused */
  send(text: string, to?: string): Promise<StoredMessage>;
  /** Sends, and settles it: also when it is refused. */
  trySend(text: string, to?: string): Promise<SendResult>;
  /** The texts that were sent to that peer, in order, repeated ones included. */
  sentTexts(peerId?: string): readonly string[];
  /** Acknowledges what was sent to that peer, all of it. */
  acknowledge(peerId?: string): Promise<void>;
  /** The delivery states that were told of that message. */
  told(messageId: string): readonly string[];
}

export function createMessagingWorld(
  options: { readonly store?: BreakableStore; readonly strangerBudgets?: StrangerBudgets } = {},
): MessagingWorld {
  const clock = createFakeClock();
  const store = options.store ?? createBreakableStore({ clock });
  const sessions = createFakeSessions();
  const here = new Set<string>();
  const blocked = new Set<string>();
  const verified = new Set<string>();
  const events: MessagingEvent[] = [];
  const writers: Writer[] = [];
  const messaging = createMessaging({
    clock,
    random: createSeededRandom('messaging'),
    store,
    sessions,
    ownPeerId: 'ana',
    ownName: () => 'Ana',
    isHere: (peerId) => here.has(peerId),
    here: () => [...here],
    isBlocked: (peerId) => blocked.has(peerId),
    isVerified: (peerId) => verified.has(peerId),
    strangerBudgets: options.strangerBudgets,
    readReceipts: () => world.readReceipts,
    cleanName: (name) => name.replaceAll('\u202e', ''),
    onWriter: (peerId, name) => void writers.push({ peerId, name, kept: [...store.exportMessages()].length }),
  });
  messaging.subscribe((event) => events.push(event));

  const world: MessagingWorld = {
    clock,
    writers,
    store,
    sessions,
    messaging,
    events,
    here,
    blocked,
    verified,
    readReceipts: true,
    settle: () => clock.advance(0),
    async send(text, to = 'bo') {
      const result = await world.trySend(text, to);
      if (!result.ok) throw new Error(result.code);
      return result.message;
    },
    async trySend(text, to = 'bo') {
      const sending = messaging.send(to, text);
      await clock.advance(0);
      return sending;
    },
    sentTexts: (peerId = 'bo') => sessions.sent(peerId, 'messages').flatMap(({ messages }) => messages.map(({ text }) => text)),
    async acknowledge(peerId = 'bo') {
      const frames = sessions.sent(peerId, 'messages');
      sessions.receive(peerId, {
        type: 'kept',
        messageIds: frames.flatMap(({ messages }) => messages.map(({ messageId }) => messageId)),
      });
      await clock.advance(0);
    },
    told: (messageId) =>
      events.flatMap((event) => (event.type === 'delivery' && event.messageId === messageId ? [event.state] : [])),
  };
  return world;
}

/** A message as it comes from a peer. */
export function wireMessage(index: number, text = `text ${index}`): WireMessage {
  const messageId = `0192a5b0-1111-7abc-9def-${index.toString(16).padStart(12, '0')}`;
  return { messageId, sequence: index, sentAtMs: 1_000 + index, fromName: 'Bo', text };
}
