/**
 * The peers that are online, as another area needs them: by peer ID, with their session endpoints.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Endpoint } from '../ports.ts';
import type { Presence } from './presence.ts';
import type { PeerRecord } from './registry/peer-record.ts';

export interface OnlinePeers {
  has(peerId: PeerId): boolean;
  list(): readonly PeerId[];
  /**
   * The endpoints where the peer accepts sessions; the address that we heard last comes first.
   * Empty if it is offline or accepts no sessions.
   */
  sessionEndpointsOf(peerId: PeerId): readonly Endpoint[];
  /** Calls the listener when a peer comes online, or changes its announcement. */
  onAppear(listener: (peerId: PeerId) => void): Unsubscribe;
}

export function createOnlinePeers(registry: Pick<Presence['registry'], 'get' | 'list' | 'subscribe'>): OnlinePeers {
  return {
    has: (peerId) => registry.get(peerId) !== undefined,
    list: () => registry.list().map(({ peerId }) => peerId),
    sessionEndpointsOf: (peerId) => sessionEndpoints(registry.get(peerId)),
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
