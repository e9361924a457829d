/**
 * Questions that components ask of the store, each a named constant. Those that build something remember what they built from, and answer with
 * the same object until that changes, so that a component draws again only when its own answer did.
 */
import { peerOfConversation, type PeerId } from '../../shared/lib/ids.ts';
import type { Health } from '../../shared/contract/health.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { Self } from '../../shared/contract/profile.ts';
import { findLikeNames } from '../../shared/text/similar-names.ts';
import type { NameLikeness } from '../../shared/text/similar-names.ts';
import type { HallwayState } from './store.ts';
import { selectName } from './message-selectors.ts';

type Conversations = HallwayState['talk']['conversations'];

/**
 * `here` and `departed`: as presence knows them · `earlier`: only conversations with them are known · `blocked`: whichever they are, kept apart.
 */
export type ListSection = 'here' | 'departed' | 'earlier' | 'blocked';

export type ListItem =
  | { readonly type: 'heading'; readonly section: ListSection; readonly count: number }
  | { readonly type: 'person'; readonly section: ListSection; readonly peerId: PeerId; readonly position: number };

export const selectSelf = ({ mirror }: HallwayState): Self | undefined => mirror.self;
export const selectHealth = ({ mirror }: HallwayState): readonly Health[] => mirror.health;
export const selectConnection = ({ mirror }: HallwayState): HallwayState['mirror']['connection'] => mirror.connection;
export const selectSelectedId = ({ view }: HallwayState): PeerId | undefined => view.selectedId;
export const selectSearch = ({ view }: HallwayState): string => view.search;
export const selectIsAlone = ({ mirror }: HallwayState): boolean => mirror.peers.size === 0;
export const selectHereCount = ({ mirror }: HallwayState): number => mirror.peers.size;

export const selectShowsNetwork = ({ view }: HallwayState): boolean => view.network !== 'closed';
/** Whom the list shows as chosen: nobody while the network panel hides them. */
export const selectShownId = ({ view }: HallwayState): PeerId | undefined =>
  view.network === 'closed' ? view.selectedId : undefined;

/** While the core doubts its own network, nobody is known to be here: the list is as it was. */
const doubtCodes: ReadonlySet<string> = new Set(['looks-offline', 'no-network']);

export const selectIsFrozen = ({ mirror }: HallwayState): boolean => mirror.health.some(({ code }) => doubtCodes.has(code));

const findFrozenAt = rememberResult((health: readonly Health[], peers: ReadonlyMap<PeerId, Peer>): number | undefined => {
  const since = health.filter(({ code }) => doubtCodes.has(code)).map(({ sinceMs }) => sinceMs);
  if (since.length === 0) return undefined;
  const lastHeardMs = [...peers.values()].reduce(
    (latest, { lastSeenMs }) => Math.max(latest, lastSeenMs),
    Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(lastHeardMs) ? Math.min(lastHeardMs, ...since) : Math.min(...since);
});

/** Since when the list is only as it was: the last time that anybody was heard. `undefined` while it is live. Wall clock. */
export const selectFrozenAtMs = ({ mirror }: HallwayState): number | undefined => findFrozenAt(mirror.health, mirror.peers);

export const selectHere = ({ mirror }: HallwayState, peerId: PeerId): Peer | undefined => mirror.peers.get(peerId);
export const selectDeparted = ({ mirror }: HallwayState, peerId: PeerId): DepartedPeer | undefined => mirror.departed.get(peerId);

const filterHere = rememberResult(filterIds<Peer>);
const filterDeparted = rememberResult(filterIds<DepartedPeer>);
const filterEarlier = rememberResult(
  (
    ids: readonly PeerId[],
    _acquaintances: HallwayState['talk']['acquaintances'],
    search: string,
    state: HallwayState,
  ): readonly PeerId[] => {
    const wanted = foldCase(search.trim());
    return wanted === '' ? ids : ids.filter((peerId) => foldCase(selectName(state, peerId)).includes(wanted));
  },
  3,
);
const listEarlier = rememberResult((conversations: Conversations, mirror: HallwayState['mirror']): readonly PeerId[] =>
  [...conversations.values()]
    .reverse()
    .flatMap(({ conversation }) => peerOfConversation(conversation) ?? [])
    .filter((peerId) => !mirror.peers.has(peerId) && !mirror.departed.has(peerId)),
);
const listBlocked = rememberResult((acquaintances: HallwayState['talk']['acquaintances']): readonly PeerId[] =>
  [...acquaintances.values()].filter(({ blocked }) => blocked).map(({ peerId }) => peerId),
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

/** What the people list shows, from top to bottom: only ids, so that it changes when somebody comes, goes or is renamed. */
export const selectListItems = (state: HallwayState): readonly ListItem[] => {
  const { mirror, talk, view } = state;
  return buildItems(
    filterHere(mirror.hereIds, mirror.peers, view.search),
    filterDeparted(mirror.departedIds, mirror.departed, view.search),
    filterEarlier(listEarlier(talk.conversations, mirror), talk.acquaintances, view.search, state),
    listBlocked(talk.acquaintances),
    // Who searches for somebody whom they blocked must find them.
    view.showsBlocked || view.search.trim() !== '',
  );
};

/** How many people the list shows. */
export const selectListedCount = (state: HallwayState): number =>
  selectListItems(state).reduce((sum, { type }) => sum + (type === 'person' ? 1 : 0), 0);

const findNamesakes = rememberResult(
  (
    hereIds: readonly PeerId[],
    departedIds: readonly PeerId[],
    ownName: string | undefined,
    state: HallwayState,
  ): ReadonlyMap<PeerId, NameLikeness> => {
    const people = [...hereIds, ...departedIds].flatMap((id) => {
      const person = selectHere(state, id) ?? selectDeparted(state, id);
      return person === undefined ? [] : [{ id, name: person.name }];
    });
    const { self } = state.mirror;
    return findLikeNames(self === undefined || ownName === undefined ? people : [...people, { id: self.peerId, name: ownName }]);
  },
  3,
);

/** Whether somebody else in the list, or we ourselves, could be mistaken for them by name: then their short code is shown. */
export const selectNamesake = (state: HallwayState, peerId: PeerId): NameLikeness | undefined =>
  findNamesakes(state.mirror.hereIds, state.mirror.departedIds, state.mirror.self?.name, state).get(peerId);

function sectionOf(section: ListSection, ids: readonly PeerId[], before: number, isShown: boolean): readonly ListItem[] {
  if (ids.length === 0) return [];
  const heading: ListItem = { type: 'heading', section, count: ids.length };
  if (!isShown) return [heading];
  return [heading, ...ids.map((peerId, index): ListItem => ({ type: 'person', section, peerId, position: before + index + 1 }))];
}

function without(ids: readonly PeerId[], apart: ReadonlySet<PeerId>): readonly PeerId[] {
  return apart.size === 0 ? ids : ids.filter((peerId) => !apart.has(peerId));
}

function filterIds<Person extends Peer | DepartedPeer>(
  ids: readonly PeerId[],
  people: ReadonlyMap<PeerId, Person>,
  search: string,
): readonly PeerId[] {
  const wanted = foldCase(search.trim());
  if (wanted === '') return ids;
  return ids.filter((peerId) => {
    const person = people.get(peerId);
    return person !== undefined && foldCase(`${person.name}\n${person.host}\n${person.note}`).includes(wanted);
  });
}

/** Lower case without accents, so that "jose" finds "José". */
function foldCase(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}

/**
 * Runs `compute` only when one of the first `keyCount` arguments is another object than last time, and hands out the earlier array where
 * the new one has the same content.
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
