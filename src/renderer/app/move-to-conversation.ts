/** Opens another conversation by its place in the list, for keys that work anywhere in the page. */
import type { ConversationId } from '../../shared/lib/ids.ts';
import { recentMs, selectListItems } from '../state/list-items.ts';
import { openRow } from '../state/route.ts';
import { selectChosen } from '../state/selectors.ts';
import type { HallwayState, HallwayStore } from '../state/store.ts';

type Step = 'previous' | 'next';

/** The row above or below the open one. */
export function openNeighbour(store: HallwayStore, step: Step): void {
  const rows = rowsOf(store.getState());
  openFrom(store, rows, step);
}

/** The same among those with unread messages, and on from the last one to the first. */
export function openUnread(store: HallwayStore, step: Step): void {
  const state = store.getState();
  const chosen = selectChosen(state);
  const rows = rowsOf(state).filter(
    (conversation) => conversation === chosen || (state.messages.conversations.get(conversation)?.unread ?? 0) > 0,
  );
  const isAtEnd = chosen === (step === 'next' ? rows.at(-1) : rows[0]);
  openFrom(store, isAtEnd ? rows.filter((conversation) => conversation !== chosen) : rows, step);
}

/** @param place from 1 */
export function openAtPlace(store: HallwayStore, place: number): void {
  const conversation = rowsOf(store.getState())[place - 1];
  if (conversation !== undefined) store.navigate(openRow(conversation, { takesFocus: true }));
}

function openFrom(store: HallwayStore, rows: readonly ConversationId[], step: Step): void {
  const chosen = selectChosen(store.getState());
  const at = chosen === undefined ? -1 : rows.indexOf(chosen);
  // From nowhere, down begins at the top and up at the bottom.
  const next = at < 0 ? rows.at(step === 'next' ? 0 : -1) : rows[at + (step === 'next' ? 1 : -1)];
  if (next !== undefined && next !== chosen) store.navigate(openRow(next, { takesFocus: true }));
}

function rowsOf(state: HallwayState): readonly ConversationId[] {
  return selectListItems(state, Date.now() - recentMs).flatMap((item) => (item.type === 'row' ? [item.conversation] : []));
}
