/**
 * The store's selectors, each a named constant. A selector that builds a value memoises it, and
 * returns the same object until the value changes. A component then renders only when its own value
 * changed.
 */
import { conversationOf, conversationOfRoom, type ConversationId, type PeerId } from '../../shared/lib/ids.ts';
import type { Health } from '../../shared/contract/health.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { Room } from '../../shared/contract/rooms.ts';
import type { Self } from '../../shared/contract/profile.ts';
import type { SettingKey, SettingStates, SettingValues } from '../../shared/contract/settings.ts';
import { createLikeNamesFinder } from '../../shared/text/similar-names.ts';
import type { NameLikeness } from '../../shared/text/similar-names.ts';
import { rememberResult } from './remember-result.ts';
import { hasMessages, routeOfChoice } from './route.ts';
import type { MessageSearch, Overlay, Route } from './route.ts';
import type { HallwayState } from './store.ts';

export const selectSelf = ({ core }: HallwayState): Self | undefined => core.self;
export const selectSettings = ({ core }: HallwayState): SettingStates => core.settings;
/** The value in effect. */
export const selectSetting = <Key extends SettingKey>({ core }: HallwayState, key: Key): SettingValues[Key] =>
  core.settings[key].value;
export const selectHealth = ({ core }: HallwayState): readonly Health[] => core.health;
export const selectTrouble = ({ core }: HallwayState): HallwayState['core']['trouble'] => core.trouble;
export const selectConnection = ({ core }: HallwayState): HallwayState['core']['connection'] => core.connection;

export const selectRoute = ({ view }: HallwayState): Route => view.navigation.place.route;
/** Whether the details cover the conversation, with nothing above them. */
export const selectDetailsCover = ({ view }: HallwayState): boolean => {
  const { route, overlay } = view.navigation.place;
  return overlay === 'room-details' || (route.page === 'contact' && overlay === undefined);
};
export const selectOverlay = ({ view }: HallwayState): Overlay | undefined => view.navigation.place.overlay;
/** The conversation of the selected contact or room, even while the network panel covers it. */
export const selectChosen = ({ view }: HallwayState): ConversationId | undefined =>
  conversationOfRoute(routeOfChoice(view.navigation));
/** The conversation that the list highlights; none while the network panel covers it. */
export const selectShown = (state: HallwayState): ConversationId | undefined => conversationOfRoute(selectRoute(state));
/** The message search, while it is open. */
export const selectMessageSearch = (state: HallwayState): MessageSearch | undefined => {
  const route = selectRoute(state);
  return hasMessages(route) ? route.search : undefined;
};

export const selectSearch = ({ view }: HallwayState): string => view.search;
export const selectIsAlone = ({ core }: HallwayState): boolean => core.peers.size === 0;
export const selectHereCount = ({ core }: HallwayState): number => core.peers.size;

export const selectRoom = ({ core }: HallwayState, name: string): Room | undefined => core.rooms.get(name);

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

const findLikeNames = createLikeNamesFinder();

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

function conversationOfRoute(route: Route): ConversationId | undefined {
  if (route.page === 'room') return conversationOfRoom(route.name);
  const peerId = peerIdOf(route);
  return peerId && conversationOf(peerId);
}

function peerIdOf(route: Route): PeerId | undefined {
  return 'peerId' in route ? route.peerId : undefined;
}
