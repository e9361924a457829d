/**
 * Paces keys that are not listed, before any signature check (rule FLOW-9). Each one that enters
 * and leaves costs far more than its datagrams: events, contacts, answers. Most of the rate is for
 * first keys of addresses, so one computer with many keys cannot keep other newcomers out.
 */
import type { Clock } from '../../ports.ts';
import { createTokenBucket, createTokenBuckets } from '../../lib/token-bucket.ts';
import type { PresenceOptions } from '../options.ts';

export interface NewKeys {
  /** True if a datagram of that key may pass: the key paid lately, or pays now. */
  admit(publicKey: Uint8Array, address: string): boolean;
  /** Makes a key new again, because its owner said goodbye. */
  forget(publicKey: Uint8Array): void;
}

type Options = Pick<
  PresenceOptions,
  | 'maxFirstKeysPerSecond'
  | 'maxFirstKeyBurst'
  | 'maxFurtherKeysPerSourcePerSecond'
  | 'maxFurtherKeyBurstPerSource'
  | 'maxFurtherKeysPerSecond'
  | 'maxFurtherKeyBurst'
  | 'newKeyMs'
  | 'maxPeers'
  | 'maxSources'
>;

export function createNewKeys({ clock }: { readonly clock: Clock }, options: Options): NewKeys {
  /** Keys that paid, and until when that lasts; the earliest first. */
  const paid = new Map<string, number>();
  const isFirstOf = createTokenBuckets({ perSecond: 1_000 / options.newKeyMs, burst: 1 }, options.maxSources);
  const first = createTokenBucket({ perSecond: options.maxFirstKeysPerSecond, burst: options.maxFirstKeyBurst });
  const furtherOf = createTokenBuckets(
    { perSecond: options.maxFurtherKeysPerSourcePerSecond, burst: options.maxFurtherKeyBurstPerSource },
    options.maxSources,
  );
  const further = createTokenBucket({ perSecond: options.maxFurtherKeysPerSecond, burst: options.maxFurtherKeyBurst });

  return {
    admit(publicKey, address) {
      const nowMs = clock.monotonicMs();
      const key = String.fromCharCode(...publicKey);
      if ((paid.get(key) ?? -Infinity) > nowMs) return true;
      if (!pay(address, nowMs)) return false;
      paid.delete(key);
      paid.set(key, nowMs + options.newKeyMs);
      if (paid.size > options.maxPeers) dropOldest();
      return true;
    },
    forget: (publicKey) => void paid.delete(String.fromCharCode(...publicKey)),
  };

  function pay(address: string, nowMs: number): boolean {
    // An address that finds none left keeps its own for later.
    if (first.has(nowMs) && isFirstOf.take(address, nowMs)) return first.take(nowMs);
    return furtherOf.take(address, nowMs) && further.take(nowMs);
  }

  function dropOldest(): void {
    const [oldest] = paid.keys();
    if (oldest !== undefined) paid.delete(oldest);
  }
}
