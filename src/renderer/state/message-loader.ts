/**
 * Loads messages into the open conversation: the newest, older and newer ones as the reader
 * scrolls, and those around a message. It drops an answer for a conversation or window that is no
 * longer shown.
 */
import { maxPage } from '../../shared/contract/messages.ts';
import type { Message } from '../../shared/contract/messages.ts';
import { isLater, type Cursor } from '../../shared/lib/ids.ts';
import type { CallResult, RpcClient } from '../../shared/rpc/rpc.ts';
import { lastCursorOf } from './message-window.ts';
import type { Page } from './message-window.ts';
import { fetchAround, fetchNewer, fetchOlder } from './pages.ts';
import type { HallwayStore } from './store.ts';
import type { OpenConversation } from './message-state.ts';

/** Messages per query: two windows full, so that a query takes both ends a few milliseconds. */
export const pageSize = 60;

export interface MessageLoader {
  loadLatest(): void;
  loadMore(direction: 'older' | 'newer'): void;
  loadAround(message: Pick<Message, 'conversation' | 'cursor'>): void;
  /** Rises with each conversation and connection, so that open answers are dropped. */
  startOver(): void;
}

interface Deps {
  readonly client: RpcClient;
  readonly store: Pick<HallwayStore, 'getState' | 'applyMessages'>;
}

export function createMessageLoader({ client, store }: Deps): MessageLoader {
  let turn = 0;
  /** The turn of the query in progress. */
  let loadingIn: number | undefined;

  async function load(
    { conversation }: OpenConversation,
    ask: () => Promise<CallResult<Page>>,
    put: (page: Page) => void,
    isStillWanted: () => boolean = () => true,
  ): Promise<void> {
    const askedIn = turn;
    const result = await ask();
    if (askedIn !== turn || !isStillWanted()) return;
    if (result.ok) put(result.output);
    else store.applyMessages({ type: 'loading-failed', conversation, failure: result.message });
  }

  function lastCursorIn({ conversation }: OpenConversation): Cursor | undefined {
    return store.getState().messages.conversations.get(conversation)?.last.cursor;
  }

  async function loadMore(direction: 'older' | 'newer'): Promise<void> {
    const { open } = store.getState().messages;
    const window = open?.window;
    if (open === undefined || window === undefined || loadingIn === turn) return;
    if (!(direction === 'older' ? window.hasOlder : window.hasNewer)) return;
    const { conversation } = open;
    const last = lastCursorOf(window);
    if (last === undefined) return;
    const startedIn = turn;
    loadingIn = startedIn;
    await load(
      open,
      () =>
        direction === 'older'
          ? fetchOlder(client, conversation, pageSize, window.messages[0]?.cursor)
          : fetchNewer(client, conversation, pageSize, last),
      (page) => store.applyMessages({ type: direction === 'older' ? 'older-received' : 'newer-received', conversation, page }),
      // Another part of the conversation may be shown by now.
      () => store.getState().messages.open?.window?.generation === window.generation,
    );
    if (loadingIn === startedIn) loadingIn = undefined;
  }

  return {
    loadLatest() {
      const { open, conversations } = store.getState().messages;
      if (open === undefined) return;
      const { conversation, window } = open;
      const [listed, held] = [lastCursorIn(open), window && lastCursorOf(window)];
      const knownThrough = isLater(held, listed) ? held : listed;
      // All unread messages, if they are not too many, and a few earlier ones.
      const limit = Math.min(maxPage, Math.max(pageSize, (conversations.get(conversation)?.unread ?? 0) + pageSize / 2));
      void load(
        open,
        () => fetchOlder(client, conversation, limit),
        (page) => store.applyMessages({ type: 'latest-received', conversation, page, knownThrough }),
      );
    },
    loadMore: (direction) => void loadMore(direction),
    loadAround(message) {
      const { open } = store.getState().messages;
      if (open === undefined) return;
      turn += 1;
      void load(
        open,
        () => fetchAround(client, message, pageSize / 2),
        (page) =>
          store.applyMessages({ type: 'context-received', conversation: open.conversation, page, target: message.cursor }),
      );
    },
    startOver() {
      turn += 1;
    },
  };
}
