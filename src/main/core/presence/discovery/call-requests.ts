/**
 * Requests to be called: sends ours, and handles those of peers (rules CALL-7, CALL-8). A request
 * may be forged, or replayed from another address. So the peer has to answer a PING from its
 * address before anyone calls it there. Messaging decides when to ask, and whether to call.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock, Endpoint, Random } from '../../ports.ts';
import type { Received } from '../inbound/authenticate.ts';
import type { PeerDatagrams } from '../net/peer-datagrams.ts';
import { isSameEndpoint } from '../registry/peer-record.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import { createPathValidation } from './path-validation.ts';

export interface CallRequests {
  /**
   * Asks a peer that is online to open a session with us.
   * @param isRepeated true if an earlier request had no effect; it then goes to the group too
   * @returns whether it was sent
   */
  ask(peerId: PeerId, isRepeated: boolean): boolean;
  received(request: Pick<Received, 'peerId' | 'incarnation' | 'source'>): void;
  /** @returns true if that PONG answers a PING of ours about a request */
  answered(pong: Extract<Received, { kind: 'pong' }>): boolean;
}

export interface CallListener {
  /** A peer that is online asks for a call: whether to look if it is at its address. */
  readonly mayCallBack: (peerId: PeerId) => boolean;
  /** It is at that address. */
  readonly onCallProved: (peerId: PeerId, address: Endpoint) => void;
}

interface Deps extends CallListener {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Pick<ExpiringRegistry, 'get'>;
  readonly send: Pick<PeerDatagrams, 'callMe' | 'pingByCredit'>;
}

export function createCallRequests({ clock, random, registry, send, mayCallBack, onCallProved }: Deps): CallRequests {
  const validation = createPathValidation({ clock, random, sendPing: send.pingByCredit });

  return {
    ask(peerId, isRepeated) {
      const record = registry.get(peerId);
      if (record?.presence !== 'online') return false;
      send.callMe(record, isRepeated);
      return true;
    },
    received({ peerId, incarnation, source }) {
      const record = registry.get(peerId);
      if (record?.presence !== 'online' || record.incarnation !== incarnation) return;
      // A new address is validated like that of any datagram. The next request may come from there.
      if (!record.addresses.some((address) => isSameEndpoint(address, source))) return;
      if (mayCallBack(peerId)) validation.ask(record, source);
    },
    answered({ peerId, nonce }) {
      const address = validation.answered(peerId, nonce);
      if (address) onCallProved(peerId, address);
      return address !== undefined;
    },
  };
}
