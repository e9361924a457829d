/**
 * Conversations without a network: the real store in memory (or one that is given), and what a test makes the others do. It keeps the real one's
 * rules as far as a user interface can notice them, and knows nothing of sessions.
 */
import { refuse, type Refusal } from '../../src/shared/text/messages/problem-values.ts';
import { createHashes } from '../../src/main/node/crypto/hash.ts';
import type { Messaging, MessagingEvent } from '../../src/main/core/messaging/messaging.ts';
import type { DeliveryState, Contact, StoredMessage } from '../../src/main/core/messaging/ports.ts';
import { createMarks, type MarksArea } from '../../src/main/core/marks/marks.ts';
import type { HistoryStore } from '../../src/main/core/rooms/ports.ts';
import type { ContactsArea } from '../../src/main/core/contacts/contacts.ts';
import { createMemoryStore } from '../../src/main/node/storage/memory/memory-store.ts';
import { safetyNumber } from '../../src/main/core/contacts/safety-number.ts';
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import { conversationOf, type ConversationId, type Cursor, type PeerId } from '../../src/shared/lib/ids.ts';
import { likenessOf } from '../../src/shared/text/similar-names.ts';
import { createFakeClock } from './fake-clock.ts';
import { clearAll, searchAll } from './store-slices.ts';
import { fakeSelf } from './fake-hallway.ts';

export interface FakeConversations {
  readonly messages: Messaging;
  readonly contacts: ContactsArea;
  readonly marks: MarksArea;
  readonly store: HistoryStore;
  /** A message arrives. @param sentAtMs by its author's clock; like `atMs` if absent */
  receive(from: PeerId, text: string, options?: { readonly atMs?: number; readonly sentAtMs?: number }): StoredMessage;
  /** One of our own messages, as if it had been sent then. */
  write(to: PeerId, text: string, options?: { readonly atMs?: number; readonly state?: DeliveryState }): StoredMessage;
  setDelivery(messageId: string, state: DeliveryState): void;
  type(peerId: PeerId, isTyping: boolean): void;
  /** Somebody whom we met before, or what changed about them. */
  meet(peer: Pick<Contact, 'peerId' | 'name'> & Partial<Contact>): void;
  /** Our clock, from now on. */
  setTime(atMs: number): void;
  /** Every message to be sent is refused from now on; `undefined` ends it. */
  refuse(next: Refusal<'not-kept' | 'too-long'> | undefined): void;
  /** What was told to others by our user interface, in order. */
  readonly emitted: (
    { readonly typing: boolean; readonly to: PeerId } | { readonly readThrough: Cursor; readonly of: ConversationId }
  )[];
}

interface Options {
  readonly ownPeerId?: PeerId;
  readonly ownName?: string;
  readonly nowMs?: number;
  readonly store?: HistoryStore;
}

/** Of every message that is to be sent; no test needs two. */
const fakeMessageId = '0192a5b0-1111-7abc-9def-0123456789ab';

export function createFakeConversations({
  ownPeerId = fakeSelf().peerId,
  ownName = 'Me',
  nowMs = 1_760_000_000_000,
  store = createMemoryStore({ clock: createFakeClock({ wallMs: nowMs }) }),
}: Options = {}): FakeConversations {
  const events = createEmitter<MessagingEvent>();
  const emitted: FakeConversations['emitted'] = [];
  let timeMs = nowMs;
  let written = 0;
  let received = 0;
  let refusal: Refusal<'not-kept' | 'too-long'> | undefined;

  function keepOwn(to: PeerId, text: string, atMs: number): StoredMessage {
    written += 1;
    const messageId = `own-${String(written).padStart(8, '0')}`;
    const message = store.addOutgoing({
      messageId,
      conversation: conversationOf(to),
      from: ownPeerId,
      fromName: ownName,
      text,
      sentAtMs: atMs,
    });
    // The store stamps by its own clock, which a test does not move.
    return { ...message, receivedAtMs: atMs };
  }

  function setDelivery(messageId: string, state: DeliveryState): void {
    const message = store.get(messageId);
    if (message === undefined || !store.setState(messageId, state)) return;
    events.emit({ type: 'delivery', messageId, conversation: message.conversation, state });
  }

  /** Own messages are stamped by when they were said to be written, so that a test can write history. */
  const withTime = (message: StoredMessage): StoredMessage =>
    message.from === ownPeerId ? { ...message, receivedAtMs: message.sentAtMs } : message;

  const messages: Messaging = {
    send(to, text) {
      if (refusal !== undefined) return Promise.resolve(refusal);
      if (storedContact(to)?.blocked) {
        return Promise.resolve(refuse('blocked'));
      }
      const message = keepOwn(to, text, timeMs);
      events.emit({ type: 'written', message });
      return Promise.resolve({ ok: true, message });
    },
    newId: () => fakeMessageId,
    cancel(messageId) {
      if (store.get(messageId)?.state !== 'queued') return Promise.resolve(false);
      setDelivery(messageId, 'cancelled');
      return Promise.resolve(true);
    },
    history: (conversation, options) => store.history(conversation, options).map(withTime),
    search: (text, options) => Promise.resolve(searchAll(store, text, options).map(withTime)),
    conversations: (limit) => store.conversations(limit).map((summary) => ({ ...summary, last: withTime(summary.last) })),
    get: (messageId) => store.get(messageId),
    markRead(conversation, through) {
      emitted.push({ readThrough: through, of: conversation });
      if (store.markRead(conversation, through, Infinity).length > 0) events.emit({ type: 'conversation-changed', conversation });
      return Promise.resolve();
    },
    setTyping: (to, typing) => void emitted.push({ typing, to }),
    clear(conversation) {
      const count = clearAll(store, conversation);
      events.emit({ type: 'conversation-changed', conversation });
      return Promise.resolve(count);
    },
    exportMessages: (conversation) => store.exportMessages(conversation),
    peerAppeared: () => undefined,
    subscribe: (listener) => events.subscribe(listener),
    close: () => store.close(),
  };

  function storedContact(peerId: PeerId): Contact | undefined {
    return store.contacts().find((known) => known.peerId === peerId);
  }

  function change(peerId: PeerId, to: Partial<Contact>): boolean {
    const known = storedContact(peerId);
    if (known === undefined) return false;
    store.putContact({ ...known, ...to });
    decisions.emit(peerId);
    return true;
  }

  const decisions = createEmitter<PeerId>();
  const contacts: ContactsArea = {
    get: storedContact,
    subscribe: decisions.subscribe,
    resolve: (who) => ({ ...refuse('unknown-peer', { by: 'name', who }), candidates: [] }),
    safetyNumber: (peerId) => safetyNumber(createHashes(), ownPeerId, peerId),
    earlierHolder(peerId) {
      const own = storedContact(peerId);
      if (own === undefined) return undefined;
      return store
        .contacts()
        .find((other) => other.firstSeenMs < own.firstSeenMs && likenessOf(other.name, own.name) !== undefined);
    },
    setVerified: (peerId, verified) => change(peerId, { verified }),
    setBlocked: (peerId, blocked) => change(peerId, { blocked }),
  };

  return {
    messages,
    contacts,
    marks: createMarks({ clock: { wallMs: () => timeMs, setTimer: () => () => undefined }, store, messages, rooms: undefined }),
    store,
    emitted,
    receive(from, text, { atMs = timeMs, sentAtMs = atMs } = {}) {
      received += 1;
      const message = store.addIncoming({
        messageId: `in-${String(received).padStart(8, '0')}`,
        conversation: conversationOf(from),
        from,
        fromName: storedContact(from)?.name ?? 'Somebody',
        sequence: received,
        text,
        sentAtMs,
        receivedAtMs: atMs,
      });
      if (message === undefined) throw new Error('that message was received before');
      events.emit({ type: 'message', message });
      return message;
    },
    write(to, text, { atMs = timeMs, state = 'queued' } = {}) {
      const message = keepOwn(to, text, atMs);
      events.emit({ type: 'written', message });
      if (state !== 'queued') setDelivery(message.messageId, state);
      return { ...message, state };
    },
    setDelivery,
    type: (peerId, isTyping) => events.emit({ type: 'typing', peerId, isTyping }),
    meet: (peer) =>
      store.putContact({ firstSeenMs: nowMs, lastSeenMs: nowMs, nameSinceMs: nowMs, verified: false, blocked: false, ...peer }),
    setTime: (atMs) => void (timeMs = atMs),
    refuse: (next) => void (refusal = next),
  };
}
