/**
 * Direct messages: kept before they are sent, kept before they are acknowledged, shown exactly once (rules DELIVER-1 to DELIVER-9). This is
 * the face that the core shows to the hosts; how delivery, sessions and the store work is in their own files.
 */
import { createEmitter } from '../../shared/emitter.ts';
import type { Unsubscribe } from '../../shared/link.ts';
import type { Clock, Random } from '../ports.ts';
import { isTooLong, maxTextBytes } from './frames.ts';
import { createGroupCommit } from './group-commit.ts';
import { createInbox } from './inbox.ts';
import { createMessageIds } from './message-id.ts';
import { createOutbox } from './outbox.ts';
import type { PeerSessionEvent, PeerSessions } from './peer-sessions.ts';
import { createReadReceipts } from './read-receipts.ts';
import { StoreError, type ConversationSummary, type DeliveryState, type MessageStore, type StoredMessage } from './ports.ts';
import { createTyping } from './typing.ts';

export type MessagingEvent =
  /** Received and kept; exactly once ever. */
  | { readonly type: 'message'; readonly message: StoredMessage }
  /** One of our own was written, and is kept. */
  | { readonly type: 'written'; readonly message: StoredMessage }
  | { readonly type: 'delivery'; readonly messageId: string; readonly conversation: string; readonly state: DeliveryState }
  | { readonly type: 'typing'; readonly peerId: string; readonly isTyping: boolean }
  /** Messages were read here, or deleted. */
  | { readonly type: 'conversation-changed'; readonly conversation: string }
  /** The store refused to keep something, or keeps again; undefined = it does. */
  | { readonly type: 'store-problem'; readonly code: StoreError['code'] | undefined };

export type SendResult =
  | { readonly ok: true; readonly message: StoredMessage }
  | { readonly ok: false; readonly code: 'empty' | 'too-long' | 'to-self' | 'blocked' | 'not-kept'; readonly message: string };

export interface Messaging {
  /** Keeps a message and begins to deliver it. @param peerId here or departed */
  send(peerId: string, text: string): Promise<SendResult>;
  /** @returns whether it was still queued, and now never goes out */
  cancel(messageId: string): Promise<boolean>;
  history(conversation: string, options: { readonly limit: number; readonly beforePosition?: number }): readonly StoredMessage[];
  search(text: string, options: { readonly limit: number; readonly conversation?: string }): readonly StoredMessage[];
  conversations(limit: number): readonly ConversationSummary[];
  get(messageId: string): StoredMessage | undefined;
  /** Everything up to that position was seen; tells the author, if read receipts are on. */
  markRead(conversation: string, throughPosition: number): Promise<void>;
  setTyping(peerId: string, isTyping: boolean): void;
  /** Deletes, but for what is not delivered yet. @returns how many; undefined if the store refused */
  clear(conversation: string): Promise<number | undefined>;
  /** In the order in which they were kept. */
  exportMessages(conversation?: string, afterPosition?: number): Iterable<StoredMessage>;
  /** The peer is here now, or came back: what waits for it goes out. */
  peerAppeared(peerId: string): void;
  subscribe(listener: (event: MessagingEvent) => void): Unsubscribe;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: MessageStore;
  readonly sessions: PeerSessions;
  readonly ownPeerId: string;
  readonly ownName: () => string;
  readonly isHere: (peerId: string) => boolean;
  readonly isBlocked: (peerId: string) => boolean;
  readonly readReceipts: () => boolean;
  /** Makes a name that a stranger chose safe to show. */
  readonly cleanName: (name: string) => string;
}

export function createMessaging(deps: Deps): Messaging {
  const { clock, store, sessions, ownPeerId } = deps;
  const ids = createMessageIds(deps.random);
  const events = createEmitter<MessagingEvent>();
  const commits = createGroupCommit({ clock, store });
  const typing = createTyping({
    clock,
    sessions,
    onTyping: (peerId, isTyping) => events.emit({ type: 'typing', peerId, isTyping }),
  });
  const receipts = createReadReceipts(deps);
  const outbox = createOutbox({ ...deps, commits, keep, read, onState: tellState });
  const inbox = createInbox({ ...deps, keep, onMessages: show });
  let storeProblem: StoreError['code'] | undefined;

  const undo = sessions.subscribe(onSessionEvent);

  return {
    async send(peerId, given) {
      // Half of a pair of surrogates is no character: both ends must keep the same.
      const text = given.toWellFormed();
      const refused = refusalOf(peerId, text);
      if (refused) return refused;
      const sentAtMs = clock.wallMs();
      const draft = {
        messageId: ids.next(sentAtMs),
        conversation: peerId,
        from: ownPeerId,
        fromName: deps.ownName(),
        text,
        sentAtMs,
      };
      const message = await keep(() => store.addOutgoing(draft));
      if (!message)
        return {
          ok: false,
          code: 'not-kept',
          message: 'The message could not be kept, so it was not sent. The disk may be full.',
        };
      typing.sent(peerId);
      events.emit({ type: 'written', message });
      tellState(message, 'queued');
      outbox.queued(message);
      return { ok: true, message };
    },
    async cancel(messageId) {
      const message = store.get(messageId, ownPeerId);
      if (!message || !outbox.withdraw(message)) return false;
      const isCancelled = (await keep(() => store.setState(messageId, 'cancelled'))) ?? false;
      if (isCancelled) tellState(message, 'cancelled');
      outbox.withdrawn(message, isCancelled);
      return isCancelled;
    },
    history: (conversation, options) => store.history(conversation, options).map(withLiveState),
    search: (text, options) => store.search(text, options).map(withLiveState),
    conversations: (limit) => store.conversations(limit).map((summary) => ({ ...summary, last: withLiveState(summary.last) })),
    get(messageId) {
      const message = store.get(messageId);
      return message && withLiveState(message);
    },
    async markRead(conversation, throughPosition) {
      const newlyRead = await keep(() => store.markRead(conversation, throughPosition));
      if (!newlyRead || newlyRead.length === 0) return;
      events.emit({ type: 'conversation-changed', conversation });
      const messageIds = newlyRead.filter(({ from }) => from === conversation).map(({ messageId }) => messageId);
      if (deps.readReceipts() && messageIds.length > 0) receipts.read(conversation, messageIds);
    },
    setTyping: typing.set,
    async clear(conversation) {
      const count = await keep(() => store.clear(conversation));
      if (count !== undefined) events.emit({ type: 'conversation-changed', conversation });
      return count;
    },
    exportMessages: (conversation, afterPosition) => store.exportMessages(conversation, afterPosition),
    peerAppeared(peerId) {
      outbox.tryNow(peerId);
      receipts.appeared(peerId);
    },
    subscribe: (listener) => events.subscribe(listener),
    close() {
      undo();
      typing.close();
      outbox.close();
      commits.flush();
    },
  };

  function refusalOf(peerId: string, text: string): Extract<SendResult, { ok: false }> | undefined {
    if (text.trim() === '') return { ok: false, code: 'empty', message: 'There is nothing to send.' };
    if (isTooLong(text)) {
      return { ok: false, code: 'too-long', message: `A message may have at most ${maxTextBytes} bytes; send it in parts.` };
    }
    if (peerId === ownPeerId) return { ok: false, code: 'to-self', message: 'That is you.' };
    if (deps.isBlocked(peerId))
      return { ok: false, code: 'blocked', message: 'You have blocked this person. Unblock them first.' };
    return undefined;
  }

  function onSessionEvent(event: PeerSessionEvent): void {
    switch (event.type) {
      case 'opened':
        outbox.tryNow(event.peerId);
        return receipts.opened(event.peerId);
      case 'drained':
        return outbox.drained(event.peerId);
      case 'closed':
        typing.ended(event.peerId);
        inbox.sessionClosed(event.peerId);
        return outbox.sessionClosed(event.peerId, event.end);
      case 'frame':
        return onFrame(event.peerId, event.frame);
    }
  }

  function onFrame(peerId: string, frame: Extract<PeerSessionEvent, { type: 'frame' }>['frame']): void {
    switch (frame.type) {
      case 'messages':
        return inbox.received(peerId, frame.messages);
      case 'kept':
        return outbox.kept(peerId, frame.messageIds);
      case 'refuse':
        return outbox.refused(peerId, frame.messageIds);
      case 'read':
        void receiveRead(peerId, frame.messageIds);
        return;
      case 'typing':
        return typing.received(peerId, frame.isTyping);
    }
  }

  function show(messages: readonly StoredMessage[]): void {
    for (const message of messages) {
      typing.ended(message.from);
      events.emit({ type: 'message', message });
    }
  }

  async function receiveRead(peerId: string, messageIds: readonly string[]): Promise<void> {
    const changed = await keep(() =>
      messageIds.flatMap((messageId) => {
        const message = store.get(messageId, ownPeerId);
        // Only our own messages to that very peer: nobody reads for others.
        if (message?.conversation !== peerId) return [];
        return store.setState(messageId, 'read') ? [message] : [];
      }),
    );
    for (const message of changed ?? []) tellState(message, 'read');
  }

  /** @returns undefined if the store refused; then that is said, and said again when it works again */
  async function keep<Result>(act: () => Result): Promise<Result | undefined> {
    try {
      const result = await commits.run(act);
      tellStoreProblem(undefined);
      return result;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      tellStoreProblem(error.code);
      return undefined;
    }
  }

  function read<Result>(act: () => Result): Result | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      tellStoreProblem(error.code);
      return undefined;
    }
  }

  function tellStoreProblem(code: StoreError['code'] | undefined): void {
    if (code === storeProblem) return;
    storeProblem = code;
    events.emit({ type: 'store-problem', code });
  }

  function tellState({ messageId, conversation }: StoredMessage, state: DeliveryState): void {
    events.emit({ type: 'delivery', messageId, conversation, state });
  }

  /** `sent` is not stored: after a crash nobody knows what was on its way, and it is sent again. */
  function withLiveState(message: StoredMessage): StoredMessage {
    return message.state === 'queued' && outbox.isOnItsWay(message) ? { ...message, state: 'sent' } : message;
  }
}
