/**
 * Says who came and who left in a terminal chat. Those who come together (all of them, right after the start) are named together, so that a
 * full hallway is a line and not a page.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { formatList } from '../../../../shared/text/format.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Health } from '../../../../shared/contract/health.ts';
import { likenessOf } from '../../../../shared/text/similar-names.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import type { Clock } from '../../../core/ports.ts';
import type { ChatContacts } from './chat-contacts.ts';
import type { ChatScreen } from './chat-screen.ts';
import { leaveText, shortName } from './chat-text.ts';

export interface ChatNotices {
  onEvent(event: HallwayEvent): void;
  end(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly hallway: Hallway;
  readonly people: ChatContacts;
  readonly screen: ChatScreen;
}

/** Those who join within this time are named together. */
const togetherMs = 300;
/** Named in one notice; the others are counted. */
const maxNamed = 8;

export function createChatNotices({ clock, hallway, people, screen }: Deps): ChatNotices {
  const names = new Map(hallway.presence.peers().map(({ peerId, name }) => [peerId, name]));
  const joined = new Set<string>();
  let cancelTimer: Unsubscribe | undefined;
  let told = new Map<string, string>();
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
          // Whoever left before it was said that they came was not noticed.
          if (!joined.delete(peerId) && !people.isBlocked(peerId)) screen.say(`* ${people.nameOf(peerId)} ${leaveText(reason)}`);
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
    const peerIds = [...joined].filter((peerId) => !people.isBlocked(peerId));
    joined.clear();
    if (peerIds.length === 0) return;
    const shown = peerIds.slice(0, maxNamed).map(people.nameOf);
    const more = peerIds.length > shown.length ? [`${peerIds.length - shown.length} more`] : [];
    screen.say(`* Here: ${formatList([...shown, ...more])}`);
    for (const peerId of peerIds) warnOfNewKey(peerId);
  }

  function warnOfNewKey(peerId: PeerId): void {
    const earlier = hallway.contacts?.earlierHolder(peerId);
    const own = hallway.contacts?.get(peerId);
    if (!earlier || !own) return;
    const verified = earlier.verified ? ' and verified' : '';
    const name = people.nameOf(peerId);
    const what =
      likenessOf(earlier.name, own.name) === 'alike'
        ? `not ${shortName(earlier.name)}, whom you met before${verified}: the names only look alike`
        : `not the one you met before${verified}: it is another key`;
    screen.say(`! This ${name} is ${what}. Ask them before you trust them.`);
  }

  function sayRenamed(peerId: PeerId, name: string): void {
    const before = names.get(peerId);
    names.set(peerId, name);
    if (before === undefined || before === name || joined.has(peerId) || people.isBlocked(peerId)) return;
    screen.say(`* ${shortName(before)} is called ${people.nameOf(peerId)} now`);
    warnOfNewKey(peerId);
  }

  function sayHealth(health: readonly Health[]): void {
    for (const { code, title, remedy } of health) if (!told.has(code)) screen.say(`! ${title}. ${remedy}`);
    for (const [code, title] of told) if (!health.some((entry) => entry.code === code)) screen.say(`* No longer: ${title}`);
    told = new Map(health.map(({ code, title }) => [code, title]));
  }
}
