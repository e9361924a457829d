/**
 * Keeps the page's conversations in step with the core and the view's selection. It does not decide
 * how they are shown. The list, the messages and the contacts each have a file of their own.
 */
import type { Link, Unsubscribe } from '../../shared/rpc/link.ts';
import type { Message } from '../../shared/contract/messages.ts';
import { partsOf, peerOfConversation, type ConversationId } from '../../shared/lib/ids.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import { createContactQueue } from './contact-queue.ts';
import { createConversationList } from './conversation-list.ts';
import { createMessageLoader } from './message-loader.ts';
import { hasMessages, routeOfChoice, showFound, showFoundInRoom } from './route.ts';
import { selectChosen } from './selectors.ts';
import type { HallwayStore } from './store.ts';

export interface Conversations {
  loadOlder(): void;
  loadNewer(): void;
  /** Jumps back to the newest messages. */
  showLatest(): void;
  /** Opens the conversation or room and shows the message in context. */
  jumpTo(message: Pick<Message, 'conversation' | 'cursor'>): void;
  /** Stops following the core. */
  close(): void;
}

export interface ConversationsDeps {
  readonly link: Link;
  readonly client: RpcClient;
  readonly store: HallwayStore;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

export function createConversations({ link, client, store, setTimer }: ConversationsDeps): Conversations {
  const { applyMessages } = store;
  const contacts = createContactQueue({
    client,
    onContact: (contact) => applyMessages({ type: 'contact-received', contact }),
  });
  const list = createConversationList({
    client,
    setTimer,
    onConversations({ conversations, pinned, muted }) {
      applyMessages({ type: 'conversations-received', conversations, pinned, muted });
      // The names of absent contacts, and the blocked ones.
      contacts.want(conversations.flatMap(({ conversation }) => peerOfConversation(conversation) ?? []));
    },
    onUnavailable: () => applyMessages({ type: 'messages-unavailable' }),
  });
  const messages = createMessageLoader({ client, store });
  let opened: ConversationId | undefined;
  let isSearching = false;

  function followSelection(): void {
    const state = store.getState();
    const chosen = selectChosen(state);
    const route = routeOfChoice(state.view.navigation);
    const wasSearching = isSearching;
    if (hasMessages(route)) isSearching = route.search !== undefined;
    if (chosen === opened) {
      // A search that ends at an old message returns to the newest ones.
      if (wasSearching && !isSearching && state.messages.open?.target !== undefined) showLatest();
      return;
    }
    opened = chosen;
    messages.startOver();
    applyMessages({ type: 'conversation-opened', conversation: chosen });
    loadChosen();
  }

  function showLatest(): void {
    applyMessages({ type: 'latest-wanted' });
    messages.loadLatest();
  }

  function loadChosen(): void {
    if (opened === undefined) return;
    // First, so that nothing delays what the user waits for.
    messages.loadLatest();
    const peerId = peerOfConversation(opened);
    if (peerId !== undefined) contacts.refresh(peerId);
  }

  function startOver(): void {
    list.startOver();
    contacts.startOver();
    messages.startOver();
  }

  const undo = [
    store.subscribe(followSelection),
    client.on('message', (message) => applyMessages({ type: 'message-persisted', message })),
    client.on('delivery', (delivery) => applyMessages({ type: 'delivery-changed', ...delivery })),
    client.on('kept', (kept) => applyMessages({ type: 'kept-changed', ...kept })),
    client.on('roomNotice', (notice) => applyMessages({ type: 'notice-received', ...notice })),
    client.on('typing', (typing) => applyMessages({ type: 'typing-changed', ...typing })),
    client.on('conversationChanged', ({ conversation }) => {
      list.ask();
      if (opened === conversation) messages.loadLatest();
    }),
    link.onOpen(() => {
      startOver();
      list.ask();
      loadChosen();
    }),
    link.onClose(() => {
      startOver();
      applyMessages({ type: 'link-lost' });
    }),
  ];

  return {
    loadOlder: () => messages.loadMore('older'),
    loadNewer: () => messages.loadMore('newer'),
    showLatest,
    jumpTo(message) {
      const parts = partsOf(message.conversation);
      store.navigate(parts.type === 'room' ? showFoundInRoom(parts.name) : showFound(parts.peerId));
      messages.loadAround(message);
    },
    close: () => [...undo.splice(0), startOver].forEach((stop) => stop()),
  };
}
