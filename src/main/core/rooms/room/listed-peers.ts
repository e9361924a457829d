/** The listed peers, as rooms ask about them. Presence decides who is listed. */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock } from '../../ports.ts';
import type { Presence } from '../../presence/index.ts';
import { createProvedAddresses } from './proved-addresses.ts';

export interface ListedPeers {
  peerIdOf(publicKey: Uint8Array): PeerId | undefined;
  publicKeyOf(peerId: PeerId): Uint8Array | undefined;
  /** Whether the peer is online. */
  isHere(peerId: PeerId): boolean;
  isProvedAddress(address: string): boolean;
  /** Without the port. */
  addressOf(peerId: PeerId): string | undefined;
  peersHere(): number;
}

interface Deps {
  readonly clock: Clock;
  readonly registry: Pick<Presence['registry'], 'get' | 'list' | 'peerIdOf' | 'size'>;
}

export function createListedPeers({ clock, registry }: Deps): ListedPeers {
  return {
    peerIdOf: registry.peerIdOf,
    publicKeyOf: (peerId) => registry.get(peerId)?.publicKey,
    isHere: (peerId) => registry.get(peerId)?.presence === 'online',
    isProvedAddress: createProvedAddresses(clock, registry.list),
    addressOf: (peerId) => registry.get(peerId)?.lastAddress.address,
    peersHere: () => registry.size,
  };
}
