/**
 * Shows which peers join and leave in a terminal chat, and warns of taken names. One line names all
 * peers that join together, such as those right after the start. Thousands that come and go cost a
 * few lines a minute (rule CHAT-7).
 */
import { conversationOfRoom, type PeerId } from '../../../../shared/lib/ids.ts';
import { everyoneRoom } from '../../../../shared/text/room-names.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { formatList } from '../../../../shared/text/format.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Room } from '../../../../shared/contract/rooms.ts';
import { comparableName } from '../../../../shared/text/similar-names.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import { createTokenBucket } from '../../../core/lib/token-bucket.ts';
import type { Clock } from '../../../core/ports.ts';
import type { ChatContacts } from './chat-contacts.ts';
import { createHealthNotices } from './chat-health-notices.ts';
import type { ChatScreen } from './chat-screen.ts';
import { shortName } from './chat-text.ts';
import { createTransferNotices } from './chat-transfer-notices.ts';

export interface ChatNotices {
  onEvent(event: HallwayEvent): void;
  end(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly hallway: Hallway;
  readonly contacts: ChatContacts;
  readonly screen: ChatScreen;
}

/** Peers that join within this time share a line. */
const togetherMs = 300;
/** Names in one line. The others are counted. */
const maxNamed = 8;
/** Lines about peers that join, leave or change their names, of each: then one in 10 s. */
const lineRate = { perSecond: 0.1, burst: 20 };
/** Warnings: then three a minute. */
const warningRate = { perSecond: 0.05, burst: 5 };
/** Delay until a line counts the notices that got none of their own. */
const countedAfterMs = 10_000;

export function createChatNotices({ clock, hallway, contacts, screen }: Deps): ChatNotices {
  const names = new Map(hallway.presence.peers().map(({ peerId, name }) => [peerId, name]));
  const joined = new Set<string>();
  const lines = {
    joined: createTokenBucket(lineRate),
    left: createTokenBucket(lineRate),
    renamed: createTokenBucket(lineRate),
    room: createTokenBucket(lineRate),
    warning: createTokenBucket(warningRate),
  };
  /** Notices without a line of their own so far. */
  const counted = { left: 0, unmet: 0 };
  /** Names of private rooms whose invitation is shown. */
  const invitations = new Set<string>();
  const sayTransfer = createTransferNotices({ contacts, screen });
  const sayHealth = createHealthNotices(screen);
  let cancelTimer: Unsubscribe | undefined;
  let cancelCount: Unsubscribe | undefined;
  sayHealth(hallway.health.list());
  hallway.rooms?.list().forEach(sayInvitation);

  return {
    onEvent(event) {
      switch (event.type) {
        case 'peer-joined':
          names.set(event.peer.peerId, event.peer.name);
          joined.add(event.peer.peerId);
          cancelTimer ??= clock.setTimer(sayJoined, togetherMs);
          return;
        case 'peer-updated':
          return sayRenamed(event.peer.peerId, event.peer.name);
        case 'peer-left': {
          const { peerId, reason } = event.departed;
          names.delete(peerId);
          // A peer that left before its notice gets none.
          if (joined.delete(peerId) || contacts.isBlocked(peerId)) return;
          if (hasLine('left')) screen.say(say('chat.left', { name: contacts.nameOf(peerId), reason }));
          else count('left', 1);
          return;
        }
        case 'room-notice':
          return sayRoomNotice(event);
        case 'room-changed':
          return sayInvitation(event.room);
        case 'health-changed':
          return sayHealth(event.health);
        case 'transfer':
          return sayTransfer(event.transfer);
        default:
          return undefined;
      }
    },
    end() {
      cancelTimer?.();
      cancelCount?.();
    },
  };

  function sayRoomNotice({ conversation, notice }: Extract<HallwayEvent, { type: 'room-notice' }>): void {
    const room = contacts.titleOf(conversation);
    if (notice.what === 'topic') {
      if (contacts.isBlocked(notice.by) || !hasLine('room')) return;
      const name = notice.by === hallway.profile.self().peerId ? say('chat.you') : contacts.nameOf(notice.by);
      return screen.say(
        notice.topic === ''
          ? say('chat.room-no-topic', { name, room })
          : say('chat.room-topic', { name, room, topic: notice.topic }),
      );
    }
    if (notice.what === 'renamed' && !hasLine('room')) return;
    if (notice.what === 'renamed')
      return screen.say(say('chat.room-renamed', { name: personOf(notice.by), title: notice.title }));
    // Presence says it of `#everyone`.
    if (conversation === conversationOfRoom(everyoneRoom)) return;
    const peerIds = notice.peerIds.filter((peerId) => !contacts.isBlocked(peerId));
    if (peerIds.length === 0 || !hasLine('room')) return;
    const who = formatList([...peerIds.slice(0, maxNamed).map(contacts.nameOf), ...peerIds.slice(maxNamed)], maxNamed);
    if (notice.what !== 'added' && notice.what !== 'removed')
      return screen.say(say(notice.what === 'joined' ? 'chat.room-joined' : 'chat.room-left', { names: who, room }));
    const isUs = peerIds.includes(hallway.profile.self().peerId);
    const values = { name: personOf(notice.by), names: isUs ? say('chat.you-object') : who, room };
    screen.say(say(notice.what === 'added' ? 'chat.room-added' : 'chat.room-removed', values));
  }

  function personOf(peerId: PeerId): string {
    return peerId === hallway.profile.self().peerId ? say('chat.you') : contacts.nameOf(peerId);
  }

  /** Once for each. The room is not ours yet, so no notice of it comes. */
  function sayInvitation({ name, private: closed }: Room): void {
    if (closed?.standing !== 'invited') return void invitations.delete(name);
    if (invitations.has(name) || contacts.isBlocked(closed.by)) return;
    invitations.add(name);
    screen.say(say('chat.invited', { name: contacts.nameOf(closed.by), title: shortName(closed.title), room: name }));
  }

  function sayJoined(): void {
    cancelTimer = undefined;
    for (const peerId of joined) if (contacts.isBlocked(peerId)) joined.delete(peerId);
    if (joined.size === 0) return;
    if (!hasLine('joined')) {
      // The next line names those that are still here by then.
      cancelTimer = clock.setTimer(sayJoined, countedAfterMs);
      return;
    }
    const peerIds = [...joined];
    joined.clear();
    const named = peerIds.slice(0, maxNamed).map(contacts.nameOf);
    screen.say(say('chat.joined', { names: formatList([...named, ...peerIds.slice(maxNamed)], maxNamed) }));
    warnOfNewKeys(peerIds);
  }

  /** Several of one name share a line. */
  function warnOfNewKeys(peerIds: readonly PeerId[]): void {
    const unmet = peerIds.flatMap((peerId) => {
      const own = contacts.isDoubtful(peerId) ? hallway.contacts?.get(peerId) : undefined;
      return own ? [{ name: own.name, peerId }] : [];
    });
    for (const [first, ...others] of Map.groupBy(unmet, ({ name }) => comparableName(name)).values()) {
      if (!first) continue;
      // While some wait for a line, later ones wait with them.
      if (counted.unmet > 0 || !hasLine('warning')) count('unmet', 1 + others.length);
      else if (others.length > 0) screen.say(say('chat.many-unmet', { count: 1 + others.length, name: shortName(first.name) }));
      else screen.say(contacts.warningOf(first.peerId) ?? '');
    }
  }

  function sayRenamed(peerId: PeerId, name: string): void {
    const before = names.get(peerId);
    names.set(peerId, name);
    if (before === undefined || before === name || joined.has(peerId) || contacts.isBlocked(peerId)) return;
    if (hasLine('renamed')) screen.say(say('chat.renamed', { before: shortName(before), name: contacts.nameOf(peerId) }));
    warnOfNewKeys([peerId]);
  }

  function hasLine(kind: keyof typeof lines): boolean {
    return lines[kind].take(clock.monotonicMs());
  }

  function count(kind: keyof typeof counted, by: number): void {
    counted[kind] += by;
    cancelCount ??= clock.setTimer(sayCounted, countedAfterMs);
  }

  function sayCounted(): void {
    cancelCount = undefined;
    if (counted.left > 0) {
      screen.say(say('chat.many-left', { count: counted.left }));
      counted.left = 0;
    }
    if (counted.unmet > 0 && hasLine('warning')) {
      screen.say(say('chat.more-unmet', { count: counted.unmet }));
      counted.unmet = 0;
    }
    if (counted.unmet > 0) cancelCount = clock.setTimer(sayCounted, countedAfterMs);
  }
}
