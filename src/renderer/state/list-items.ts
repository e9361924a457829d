/**
 * The rows of the list: rooms and people, each in one section (rules LIST-5 to LIST-9). Only IDs, so
 * that the list changes when a row moves, not when a row changes. Rows select their own data.
 */
import type { Conversation } from '../../shared/contract/messages.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { Room } from '../../shared/contract/rooms.ts';
import { conversationOf, conversationOfRoom, partsOf, type ConversationId, type PeerId } from '../../shared/lib/ids.ts';
import { foldText } from '../../shared/text/fold-text.ts';
import { selectName } from './message-selectors.ts';
import { rememberEach, rememberResult } from './remember-result.ts';
import type { HallwayState } from './store.ts';

/** A conversation is recent for so long after its last message. */
export const recentMs = 7 * 86_400_000;

/**
 * From top to bottom. `recent`: talked lately · `rooms`: other rooms · `here`: other people who are
 * here · `departed`: left lately · `earlier`: known only from conversations. The last two are
 * shown on request, and during a search.
 */
export type ListSection = 'unread' | 'pinned' | 'recent' | 'rooms' | 'here' | 'departed' | 'earlier' | 'archived' | 'blocked';

export type ListItem =
  | { readonly type: 'heading'; readonly section: ListSection; readonly count: number }
  | {
      readonly type: 'row';
      readonly section: ListSection;
      readonly conversation: ConversationId;
      /** Among all rows, from 1. */
      readonly position: number;
    };

type Sections = readonly (readonly [ListSection, readonly ConversationId[]])[];

/**
 * @param recentSinceMs wall clock: an older last message is not recent
 * @returns the same array until a row moves
 */
export function selectListItems(state: HallwayState, recentSinceMs: number): readonly ListItem[] {
  return buildItems(flatten(select(state, recentSinceMs)));
}

/** Conversations that the user put away, wherever they are listed. */
export const selectArchivedCount = (state: HallwayState): number => countArchived(state.messages.conversations);

export const selectBlockedCount = ({ messages }: HallwayState): number => countBlocked(messages.contacts);

const countArchived = rememberResult(
  (conversations: HallwayState['messages']['conversations']): number =>
    [...conversations.values()].filter(({ archived }) => archived).length,
);

const countBlocked = rememberResult(
  (contacts: HallwayState['messages']['contacts']): number => [...contacts.values()].filter(({ blocked }) => blocked).length,
);

function select(state: HallwayState, recentSinceMs: number): Sections {
  const { core, messages, view } = state;
  const isSearching = view.search.trim() !== '';
  return sortIntoSections(
    core.hereIds,
    core.departedIds,
    core.rooms,
    messages.conversations,
    messages.contacts,
    messages.pinned,
    messages.muted,
    view.search,
    view.showsArchived,
    view.showsBlocked,
    recentSinceMs,
    // The texts that a search looks at.
    isSearching ? core.peers : undefined,
    isSearching ? core.departed : undefined,
    state,
  );
}

const sortIntoSections = rememberResult(
  (
    hereIds: readonly PeerId[],
    departedIds: readonly PeerId[],
    rooms: ReadonlyMap<string, Room>,
    conversations: ReadonlyMap<ConversationId, Conversation>,
    contacts: HallwayState['messages']['contacts'],
    pinned: readonly ConversationId[],
    muted: HallwayState['messages']['muted'],
    search: string,
    showsArchived: boolean,
    showsBlocked: boolean,
    recentSinceMs: number,
    _peers: HallwayState['core']['peers'] | undefined,
    _departed: HallwayState['core']['departed'] | undefined,
    state: HallwayState,
  ): Sections => {
    const take = createTaker();
    const all = latestFirst(rooms, conversations);
    const here = conversationsHere(hereIds);
    const departed = conversationsDeparted(departedIds);
    const isBlocked = isBlockedIn(contacts);
    const blocked = isBlocked === undefined ? [] : take([...here, ...departed, ...all.map(idOf)].filter(isBlocked));
    const unread = all.filter(
      ({ conversation, unread: count }) => count > 0 && !muted.has(conversation) && roomIn(rooms, conversation)?.isMuted !== true,
    );
    const kept = all.filter(({ archived }) => !archived);
    const archived = new Set(all.filter(({ archived: isArchived }) => isArchived).map(idOf));
    const isKept = (id: ConversationId): boolean => !archived.has(id);
    const sections: Sections = [
      ['unread', take(unread.map(idOf))],
      ['pinned', take(pinned.filter((id) => isListed(rooms, id)))],
      ['recent', take(kept.filter(({ last }) => last.receivedAtMs >= recentSinceMs).map(idOf))],
      ['rooms', take(state.core.roomNames.map(conversationOfRoom).filter(isKept))],
      // An archived person who is here is still here.
      ['here', take(here)],
      ['departed', take(departed.filter(isKept))],
      ['earlier', take(kept.map(idOf))],
      ['archived', take(archived)],
      ['blocked', blocked],
    ];
    const matches = createMatcher(state, search);
    const isHidden = { archived: !showsArchived, blocked: !showsBlocked } as Partial<Record<ListSection, boolean>>;
    // A search must find everyone.
    const hides = (section: ListSection): boolean => search.trim() === '' && isHidden[section] === true;
    return sections.map(([section, ids]) => [section, hides(section) ? [] : ids.filter(matches)]);
  },
  13,
);

/** Each conversation is in the first section that wants it. */
function createTaker(): (ids: Iterable<ConversationId>) => readonly ConversationId[] {
  const taken = new Set<ConversationId>();
  return (ids) =>
    [...ids].filter((id) => {
      if (taken.has(id)) return false;
      taken.add(id);
      return true;
    });
}

const conversationsHere = rememberEach(conversationOf);
const conversationsDeparted = rememberEach(conversationOf);

/** People come and go more often than somebody says something. */
const latestFirst = rememberResult(
  (rooms: ReadonlyMap<string, Room>, conversations: ReadonlyMap<ConversationId, Conversation>): readonly Conversation[] =>
    [...conversations.values()]
      .filter(({ conversation }) => isListed(rooms, conversation))
      .reverse()
      .sort((a, b) => b.last.receivedAtMs - a.last.receivedAtMs),
);

/** A heading is a text that no conversation ID has. */
const flatten = rememberResult((sections: Sections): readonly string[] =>
  sections.flatMap(([section, ids]) => (ids.length === 0 ? [] : [`${section} ${ids.length}`, ...ids])),
);

const buildItems = rememberResult((flat: readonly string[]): readonly ListItem[] => {
  let section: ListSection = 'here';
  let position = 0;
  return flat.map((entry): ListItem => {
    const space = entry.indexOf(' ');
    if (space >= 0) {
      section = entry.slice(0, space) as ListSection;
      return { type: 'heading', section, count: Number(entry.slice(space + 1)) };
    }
    position += 1;
    return { type: 'row', section, conversation: entry as ConversationId, position };
  });
});

function idOf({ conversation }: Conversation): ConversationId {
  return conversation;
}

function roomIn(rooms: ReadonlyMap<string, Room>, id: ConversationId): Room | undefined {
  const parts = partsOf(id);
  return parts.type === 'room' ? rooms.get(parts.name) : undefined;
}

/** Messages of a room that the user left stay, but only those who are in it bring it back. */
function isListed(rooms: ReadonlyMap<string, Room>, id: ConversationId): boolean {
  return partsOf(id).type === 'dm' || roomIn(rooms, id)?.isJoined === true || roomIn(rooms, id)?.private !== undefined;
}

/** @returns `undefined` while nobody is blocked */
function isBlockedIn(contacts: HallwayState['messages']['contacts']): ((id: ConversationId) => boolean) | undefined {
  const blocked = new Set(
    [...contacts.values()].filter((contact) => contact.blocked).map(({ peerId }) => conversationOf(peerId)),
  );
  return blocked.size === 0 ? undefined : (id) => blocked.has(id);
}

/** By name, computer and note of a person, or by name and topic of a room. */
function createMatcher(state: HallwayState, search: string): (id: ConversationId) => boolean {
  const typed = search.trim();
  const wanted = foldText(typed);
  if (wanted === '') return () => true;
  const wantedRoom = foldText(typed.replace(/^#/u, ''));
  return (id) => {
    const parts = partsOf(id);
    if (parts.type === 'room')
      return foldText(`${roomNameOf(state, parts.name)}\n${state.core.rooms.get(parts.name)?.topic ?? ''}`).includes(wantedRoom);
    const peer: Peer | DepartedPeer | undefined = state.core.peers.get(parts.peerId) ?? state.core.departed.get(parts.peerId);
    const texts = peer === undefined ? selectName(state, parts.peerId) : `${peer.name}\n${peer.host}\n${peer.note}`;
    return foldText(texts).includes(wanted);
  };
}

/** Of a private room, its title. */
function roomNameOf({ core }: HallwayState, name: string): string {
  return core.rooms.get(name)?.private?.title ?? name;
}
