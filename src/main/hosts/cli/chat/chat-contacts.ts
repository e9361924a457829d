/**
 * Contacts in the terminal chat: their names on the screen, and the contact that a typed name
 * means.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import { codeOf } from '../../../../shared/text/contact-text.ts';
import { foldText } from '../../../../shared/text/fold-text.ts';
import { comparableName, findLikeNames, likenessOf, type NameLikeness } from '../../../../shared/text/similar-names.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { StoreError, type StoredMessage } from '../../../core/messaging/ports.ts';
import { peerOfConversation, shortNameOf, type ConversationId, type PeerId } from '../../../../shared/lib/ids.ts';
import { isReservedName } from '../../../../shared/text/reserved-names.ts';
import { refuse } from '../../../../shared/text/messages/problem-values.ts';
import type { ResolvedContact } from '../../../core/contacts/resolve-contact.ts';
import { shortName } from './chat-text.ts';

export interface ChatContacts {
  /**
   * The name to show. It has a code (TRUST-13) if it gets a warning, if another name looks like it,
   * or if it is a reserved name.
   */
  nameOf(peerId: PeerId): string;
  /** Of a room's author whom we never met, the name in the message, with a code: it is a claim. */
  authorOf(message: Pick<StoredMessage, 'from' | 'fromName'>): string;
  /** Likewise, for any number of them in one pass. */
  namesOf(peerIds: readonly PeerId[]): readonly string[];
  /** Whether `warningOf` has something to say, without the cost of the text. */
  isDoubtful(peerId: PeerId): boolean;
  /** Says that the name was another key's before, or is like ours. Undefined without a reason. */
  warningOf(peerId: PeerId): string | undefined;
  /** The title of a conversation: the contact's name, `#room`, or the title of a private room. */
  titleOf(conversation: ConversationId): string;
  /** @param who a name, a peer ID, or at least the first 8 characters of one */
  resolve(who: string): ResolvedContact;
  /** Names of online peers, then of departed ones, then of other contacts with messages. */
  names(): readonly string[];
  /** Splits `NAME TEXT`: a name in quotes, else the longest known name, else one word. */
  splitName(text: string): { readonly who: string; readonly rest: string };
  isHere(peerId: PeerId): boolean;
  isBlocked(peerId: PeerId): boolean;
}

/** The least that a user may type of a peer ID; and what stands for a peer without a name. */
const shortIdLength = 8;
/** The most characters of a text that may be a name: names are shorter. */
const maxNameLength = 200;
/** The latest conversations, whose contacts can be named. */
const maxConversations = 100;

export function createChatContacts(hallway: Hallway): ChatContacts {
  function known(): readonly { readonly peerId: PeerId; readonly name: string }[] {
    return [...hallway.presence.peers(), ...hallway.presence.departed()];
  }
  function names(): readonly string[] {
    return [...new Set([...known().map(({ name }) => name), ...knownFromConversations()])];
  }
  function knownFromConversations(): readonly string[] {
    try {
      const conversations = hallway.messages?.conversations(maxConversations) ?? [];
      const peerIds = conversations.flatMap(({ conversation }) => peerOfConversation(conversation) ?? []);
      return peerIds.flatMap((peerId) => hallway.contacts?.get(peerId)?.name ?? []);
    } catch (error) {
      // Health reports what is wrong with the store.
      if (!(error instanceof StoreError)) throw error;
      return [];
    }
  }

  function nameOf(peerId: PeerId): string {
    const peers = known();
    const name = peers.find((peer) => peer.peerId === peerId)?.name;
    const isLikeOther = (shown: string): boolean =>
      peers.some((other) => other.peerId !== peerId && likenessOf(other.name, shown) !== undefined);
    return shownName(
      peerId,
      name,
      peers.map((peer) => peer.peerId),
      isLikeOther,
    );
  }

  function namesOf(peerIds: readonly PeerId[]): readonly string[] {
    const peers = known();
    const nameById = new Map(peers.map(({ peerId, name }) => [peerId, name]));
    const alike = findLikeNames(peers.map(({ peerId, name }) => ({ id: peerId, name })));
    const all = [...nameById.keys()];
    return peerIds.map((peerId) => shownName(peerId, nameById.get(peerId), all, () => alike.has(peerId)));
  }

  function shownName(
    peerId: PeerId,
    nameHere: string | undefined,
    others: readonly PeerId[],
    isLikeOther: (name: string) => boolean,
  ): string {
    const name = nameHere ?? hallway.contacts?.get(peerId)?.name;
    if (name === undefined) return peerId.slice(0, shortIdLength);
    if (!isDoubtful(peerId) && !isReservedName(name) && !isLikeOther(name)) return shortName(name);
    const earlier = hallway.contacts?.earlierHolder(peerId);
    return `${shortName(name)} (${codeOf(peerId, earlier ? [...others, earlier.peerId] : others)})`;
  }

  function isDoubtful(peerId: PeerId): boolean {
    return hallway.contacts?.earlierHolder(peerId) !== undefined || likenessToUs(peerId) !== undefined;
  }

  function likenessToUs(peerId: PeerId): NameLikeness | undefined {
    const contact = hallway.contacts?.get(peerId);
    return contact && !contact.verified ? likenessOf(contact.name, hallway.profile.self().name) : undefined;
  }

  function warningOf(peerId: PeerId): string | undefined {
    const own = hallway.contacts?.get(peerId);
    const earlier = hallway.contacts?.earlierHolder(peerId);
    if (own && earlier) {
      return say('chat.new-key', {
        likeness: likenessOf(earlier.name, own.name) === 'alike' ? 'alike' : 'same',
        name: nameOf(peerId),
        earlier: shortName(earlier.name),
        verified: earlier.verified ? 'yes' : 'no',
      });
    }
    const likeness = likenessToUs(peerId);
    return likeness && say('chat.your-name-too', { name: nameOf(peerId), likeness });
  }

  return {
    nameOf,
    authorOf({ from, fromName }) {
      const isKnown = hallway.contacts?.get(from) !== undefined || known().some(({ peerId }) => peerId === from);
      return isKnown || fromName === '' ? nameOf(from) : `${shortName(fromName)} (${codeOf(from)})`;
    },
    namesOf,
    isDoubtful,
    warningOf,
    titleOf(conversation) {
      const peerId = peerOfConversation(conversation);
      if (peerId !== undefined) return nameOf(peerId);
      const closed = hallway.rooms?.list().find((room) => room.conversation === conversation)?.private;
      return closed ? `«${shortName(closed.title)}»` : shortName(shortNameOf(conversation));
    },
    resolve(who) {
      const found = hallway.contacts?.resolve(who);
      if (!found) return { ...refuse('unknown-peer', { by: 'nothing' }), candidates: [] };
      if (found.ok || found.code !== 'unknown-peer' || who.length < shortIdLength) return found;
      const matching = known().filter(({ peerId }) => peerId.startsWith(who));
      return matching.length === 1 && matching[0] ? { ok: true, peerId: matching[0].peerId } : found;
    },
    names,
    splitName(text) {
      const quoted = /^"([^"]+)"\s*(.*)$/su.exec(text);
      if (quoted) return { who: quoted[1] ?? '', rest: quoted[2] ?? '' };
      const isContact = (name: string): boolean => {
        const found = hallway.contacts?.resolve(name);
        return found !== undefined && (found.ok || found.code !== 'unknown-peer');
      };
      const longest = longestName(text, names(), isContact);
      const end = longest?.end ?? text.search(/\s|$/u);
      return { who: longest?.name ?? text.slice(0, end), rest: text.slice(end).trim() };
    },
    isHere: (peerId) => hallway.presence.peers().some((peer) => peer.peerId === peerId),
    isBlocked: (peerId) => hallway.contacts?.get(peerId)?.blocked ?? false,
  };
}

/**
 * The longest name that whole words at the start of a text mean, and where they end. Folding may
 * change the length, so the words of the text decide and not the letters of the name.
 *
 * @param isContact whether a contact has that name, also one that is not among `names`
 */
function longestName(
  text: string,
  names: readonly string[],
  isContact: (name: string) => boolean,
): { readonly name: string; readonly end: number } | undefined {
  const comparable = new Map(names.map((name) => [comparableName(name), name]));
  // Two that differ in accents alone are not guessed between.
  const folded = Map.groupBy(comparable.values(), foldedName);
  const ends = [...text.slice(0, maxNameLength).matchAll(/\S(?=\s|$)/gu)].map(({ index }) => index + 1);
  for (const end of ends.reverse()) {
    const begun = text.slice(0, end);
    const isExact = comparable.has(comparableName(begun)) || isContact(begun);
    const name = isExact ? begun : onlyOf(folded.get(foldedName(begun)));
    if (name !== undefined) return { name, end };
  }
  return undefined;
}

function onlyOf(names: readonly string[] | undefined): string | undefined {
  return names?.length === 1 ? names[0] : undefined;
}

/** The form in which accents make no difference either. */
export function foldedName(name: string): string {
  return comparableName(foldText(name));
}
