/**
 * Whose a key is, if it is that of a peer who is here or our own: a look into a table. Working it out from the key costs more than checking a
 * signature does, and a flood invents a new key for each datagram (rule FLOW-2).
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';

export interface KnownKeys {
  peerIdOf(publicKey: Uint8Array): string | undefined;
}

interface Own {
  readonly publicKey: Uint8Array;
  readonly peerId: PeerId;
}

export function createKnownKeys(registry: Pick<ExpiringRegistry, 'subscribe'>, own: Own): KnownKeys {
  const peerIds = new Map([[textOf(own.publicKey), own.peerId]]);
  registry.subscribe((event) => {
    if (event.type === 'joined') peerIds.set(textOf(event.record.publicKey), event.record.peerId);
    if (event.type === 'left') peerIds.delete(textOf(event.departed.record.publicKey));
  });
  return { peerIdOf: (publicKey) => peerIds.get(textOf(publicKey)) };
}

function textOf(publicKey: Uint8Array): string {
  return String.fromCharCode(...publicKey);
}
