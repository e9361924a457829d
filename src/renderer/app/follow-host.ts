/**
 * Follows the host around the page (rules DESK-10 and DESK-20): shows the places to which a
 * notification, a link or the tray leads, takes its notices, and reports the open conversation for
 * a window that opens later.
 */
import type { Place } from '../../shared/contract/host.ts';
import { partsOf, type ConversationId } from '../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import { menuShortcuts, type ShortcutKey } from '../../shared/lib/shortcuts.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import type { Conversations } from '../state/conversations.ts';
import { openConversation, openRoom, showNetwork, showSettings, type NavigationStep } from '../state/route.ts';
import { selectChosen } from '../state/selectors.ts';
import type { HallwayStore } from '../state/store.ts';

interface Deps {
  readonly client: Pick<RpcClient, 'call' | 'on'>;
  readonly store: Pick<HallwayStore, 'getState' | 'navigate' | 'showNotice' | 'subscribe'>;
  readonly conversations: Pick<Conversations, 'jumpTo'>;
}

export function followHost({ client, store, conversations }: Deps): Unsubscribe {
  // A page that was just loaded is nowhere yet. That is no news.
  let reported = selectChosen(store.getState());

  function report(): void {
    const chosen = selectChosen(store.getState());
    if (chosen === reported) return;
    reported = chosen;
    void client.call('setPlace', { conversation: chosen ?? null });
  }

  function show(place: Place): void {
    if (place.page === 'shortcut') return press(menuShortcuts[place.name]);
    if (place.page === 'conversation' && place.cursor !== undefined) {
      conversations.jumpTo({ conversation: place.conversation, cursor: place.cursor });
      return;
    }
    const step = stepTo(place);
    if (step !== undefined) store.navigate(step);
  }

  const undo = [store.subscribe(report), client.on('show', show), client.on('notice', ({ notice }) => store.showNotice(notice))];
  return () => undo.splice(0).forEach((stop) => stop());
}

function stepTo(place: Place): NavigationStep | undefined {
  switch (place.page) {
    case 'conversation':
      return toConversation(place.conversation);
    case 'add':
      return showNetwork({ atAddress: true, given: place });
    case 'network':
      return showNetwork();
    case 'settings':
      return showSettings(place.section);
    case 'shortcut':
      return undefined;
  }
}

/** The page's own table decides what the keys do now. */
function press({ key, modifier }: ShortcutKey): void {
  window.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: modifier === 'mod', altKey: modifier === 'alt' }));
}

function toConversation(conversation: ConversationId): NavigationStep {
  const parts = partsOf(conversation);
  return parts.type === 'room' ? openRoom(parts.name) : openConversation(parts.peerId, { takesFocus: true });
}
