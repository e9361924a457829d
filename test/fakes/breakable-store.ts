/** A memory store whose disk a test can fill, whose file it can spoil, and whose transactions it can follow. */
import { StoreError, type StoredMessage } from '../../src/main/core/messaging/ports.ts';
import type { HistoryStore } from '../../src/main/core/rooms/ports.ts';
import type { Clock } from '../../src/main/core/ports.ts';
import type { ConversationId, PeerId } from '../../src/shared/lib/ids.ts';
import { createMemoryStore } from '../../src/main/node/storage/memory/memory-store.ts';
import { conversationWith } from './conversation-with.ts';

/** A test may name a conversation by the peer that it is with. */
type Conversation = ConversationId | PeerId;

export interface BreakableStore extends HistoryStore {
  history(conversation: Conversation, options: Parameters<HistoryStore['history']>[1]): readonly StoredMessage[];
  exportMessages(conversation?: Conversation, afterPosition?: number): Iterable<StoredMessage>;
  /** While set, every write is refused with this, and changes nothing. */
  refuseWrites: StoreError['code'] | undefined;
  /** While set, every read fails with this. */
  refuseReads: StoreError['code'] | undefined;
  /** Texts that alone cannot be kept. */
  readonly unkeepable: Set<string>;
  /** Transactions that were committed. */
  readonly commits: number;
}

/** @param store what keeps everything; a new memory store unless given */
export function createBreakableStore(
  deps: { readonly clock: Clock },
  store: HistoryStore = createMemoryStore(deps),
): BreakableStore {
  let commits = 0;
  const write = <Result>(act: () => Result): Result => {
    if (broken.refuseWrites) throw new StoreError(broken.refuseWrites, 'refused by the test');
    return act();
  };
  const read = <Result>(act: () => Result): Result => {
    if (broken.refuseReads) throw new StoreError(broken.refuseReads, 'refused by the test');
    return act();
  };
  const checkText = (text: string): void => {
    if (broken.unkeepable.has(text)) throw new StoreError('full', `"${text}" does not fit`);
  };
  const broken: BreakableStore = {
    ...store,
    refuseWrites: undefined,
    refuseReads: undefined,
    unkeepable: new Set(),
    get commits() {
      return commits;
    },
    batch: (act) =>
      write(() => {
        const result = store.batch(act);
        commits += 1;
        return result;
      }),
    addOutgoing: (message, state) =>
      write(() => {
        checkText(message.text);
        return store.addOutgoing(message, state);
      }),
    addIncoming: (message) =>
      write(() => {
        checkText(message.text);
        return store.addIncoming(message);
      }),
    setState: (messageId, state) => write(() => store.setState(messageId, state)),
    setStatesOf: (messages, state) => write(() => store.setStatesOf(messages, state)),
    markRead: (conversation, through, limit) => write(() => store.markRead(conversation, through, limit)),
    putContact: (peer) => write(() => store.putContact(peer)),
    removeContacts: (peerIds) => write(() => store.removeContacts(peerIds)),
    putConversationMark: (mark) => write(() => store.putConversationMark(mark)),
    conversationMarks: () => read(() => store.conversationMarks()),
    correspondents: () => read(() => store.correspondents()),
    clear: (conversation, after) => write(() => store.clear(conversation, after)),
    *exportMessages(conversation, afterPosition) {
      yield* read(() =>
        store.exportMessages(conversation === undefined ? undefined : conversationWith(conversation), afterPosition),
      );
    },
    get: (messageId, from) => read(() => store.get(messageId, from)),
    undelivered: (recipient, options) => read(() => store.undelivered(recipient, options)),
    history: (conversation, options) => read(() => store.history(conversationWith(conversation), options)),
  };
  return broken;
}
