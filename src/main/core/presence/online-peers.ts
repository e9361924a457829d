/**
 * The peers that are online, as another area needs them: by peerId, with the endpoints where each
 * accepts sessions, and the news that make it worth dialing a peer again (rule SESS-13).
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock, Endpoint } from '../ports.ts';
import type { Presence } from './presence.ts';
import { isSameEndpoint, type PeerRecord } from './registry/peer-record.ts';

export interface OnlinePeers {
  has(peerId: PeerId): boolean;
  list(): readonly PeerId[];
  /**
   * The endpoints where the peer accepts sessions; the address that we heard last comes first.
   * Empty if it is offline or accepts no sessions.
   */
  sessionEndpointsOf(peerId: PeerId): readonly Endpoint[];
  /** Whether a peer has that address, or had it a moment ago. Cheap, however often it is asked. */
  isAt(address: string): boolean;
  /**
   * Calls back when a peer comes online, is heard again after a doubt, announces something new, or
   * is heard from a new address. Not when we begin to doubt, nor when an address expires.
   */
  onAppear(listener: (peerId: PeerId) => void): Unsubscribe;
}

/** How old the set of all addresses may be. Collecting it takes 1 ms with 4,096 peers. */
const addressesMaxAgeMs = 250;

interface Deps {
  readonly clock: Clock;
  readonly registry: Pick<Presence['registry'], 'get' | 'list' | 'subscribe'>;
}

export function createOnlinePeers({ clock, registry }: Deps): OnlinePeers {
  let addresses: ReadonlySet<string> = new Set();
  let collectedMs = -Infinity;

  return {
    has: (peerId) => registry.get(peerId) !== undefined,
    list: () => registry.list().map(({ peerId }) => peerId),
    sessionEndpointsOf: (peerId) => sessionEndpoints(registry.get(peerId)),
    isAt(address) {
      if (clock.monotonicMs() - collectedMs >= addressesMaxAgeMs) {
        collectedMs = clock.monotonicMs();
        addresses = new Set(registry.list().flatMap((record) => record.addresses.map((at) => at.address)));
      }
      return addresses.has(address);
    },
    onAppear(listener) {
      const known = new Map<PeerId, PeerRecord>(registry.list().map((record) => [record.peerId, record]));
      return registry.subscribe((event) => {
        switch (event.type) {
          case 'joined':
          case 'updated':
          case 'seen': {
            const { record } = event;
            const before = known.get(record.peerId);
            known.set(record.peerId, record);
            if (!before || isNews(before, record)) listener(record.peerId);
            return;
          }
          case 'left':
            known.delete(event.departed.record.peerId);
            return;
          case 'forgotten':
          case 'silent':
            return;
        }
      });
    },
  };
}

function sessionEndpoints(record: PeerRecord | undefined): readonly Endpoint[] {
  if (!record || record.announcement.tcpPort === 0) return [];
  const { tcpPort: port } = record.announcement;
  const others = record.addresses.filter(({ address }) => address !== record.lastAddress.address);
  return [record.lastAddress, ...others].map(({ family, address }) => ({ family, address, port }));
}

function isNews(before: PeerRecord, now: PeerRecord): boolean {
  const { announcement: was } = before;
  const { announcement: is } = now;
  return (
    now.incarnation !== before.incarnation ||
    (now.presence === 'online' && before.presence !== 'online') ||
    is.tcpPort !== was.tcpPort ||
    is.status !== was.status ||
    is.name !== was.name ||
    is.host !== was.host ||
    is.note !== was.note ||
    now.addresses.some((one) => !before.addresses.some((other) => isSameEndpoint(one, other)))
  );
}
