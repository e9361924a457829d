/**
 * Questions that components ask of the store, each a named constant. Those that build something remember what they built from, and answer with
 * the same object until that changes, so that a component draws again only when its own answer did.
 */
import type { DepartedPeer, Health, Peer, PeerId, Self } from '../../shared/model.ts';
import type { HallwayState } from './store.ts';

export type ListItem =
  | { readonly type: 'heading'; readonly section: 'here' | 'departed'; readonly count: number }
  | { readonly type: 'person'; readonly section: 'here' | 'departed'; readonly peerId: PeerId; readonly position: number };

export const selectSelf = ({ mirror }: HallwayState): Self | undefined => mirror.self;
export const selectHealth = ({ mirror }: HallwayState): readonly Health[] => mirror.health;
export const selectConnection = ({ mirror }: HallwayState): HallwayState['mirror']['connection'] => mirror.connection;
export const selectSelectedId = ({ view }: HallwayState): PeerId | undefined => view.selectedId;
export const selectSearch = ({ view }: HallwayState): string => view.search;
export const selectIsAlone = ({ mirror }: HallwayState): boolean => mirror.peers.size === 0;
export const selectHereCount = ({ mirror }: HallwayState): number => mirror.peers.size;

export const selectHere = ({ mirror }: HallwayState, peerId: PeerId): Peer | undefined => mirror.peers.get(peerId);
export const selectDeparted = ({ mirror }: HallwayState, peerId: PeerId): DepartedPeer | undefined => mirror.departed.get(peerId);

const filterHere = rememberResult(filterIds<Peer>);
const filterDeparted = rememberResult(filterIds<DepartedPeer>);
const buildItems = rememberResult((hereIds: readonly PeerId[], departedIds: readonly PeerId[]): readonly ListItem[] => [
  ...sectionOf('here', hereIds, 0),
  ...sectionOf('departed', departedIds, hereIds.length),
]);

/** What the people list shows, from top to bottom: only ids, so that it changes when somebody comes, goes or is renamed. */
export const selectListItems = ({ mirror, view }: HallwayState): readonly ListItem[] =>
  buildItems(
    filterHere(mirror.hereIds, mirror.peers, view.search),
    filterDeparted(mirror.departedIds, mirror.departed, view.search),
  );

const findNamesakes = rememberResult(
  (hereIds: readonly PeerId[], departedIds: readonly PeerId[], state: HallwayState): ReadonlySet<PeerId> => {
    const firstOf = new Map<string, PeerId>();
    const namesakes = new Set<PeerId>();
    for (const peerId of [...hereIds, ...departedIds]) {
      const person = selectHere(state, peerId) ?? selectDeparted(state, peerId);
      const name = person === undefined ? '' : foldCase(`${person.name}\n${person.host}`);
      const first = firstOf.get(name);
      if (first === undefined) firstOf.set(name, peerId);
      else namesakes.add(first).add(peerId);
    }
    return namesakes;
  },
  2,
);

/** Whether somebody else in the list has the same name on a host of the same name: then the row tells them apart by the short code. */
export const selectIsNamesake = (state: HallwayState, peerId: PeerId): boolean =>
  findNamesakes(state.mirror.hereIds, state.mirror.departedIds, state).has(peerId);

function sectionOf(section: 'here' | 'departed', ids: readonly PeerId[], before: number): readonly ListItem[] {
  if (ids.length === 0) return [];
  return [
    { type: 'heading', section, count: ids.length },
    ...ids.map((peerId, index): ListItem => ({ type: 'person', section, peerId, position: before + index + 1 })),
  ];
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
