/**
 * Reaches peers that multicast does not: those at manual addresses, and the peers that such peers
 * know (rules CALL-1 to CALL-6). It sends our beacon to their address by unicast. The receiver
 * answers with a HELLO, as to any candidate.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { pause } from '../../lib/delay.ts';
import type { Clock, Endpoint, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { nonceBytes } from '../wire/datagram.ts';
import { formatEndpoint, isCallable } from '../../lib/endpoint.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { createTokenBucket, createTokenBuckets } from '../../lib/token-bucket.ts';

export interface PeerExchange extends Service {
  /** Stores a manual address and sends beacons to it. @returns false if the limit is reached */
  addManual(endpoint: Endpoint): boolean;
  removeManual(endpoint: Endpoint): void;
  manual(): readonly Endpoint[];
  /**
   * Sends beacons to all manual addresses without a listed peer: at a start and after a network
   * change.
   */
  callMissing(): void;
  /** Lists the addresses of our online peers that have IPv4, without the asker. */
  peersFor(asking: PeerRecord): readonly Endpoint[];
  /**
   * Sends beacons to the addresses in a peer's answer, once for each question.
   * @param nonce the nonce in that answer, checked against our question
   */
  introduced(peerId: string, nonce: Uint8Array, endpoints: readonly Endpoint[]): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: ExpiringRegistry;
  /** True if the peer's beacons do not reach us by multicast. */
  readonly isUnicastOnly: (record: PeerRecord) => boolean;
  readonly isOwnEndpoint: (endpoint: Endpoint) => boolean;
  readonly call: (endpoint: Endpoint) => void;
  readonly askPeers: (record: PeerRecord, nonce: Uint8Array) => void;
}

/**
 * Delays before a unicast beacon is repeated, since it may be lost, until a peer there is listed.
 */
const repeatAfterMs = [300, 700] as const;
/** Peers asked at a time. More would tell us little, since most know the same peers. */
const maxAskedAtOnce = 3;
const tickMs = 1_000;
/** A little less than one beacon per interval, so that an answer that comes early loses nothing. */
const perAddressShare = 0.9;

interface Question {
  readonly nonce: Uint8Array;
  readonly atMs: number;
  readonly isAnswered: boolean;
}

export function createPeerExchange(deps: Deps, options: PresenceOptions): PeerExchange {
  const { clock, random, registry } = deps;
  const manual = new Map<string, Endpoint>();
  const asked = new Map<string, Question>();
  const bucket = createTokenBucket({ perSecond: options.callsPerSecond, burst: options.callsPerSecond * 5 });
  /** A peer that lies may name an address of someone else, and many ports of it. */
  const perAddress = createTokenBuckets(
    { perSecond: 1_000 / (perAddressShare * options.introductionIntervalMs), burst: 1 },
    options.maxSources,
  );
  let lastCallMs = -Infinity;
  const cancelRepeats = new Set<Unsubscribe>();

  return {
    name: 'calls',
    async run({ signal, ready }) {
      ready();
      callMissing();
      try {
        while (!signal.aborted) {
          await pause(clock, tickMs, signal);
          if (signal.aborted) break;
          if (clock.monotonicMs() - lastCallMs >= options.manualRetryMs) callMissing();
          if (!options.isPassive()) askForIntroductions();
        }
      } finally {
        for (const cancel of cancelRepeats) cancel();
        cancelRepeats.clear();
      }
    },
    addManual(endpoint) {
      const key = formatEndpoint(endpoint);
      if (manual.size >= options.maxManualPeers && !manual.has(key)) return false;
      manual.set(key, endpoint);
      callRepeatedly([endpoint]);
      return true;
    },
    removeManual: (endpoint) => void manual.delete(formatEndpoint(endpoint)),
    manual: () => [...manual.values()],
    callMissing,
    peersFor(asking) {
      const known = registry.list().filter((record) => record.presence === 'online' && record.peerId !== asking.peerId);
      return known.flatMap(reachableEndpoint).slice(0, options.maxIntroductions);
    },
    introduced(peerId, nonce, endpoints) {
      const question = asked.get(peerId);
      if (options.isPassive() || !question || question.isAnswered) return;
      if (!question.nonce.every((byte, index) => byte === nonce[index])) return;
      asked.set(peerId, { ...question, isAnswered: true });
      const nowMs = clock.monotonicMs();
      for (const endpoint of endpoints.slice(0, options.maxIntroductions)) {
        if (isHere(endpoint) || deps.isOwnEndpoint(endpoint) || !isCallable(endpoint)) continue;
        if (perAddress.take(endpoint.address, nowMs) && bucket.take(nowMs)) deps.call(endpoint);
      }
    },
  };

  function callMissing(): void {
    lastCallMs = clock.monotonicMs();
    callRepeatedly([...manual.values()].filter((endpoint) => !isHere(endpoint)));
  }

  function callRepeatedly(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints) deps.call(endpoint);
    for (const delayMs of endpoints.length > 0 ? repeatAfterMs : []) {
      const cancel = clock.setTimer(() => {
        cancelRepeats.delete(cancel);
        for (const endpoint of endpoints) if (!isHere(endpoint)) deps.call(endpoint);
      }, delayMs);
      cancelRepeats.add(cancel);
    }
  }

  function askForIntroductions(): void {
    const nowMs = clock.monotonicMs();
    for (const [peerId, { atMs }] of asked) if (nowMs - atMs >= options.introductionIntervalMs) asked.delete(peerId);
    if (asked.size >= maxAskedAtOnce) return;
    for (const record of registry.list()) {
      if (asked.size >= maxAskedAtOnce) return;
      if (record.presence !== 'online' || asked.has(record.peerId) || !deps.isUnicastOnly(record)) continue;
      const nonce = random.bytes(nonceBytes);
      asked.set(record.peerId, { nonce, atMs: nowMs, isAnswered: false });
      deps.askPeers(record, nonce);
    }
  }

  function isHere(endpoint: Endpoint): boolean {
    const text = formatEndpoint(endpoint);
    return registry
      .list()
      .some(({ addresses, announcement }) =>
        addresses.some((address) => formatEndpoint({ ...address, port: announcement.unicastPort }) === text),
      );
  }
}

/**
 * The address of a peer as others can reach it: over IPv4, since a link-local address is valid on
 * our link alone.
 */
function reachableEndpoint({ addresses, announcement }: PeerRecord): readonly Endpoint[] {
  const address = addresses.find(({ family }) => family === 'ipv4');
  return address ? [{ ...address, port: announcement.unicastPort }] : [];
}
