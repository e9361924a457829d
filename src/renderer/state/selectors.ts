/**
 * The store's selectors, each a named constant. A selector that builds a value memoises it, and
 * returns the same object until the value changes. A component then renders only when its own value
 * changed.
 */
import {
  conversationOf,
  conversationOfRoom,
  peerOfConversation,
  type ConversationId,
  type PeerId,
} from '../../shared/lib/ids.ts';
import type { Health } from '../../shared/contract/health.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { Room } from '../../shared/contract/rooms.ts';
import type { Self } from '../../shared/contract/profile.ts';
import { findLikeNames } from '../../shared/text/similar-names.ts';
import type { NameLikeness } from '../../shared/text/similar-names.ts';
import { foldText } from '../../shared/text/fold-text.ts';
import { selectName } from './message-selectors.ts';
import { hasMessages, routeOfChoice } from './route.ts';
import type { MessageSearch, Overlay, Route } from './route.ts';
import type { HallwayState } from './store.ts';

type Conversations = HallwayState['messages']['conversations'];

/**
 * `here` and `departed`: known to presence · `earlier`: known only from conversations · `blocked`:
 * blocked, whether here or not.
 */
export type ListSection = 'here' | 'departed' | 'earlier' | 'blocked';

export type ListItem =
  | { readonly type: 'heading'; readonly section: ListSection; readonly count: number }
  | { readonly type: 'contact'; readonly section: ListSection; readonly peerId: PeerId; readonly position: number };

export const selectSelf = ({ core }: HallwayState): Self | undefined => core.self;
export const selectHealth = ({ core }: HallwayState): readonly Health[] => core.health;
export const selectEnded = ({ core }: HallwayState): HallwayState['core']['ended'] => core.ended;
export const selectConnection = ({ core }: HallwayState): HallwayState['core']['connection'] => core.connection;

export const selectRoute = ({ view }: HallwayState): Route => view.navigation.place.route;
export const selectOverlay = ({ view }: HallwayState): Overlay | undefined => view.navigation.place.overlay;
/** The selected contact, even while the network panel covers it. */
export const selectSelectedId = ({ view }: HallwayState): PeerId | undefined => peerIdOf(routeOfChoice(view.navigation));
/** The conversation of the selected contact or room, even while the network panel covers it. */
export const selectChosen = ({ view }: HallwayState): ConversationId | undefined => {
  const route = routeOfChoice(view.navigation);
  if (route.page === 'room') return conversationOfRoom(route.name);
  const peerId = peerIdOf(route);
  return peerId && conversationOf(peerId);
};
/** The contact that the list highlights; none while the network panel covers it. */
export const selectShownId = (state: HallwayState): PeerId | undefined => peerIdOf(selectRoute(state));
/** The message search, while it is open. */
export const selectMessageSearch = (state: HallwayState): MessageSearch | undefined => {
  const route = selectRoute(state);
  return hasMessages(route) ? route.search : undefined;
};

export const selectSearch = ({ view }: HallwayState): string => view.search;
export const selectIsAlone = ({ core }: HallwayState): boolean => core.peers.size === 0;
export const selectHereCount = ({ core }: HallwayState): number => core.peers.size;

export const selectRoom = ({ core }: HallwayState, name: string): Room | undefined => core.rooms.get(name);

const filterRooms = rememberResult((names: readonly string[], search: string): readonly string[] => {
  const wanted = foldText(search.trim().replace(/^#/u, ''));
  return wanted === '' ? names : names.filter((name) => foldText(name).includes(wanted));
});
/** The rooms of the list, by the search. */
export const selectRoomNames = ({ core, view }: HallwayState): readonly string[] => filterRooms(core.roomNames, view.search);

/** While the core doubts its own network, the list is frozen: no peer is known to be here. */
const doubtCodes: ReadonlySet<string> = new Set(['looks-offline', 'no-network']);

export const selectIsFrozen = ({ core }: HallwayState): boolean => core.health.some(({ code }) => doubtCodes.has(code));

const findFrozenAt = rememberResult((health: readonly Health[], peers: ReadonlyMap<PeerId, Peer>): number | undefined => {
  const since = health.filter(({ code }) => doubtCodes.has(code)).map(({ sinceMs }) => sinceMs);
  if (since.length === 0) return undefined;
  const lastHeardMs = [...peers.values()].reduce(
    (latest, { lastSeenMs }) => Math.max(latest, lastSeenMs),
    Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(lastHeardMs) ? Math.min(lastHeardMs, ...since) : Math.min(...since);
});

/**
 * The time that a frozen list is from: the last time any peer was heard. `undefined` while it is
 * live. Wall clock.
 */
export const selectFrozenAtMs = ({ core }: HallwayState): number | undefined => findFrozenAt(core.health, core.peers);

export const selectHere = ({ core }: HallwayState, peerId: PeerId): Peer | undefined => core.peers.get(peerId);
export const selectDeparted = ({ core }: HallwayState, peerId: PeerId): DepartedPeer | undefined => core.departed.get(peerId);

const filterHere = rememberResult(filterIds<Peer>);
const filterDeparted = rememberResult(filterIds<DepartedPeer>);
const filterEarlier = rememberResult(
  (
    ids: readonly PeerId[],
    _contacts: HallwayState['messages']['contacts'],
    search: string,
    state: HallwayState,
  ): readonly PeerId[] => {
    const wanted = foldText(search.trim());
    return wanted === '' ? ids : ids.filter((peerId) => foldText(selectName(state, peerId)).includes(wanted));
  },
  3,
);
const listEarlier = rememberResult((conversations: Conversations, core: HallwayState['core']): readonly PeerId[] =>
  [...conversations.values()]
    .reverse()
    .flatMap(({ conversation }) => peerOfConversation(conversation) ?? [])
    .filter((peerId) => !core.peers.has(peerId) && !core.departed.has(peerId)),
);
const listBlocked = rememberResult((contacts: HallwayState['messages']['contacts']): readonly PeerId[] =>
  [...contacts.values()].filter(({ blocked }) => blocked).map(({ peerId }) => peerId),
);
const buildItems = rememberResult(
  (
    hereIds: readonly PeerId[],
    departedIds: readonly PeerId[],
    earlierIds: readonly PeerId[],
    blockedIds: readonly PeerId[],
    showsBlocked: boolean,
  ): readonly ListItem[] => {
    const apart = new Set(blockedIds);
    const sections: readonly (readonly [ListSection, readonly PeerId[]])[] = [
      ['here', without(hereIds, apart)],
      ['departed', without(departedIds, apart)],
      ['earlier', without(earlierIds, apart)],
      ['blocked', [...hereIds, ...departedIds, ...earlierIds].filter((peerId) => apart.has(peerId))],
    ];
    let before = 0;
    return sections.flatMap(([section, ids]) => {
      const isShown = section !== 'blocked' || showsBlocked;
      const items = sectionOf(section, ids, before, isShown);
      before += isShown ? ids.length : 0;
      return items;
    });
  },
);

/**
 * The rows of the contact list, from top to bottom. Only IDs, so that it changes when a contact
 * comes, goes or is renamed.
 */
export const selectListItems = (state: HallwayState): readonly ListItem[] => {
  const { core, messages, view } = state;
  return buildItems(
    filterHere(core.hereIds, core.peers, view.search),
    filterDeparted(core.departedIds, core.departed, view.search),
    filterEarlier(listEarlier(messages.conversations, core), messages.contacts, view.search, state),
    listBlocked(messages.contacts),
    // A search must find blocked contacts too.
    view.showsBlocked || view.search.trim() !== '',
  );
};

/** The number of contacts in the list. */
export const selectListedCount = (state: HallwayState): number =>
  selectListItems(state).reduce((sum, { type }) => sum + (type === 'contact' ? 1 : 0), 0);

const findNamesakes = rememberResult(
  (
    hereIds: readonly PeerId[],
    departedIds: readonly PeerId[],
    ownName: string | undefined,
    state: HallwayState,
  ): ReadonlyMap<PeerId, NameLikeness> => {
    const names = [...hereIds, ...departedIds].flatMap((id) => {
      const peer = selectHere(state, id) ?? selectDeparted(state, id);
      return peer === undefined ? [] : [{ id, name: peer.name }];
    });
    const { self } = state.core;
    return findLikeNames(self === undefined || ownName === undefined ? names : [...names, { id: self.peerId, name: ownName }]);
  },
  3,
);

/**
 * Whether another name in the list, or our own, is confusable with theirs; the short code is shown
 * then.
 */
export const selectNamesake = (state: HallwayState, peerId: PeerId): NameLikeness | undefined =>
  findNamesakes(state.core.hereIds, state.core.departedIds, state.core.self?.name, state).get(peerId);

function peerIdOf(route: Route): PeerId | undefined {
  return 'peerId' in route ? route.peerId : undefined;
}

function sectionOf(section: ListSection, ids: readonly PeerId[], before: number, isShown: boolean): readonly ListItem[] {
  if (ids.length === 0) return [];
  const heading: ListItem = { type: 'heading', section, count: ids.length };
  if (!isShown) return [heading];
  return [heading, ...ids.map((peerId, index): ListItem => ({ type: 'contact', section, peerId, position: before + index + 1 }))];
}

function without(ids: readonly PeerId[], apart: ReadonlySet<PeerId>): readonly PeerId[] {
  return apart.size === 0 ? ids : ids.filter((peerId) => !apart.has(peerId));
}

function filterIds<Entry extends Peer | DepartedPeer>(
  ids: readonly PeerId[],
  entries: ReadonlyMap<PeerId, Entry>,
  search: string,
): readonly PeerId[] {
  const wanted = foldText(search.trim());
  if (wanted === '') return ids;
  return ids.filter((peerId) => {
    const peer = entries.get(peerId);
    return peer !== undefined && foldText(`${peer.name}\n${peer.host}\n${peer.note}`).includes(wanted);
  });
}

/**
 * Runs `compute` only when one of the first `keyCount` arguments changed. Returns the earlier array
 * if the new one has the same content.
 */
function rememberResult<Arguments extends readonly unknown[], Result>(
  compute: (...from: Arguments) => Result,
  keyCount = Number.POSITIVE_INFINITY,
): (...from: Arguments) => Result {
  let last: { readonly from: Arguments; readonly result: Result } | undefined;
  return (...from) => {
    if (last !== undefined && sameArray(last.from.slice(0, keyCount), from.slice(0, keyCount))) return last.result;
    const result = compute(...from);
    const earlier = last?.result;
    const same = Array.isArray(earlier) && Array.isArray(result) && sameArray(earlier, result);
    last = { from, result: same && earlier !== undefined ? earlier : result };
    return last.result;
  };
}

function sameArray(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}
