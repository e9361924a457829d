/** The peers that are online, as another area needs them: by peerId, with the endpoints where each accepts sessions. */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock, Endpoint } from '../ports.ts';
import type { Presence } from './presence.ts';
import type { PeerRecord } from './registry/peer-record.ts';

export interface OnlinePeers {
  has(peerId: PeerId): boolean;
  list(): readonly PeerId[];
  /** None if the peer is offline or accepts no sessions. The address that we heard last comes first. */
  sessionEndpointsOf(peerId: PeerId): readonly Endpoint[];
  /** Whether a peer has that address, or had it a moment ago. Cheap, however often it is asked. */
  isAt(address: string): boolean;
  /** Calls back when a peer comes online, or announces something new. */
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
    onAppear: (listener) =>
      registry.subscribe((event) => {
        if (event.type === 'joined' || event.type === 'updated') listener(event.record.peerId);
      }),
  };
}

function sessionEndpoints(record: PeerRecord | undefined): readonly Endpoint[] {
  if (!record || record.announcement.tcpPort === 0) return [];
  const { tcpPort: port } = record.announcement;
  const others = record.addresses.filter(({ address }) => address !== record.lastAddress.address);
  return [record.lastAddress, ...others].map(({ family, address }) => ({ family, address, port }));
}
