/**
 * The page's navigation: one route, at most one overlay above it, and the history before and after
 * it. Every step is a pure function from one navigation to the next; `store.navigate` applies it.
 * app/browser-history.ts connects it to the browser's Back button.
 */
import { partsOf, type ConversationId, type PeerId } from '../../shared/lib/ids.ts';
import { settingsRouteOf, type SettingsRoute } from './settings-places.ts';

/** An address that a link gives, to be added if the user wants. */
export interface GivenAddress {
  readonly address: string;
  /** The peer that the link promises at that address. */
  readonly peerId?: PeerId | undefined;
}

/** Places remembered in each direction. Users go back less often; the oldest is dropped first. */
export const maxHistory = 50;

/** A message search, beside a conversation or a room. */
export interface MessageSearch {
  readonly text: string;
  /** Searches all conversations, not only the open one. */
  readonly everywhere: boolean;
  /** The user opened a result, and sees it in context. */
  readonly showsContext: boolean;
}

export interface ConversationRoute {
  readonly page: 'conversation';
  readonly peerId: PeerId;
  /** The user opened the contact to write, so the composer takes the focus. */
  readonly takesFocus: boolean;
  readonly search: MessageSearch | undefined;
}

export interface RoomRoute {
  readonly page: 'room';
  readonly name: string;
  /** As of a conversation. */
  readonly takesFocus: boolean;
  readonly search: MessageSearch | undefined;
}

export type Route =
  | { readonly page: 'empty' }
  | ConversationRoute
  | RoomRoute
  | { readonly page: 'contact'; readonly peerId: PeerId }
  /** `atAddress`: opened to add a peer by address. */
  | { readonly page: 'network'; readonly atAddress: boolean; readonly given?: GivenAddress | undefined }
  | SettingsRoute;

/** A dialog above the page, about the contact or the room of that page; `join-room`, `profile`
 * and `palette` are above any. */
export type Overlay = 'compare-codes' | 'block' | 'clear-history' | 'join-room' | 'room-details' | 'profile' | 'palette';

export interface Place {
  readonly route: Route;
  readonly overlay: Overlay | undefined;
}

export interface Navigation {
  readonly place: Place;
  /** Oldest first. */
  readonly past: readonly Place[];
  /** Nearest first. */
  readonly future: readonly Place[];
  /** The number of `place` in the browser's history; the place before has one less. */
  readonly depth: number;
}

/** One step of the navigation. */
export type NavigationStep = (navigation: Navigation) => Navigation;

const emptyPlace: Place = { route: { page: 'empty' }, overlay: undefined };
const emptySearch: MessageSearch = { text: '', everywhere: false, showsContext: false };

export function navigationAt(depth: number): Navigation {
  return { place: emptyPlace, past: [], future: [], depth };
}

/** Whether the user opened it to write, or only walks through the list. */
interface Opening {
  readonly takesFocus?: boolean;
}

/**
 * Opens the conversation with a contact. Moving through the list adds one place to the history, not
 * one per contact.
 */
export function openConversation(peerId: PeerId, { takesFocus = false }: Opening = {}): NavigationStep {
  return openPlace({ page: 'conversation', peerId, takesFocus, search: undefined });
}

/** Opens a room, ready to write. */
export function openRoom(name: string, { takesFocus = true }: Opening = {}): NavigationStep {
  return openPlace({ page: 'room', name, takesFocus, search: undefined });
}

/** Opens a row of the list. */
export function openRow(conversation: ConversationId, opening: Opening): NavigationStep {
  const parts = partsOf(conversation);
  return parts.type === 'room' ? openRoom(parts.name, opening) : openConversation(parts.peerId, opening);
}

function openPlace(route: ConversationRoute | RoomRoute): NavigationStep {
  const target = at(route);
  return (navigation) => {
    const { route: before, overlay } = navigation.place;
    const isOnlyShown = hasMessages(before) && before.search === undefined && overlay === undefined;
    const isReplaced = isOnlyShown && (!before.takesFocus || isSamePlace(navigation.place, target));
    return isReplaced ? replace(navigation, target) : enter(navigation, target);
  };
}

/** Leaves the selected contact or room, back to the list alone. */
export function showNobody(navigation: Navigation): Navigation {
  return leaveFor(navigation, emptyPlace);
}

/** Shows the details of the open conversation's contact. */
export function showContact(navigation: Navigation): Navigation {
  const { route } = navigation.place;
  return route.page === 'conversation' ? enter(navigation, at({ page: 'contact', peerId: route.peerId })) : navigation;
}

interface NetworkOptions {
  readonly atAddress?: boolean;
  readonly given?: GivenAddress;
}

export function showNetwork({ atAddress = false, given }: NetworkOptions = {}): NavigationStep {
  return (navigation) => enter(navigation, at({ page: 'network', atAddress, given }));
}

export function toggleNetwork(navigation: Navigation): Navigation {
  return navigation.place.route.page === 'network' ? close(navigation) : showNetwork()(navigation);
}

/**
 * Opens the settings; from one section to the next, back leads out of them.
 *
 * @param name a section or the key of a setting; absent means the first section
 */
export function showSettings(name = ''): NavigationStep {
  const target = at(settingsRouteOf(name));
  return (navigation) => {
    const { route, overlay } = navigation.place;
    return route.page === 'settings' && overlay === undefined ? replace(navigation, target) : enter(navigation, target);
  };
}

export function toggleSettings(navigation: Navigation): Navigation {
  return navigation.place.route.page === 'settings' ? close(navigation) : showSettings()(navigation);
}

export function openOverlay(overlay: Overlay): NavigationStep {
  return (navigation) => enter(navigation, { ...navigation.place, overlay });
}

export function closeOverlay(navigation: Navigation): Navigation {
  const { route, overlay } = navigation.place;
  return overlay === undefined ? navigation : leaveFor(navigation, at(route));
}

/** Opens the message search, or returns to its results. */
export function openSearch(navigation: Navigation): Navigation {
  const { route } = navigation.place;
  if (!hasMessages(route)) return navigation;
  if (route.search?.showsContext) return close(navigation);
  return route.search === undefined ? enter(navigation, at({ ...route, search: emptySearch })) : navigation;
}

/** Changes the search text, and shows the results. */
export function changeSearch(change: Partial<Omit<MessageSearch, 'showsContext'>>): NavigationStep {
  return (navigation) => {
    const { route } = navigation.place;
    if (!hasMessages(route) || route.search === undefined) return navigation;
    const search = { ...route.search, ...change, showsContext: false };
    return replace(withoutSearches(navigation), at({ ...route, search }));
  };
}

export function closeSearch(navigation: Navigation): Navigation {
  const { route } = navigation.place;
  if (!hasMessages(route) || route.search === undefined) return navigation;
  const target = at({ ...route, search: undefined });
  const searchAlone = withoutSearches(navigation);
  const before = searchAlone.past.at(-1);
  // Opening another page ends the search.
  return before !== undefined && isSamePlace(before, target) ? goBack(searchAlone) : replace(searchAlone, target);
}

/** Opens a message's conversation; during a search, back leads to the results. */
export function showFound(peerId: PeerId): NavigationStep {
  const target = { page: 'conversation', peerId, takesFocus: false, search: undefined } as const;
  return inContext(target, openConversation(peerId));
}

/** The same for a message's room. */
export function showFoundInRoom(name: string): NavigationStep {
  return inContext({ page: 'room', name, takesFocus: false, search: undefined }, openRoom(name));
}

/**
 * Closes the topmost part, as Escape does: the overlay, the network panel, the details, the search,
 * else the conversation.
 */
export function close(navigation: Navigation): Navigation {
  const { route, overlay } = navigation.place;
  if (overlay !== undefined) return closeOverlay(navigation);
  switch (route.page) {
    case 'empty':
      return navigation;
    case 'network':
    case 'settings':
      return canGoBack(navigation) ? goBack(navigation) : enter(navigation, emptyPlace);
    case 'contact':
      return leaveFor(navigation, at({ page: 'conversation', peerId: route.peerId, takesFocus: false, search: undefined }));
    case 'conversation':
    case 'room':
      if (route.search === undefined) return showNobody(navigation);
      return route.search.showsContext ? closeContext(navigation) : closeSearch(navigation);
  }
}

export function canGoBack({ past }: Navigation): boolean {
  return past.length > 0;
}

export function goBack(navigation: Navigation): Navigation {
  return canGoBack(navigation) ? travelTo(navigation.depth - 1)(navigation) : navigation;
}

export function goForward(navigation: Navigation): Navigation {
  return navigation.future.length > 0 ? travelTo(navigation.depth + 1)(navigation) : navigation;
}

/**
 * Goes to a place of the browser's history. A place from before a reload, or beyond the limit, is
 * empty.
 */
export function travelTo(depth: number): NavigationStep {
  return ({ place, past, future, depth: from }) => {
    const places = [...past, place, ...future];
    const index = past.length + depth - from;
    const target = places[index];
    if (target === undefined) return navigationAt(depth);
    return { place: target, past: places.slice(0, index), future: places.slice(index + 1), depth };
  };
}

/** The route of the selected contact, even while the network panel or the settings cover it. */
export function routeOfChoice({ place, past }: Navigation): Exclude<Route, { readonly page: 'network' | 'settings' }> {
  const isOfChoice = (route: Route) => route.page !== 'network' && route.page !== 'settings';
  return [...past, place].map(({ route }) => route).findLast(isOfChoice) ?? { page: 'empty' };
}

/** Whether the page has messages, and so a search among them. */
export function hasMessages(route: Route): route is ConversationRoute | RoomRoute {
  return route.page === 'conversation' || route.page === 'room';
}

function inContext(target: ConversationRoute | RoomRoute, open: NavigationStep): NavigationStep {
  return (navigation) => {
    const { route } = navigation.place;
    if (!hasMessages(route) || route.search === undefined) return open(navigation);
    return enter(navigation, at({ ...target, search: { ...route.search, showsContext: true } }));
  };
}

function at(route: Route): Place {
  return { route, overlay: undefined };
}

function enter(navigation: Navigation, place: Place): Navigation {
  if (isSamePlace(navigation.place, place)) return replace(navigation, place);
  return {
    place,
    past: [...navigation.past, navigation.place].slice(-maxHistory),
    future: [],
    depth: navigation.depth + 1,
  };
}

function replace(navigation: Navigation, place: Place): Navigation {
  return { ...navigation, place };
}

/** Goes back if the target is the previous place, so that closing leaves no entry. */
function leaveFor(navigation: Navigation, target: Place): Navigation {
  const before = navigation.past.at(-1);
  return before !== undefined && isSamePlace(before, target) ? goBack(navigation) : enter(navigation, target);
}

function closeContext(navigation: Navigation): Navigation {
  const before = navigation.past.at(-1)?.route;
  if (before && hasMessages(before) && before.search?.showsContext === false) return goBack(navigation);
  return changeSearch({})(navigation);
}

/** A search counts as one place, however many results were opened. */
function withoutSearches(navigation: Navigation): Navigation {
  const rest = navigation.past.findLastIndex(({ route }) => !hasMessages(route) || route.search === undefined) + 1;
  const dropped = navigation.past.length - rest;
  if (dropped === 0) return navigation;
  return { ...navigation, past: navigation.past.slice(0, rest), future: [], depth: navigation.depth - dropped };
}

/** Compares places, ignoring how the user arrived and the search text. */
function isSamePlace(a: Place, b: Place): boolean {
  if (a.overlay !== b.overlay) return false;
  switch (a.route.page) {
    case 'empty':
    case 'network':
    case 'settings':
      return a.route.page === b.route.page;
    case 'room':
      return b.route.page === 'room' && a.route.name === b.route.name && isSameSearch(a.route, b.route);
    case 'contact':
      return b.route.page === 'contact' && a.route.peerId === b.route.peerId;
    case 'conversation':
      return b.route.page === 'conversation' && a.route.peerId === b.route.peerId && isSameSearch(a.route, b.route);
  }
}

function isSameSearch(a: ConversationRoute | RoomRoute, b: ConversationRoute | RoomRoute): boolean {
  return a.search?.showsContext === b.search?.showsContext;
}
