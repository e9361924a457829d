/**
 * Shows who joins and leaves in a terminal chat. One line names all peers that join together, such
 * as those right after the start.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { formatList } from '../../../../shared/text/format.ts';
import { describeHealth } from '../../../../shared/text/messages/describe-problem.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Health } from '../../../../shared/contract/health.ts';
import { likenessOf } from '../../../../shared/text/similar-names.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import type { Clock } from '../../../core/ports.ts';
import type { ChatContacts } from './chat-contacts.ts';
import type { ChatScreen } from './chat-screen.ts';
import { healthText, shortName } from './chat-text.ts';

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

export function createChatNotices({ clock, hallway, contacts, screen }: Deps): ChatNotices {
  const names = new Map(hallway.presence.peers().map(({ peerId, name }) => [peerId, name]));
  const joined = new Set<string>();
  let cancelTimer: Unsubscribe | undefined;
  let shownHealth = new Map<string, string>();
  sayHealth(hallway.health.list());

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
          if (!joined.delete(peerId) && !contacts.isBlocked(peerId))
            screen.say(say('chat.left', { name: contacts.nameOf(peerId), reason }));
          return;
        }
        case 'health-changed':
          return sayHealth(event.health);
        default:
          return undefined;
      }
    },
    end: () => cancelTimer?.(),
  };

  function sayJoined(): void {
    cancelTimer = undefined;
    const peerIds = [...joined].filter((peerId) => !contacts.isBlocked(peerId));
    joined.clear();
    if (peerIds.length === 0) return;
    screen.say(say('chat.joined', { names: formatList(peerIds.map(contacts.nameOf), maxNamed) }));
    for (const peerId of peerIds) warnOfNewKey(peerId);
  }

  function warnOfNewKey(peerId: PeerId): void {
    const earlier = hallway.contacts?.earlierHolder(peerId);
    const own = hallway.contacts?.get(peerId);
    if (!earlier || !own) return;
    screen.say(
      say('chat.new-key', {
        likeness: likenessOf(earlier.name, own.name) === 'alike' ? 'alike' : 'same',
        name: contacts.nameOf(peerId),
        earlier: shortName(earlier.name),
        verified: earlier.verified ? 'yes' : 'no',
      }),
    );
  }

  function sayRenamed(peerId: PeerId, name: string): void {
    const before = names.get(peerId);
    names.set(peerId, name);
    if (before === undefined || before === name || joined.has(peerId) || contacts.isBlocked(peerId)) return;
    screen.say(say('chat.renamed', { before: shortName(before), name: contacts.nameOf(peerId) }));
    warnOfNewKey(peerId);
  }

  function sayHealth(health: readonly Health[]): void {
    for (const entry of health) if (!shownHealth.has(entry.code)) screen.say(healthText(entry));
    for (const [code, title] of shownHealth)
      if (!health.some((entry) => entry.code === code)) screen.say(say('chat.problem-over', { title }));
    shownHealth = new Map(health.map((entry) => [entry.code, describeHealth(entry).title]));
  }
}
