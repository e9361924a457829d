/**
 * Whether an address is that of a peer that is online (rule ROOM-82): asked for each block, before
 * its signature, so it must cost no walk over all peers. `room-live.ts` asks.
 */
import type { Clock } from '../../ports.ts';
import type { PeerRecord } from '../../presence/index.ts';

/** An address that is new, or that is gone, is known so much later. */
const maxAgeMs = 1_000;

/** @param peers all listed peers */
export function createProvedAddresses(
  clock: Pick<Clock, 'monotonicMs'>,
  peers: () => Iterable<Pick<PeerRecord, 'presence' | 'addresses'>>,
): (address: string) => boolean {
  let addresses: ReadonlySet<string> = new Set();
  let readMs = -Infinity;
  return (address) => {
    if (clock.monotonicMs() - readMs >= maxAgeMs) {
      readMs = clock.monotonicMs();
      addresses = new Set(provedOf(peers()));
    }
    return addresses.has(address);
  };
}

/** A one-way peer proved none of its addresses: all can be forged. */
function* provedOf(peers: Iterable<Pick<PeerRecord, 'presence' | 'addresses'>>): Iterable<string> {
  for (const { presence, addresses } of peers) if (presence !== 'one-way') for (const { address } of addresses) yield address;
}
