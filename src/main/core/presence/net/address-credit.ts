/**
 * Bounds what we send to an address before anything there proved that it hears us (rules HS-10,
 * HS-11). A sender can forge its address. So an address gets at most the bytes that came from it
 * (RFC 9000 §8.1, with factor 1), and few datagrams a second.
 */
import type { Clock, Endpoint } from '../../ports.ts';
import { isNodeEndpoint } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import { createTokenBucket, type TokenBucket } from '../../lib/token-bucket.ts';

export interface AddressCredit {
  /** Records a datagram from there. */
  received(source: Endpoint, datagramBytes: number): void;
  /** True if that address may get so many bytes. */
  covers(destination: Endpoint, datagramBytes: number): boolean;
  /**
   * Takes that datagram from the credit.
   * @returns false if it must not be sent, because too many before went unanswered
   */
  spend(destination: Endpoint, datagramBytes: number): boolean;
  /** Records that something there answered us, so that the next datagrams need not wait. */
  answered(source: Endpoint): void;
}

/** IP and UDP headers: many short answers must not exceed one long question. */
const headerBytes = { ipv4: 28, ipv6: 48 } as const;
/** More than this is not saved up: some forty datagrams. */
const maxCreditBytes = 16_384;

interface Account {
  creditBytes: number;
  turns: TokenBucket;
}

type Options = Pick<PresenceOptions, 'unprovedPerSecond' | 'maxUnprovedBurst' | 'maxSources'>;

export function createAddressCredit({ clock }: { readonly clock: Pick<Clock, 'monotonicMs'> }, options: Options): AddressCredit {
  /** By address. The least recently heard makes room. */
  const accounts = new Map<string, Account>();

  return {
    received(source, datagramBytes) {
      const account = accounts.get(source.address) ?? { creditBytes: 0, turns: createTurns() };
      account.creditBytes = Math.min(account.creditBytes + costOf(source, datagramBytes), maxCreditBytes);
      accounts.delete(source.address);
      accounts.set(source.address, account);
      const [oldest] = accounts.keys();
      if (accounts.size > options.maxSources && oldest !== undefined) accounts.delete(oldest);
    },
    covers,
    spend(destination, datagramBytes) {
      const account = accounts.get(destination.address);
      if (!account || !covers(destination, datagramBytes)) return false;
      if (!account.turns.take(clock.monotonicMs())) return false;
      account.creditBytes -= costOf(destination, datagramBytes);
      return true;
    },
    answered({ address }) {
      const account = accounts.get(address);
      if (account) account.turns = createTurns();
    },
  };

  function covers(destination: Endpoint, datagramBytes: number): boolean {
    const { creditBytes = 0 } = accounts.get(destination.address) ?? {};
    return isNodeEndpoint(destination) && creditBytes >= costOf(destination, datagramBytes);
  }

  function createTurns(): TokenBucket {
    return createTokenBucket({ perSecond: options.unprovedPerSecond, burst: options.maxUnprovedBurst });
  }
}

function costOf({ family }: Endpoint, datagramBytes: number): number {
  return datagramBytes + headerBytes[family];
}
