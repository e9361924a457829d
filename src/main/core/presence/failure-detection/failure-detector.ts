/**
 * Who is still here: silent peers are asked, buddies are watched, suspicions of others are verified, and before anybody is given up it is
 * asked whether the fault is our own (rules PROBE-1 to PROBE-6, BUDDY-1 to BUDDY-4, DOUBT-1 to DOUBT-5).
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { createBuddies, ringNeighbours } from './ring-monitor.ts';
import { recipientTag } from '../wire/datagram.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { createProber } from './prober.ts';
import type { Received } from '../inbound/authenticate.ts';
import { createTokenBucket, type TokenBucket } from '../../lib/token-bucket.ts';

export interface Liveness {
  /** Watches the buddies; to be supervised. */
  readonly buddies: Service;
  /** Any datagram with a right signature of a peer, before it is acted upon. */
  heard(peerId: string): void;
  /** Our own multicast came back. */
  heardSelf(): void;
  onPing(ping: Extract<Received, { kind: 'ping' }>): void;
  onPong(pong: Extract<Received, { kind: 'pong' }>): boolean;
  onSuspect(suspicion: Extract<Received, { kind: 'suspect' }>): void;
  /** Whether silence may count against a peer. */
  mayExpire(): boolean;
  /** Whether somebody was kept only because the fault may be our own. */
  isDoubtful(): boolean;
  /** We did not listen for a while: nobody's silence counts, and whoever is not heard soon is asked. */
  startOver(): void;
  /** Asks nobody any more; before a sleep too. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: ExpiringRegistry;
  readonly ownPeerId: string;
  readonly ownTag: Uint8Array;
  readonly incarnation: number;
  /** Whether there is an adapter on which others could be heard, and we listen. */
  readonly isConnected: () => boolean;
  /** Neither suspended nor leaving. */
  readonly isAwake: () => boolean;
  readonly sendPing: (to: PeerRecord, nonce: Uint8Array, unanswered: number) => void;
  readonly sendSuspicion: (of: PeerRecord) => void;
  /** Sends a beacon soon: to refute a suspicion, or to hear whether it comes back. */
  readonly sendBeacon: () => void;
}

/** A peer whose answers to us get lost has asked this often in vain. */
const unansweredThatTells = 3;
/**
 * After a doubt that many had (a switch that was off) everybody would ask everybody. So all send a beacon, and ask somewhat later, in no order,
 * whoever is still suspect by then; and the first question has some time before the quick ones follow.
 */
const spreadPerPeerMs = 10;
const maxSpreadMs = 500;
const answerAfterDoubtMs = 1_000;
/** And this often: then ours have gone unanswered too for more than a second. To wait for the last ones would tell nothing new. */
const unansweredThatProve = 15;
/** What comes in so soon after the first question was sent may have been on its way when the network failed. */
const onItsWayMs = 500;
/** After so many questions in vain, and nobody else heard since, another peer is asked too: to know whether the fault is ours. */
const witnessAfterProbes = 8;
/** After a pause of ours, whoever lives is heard within this: by its answer to our burst, or by its own. The rest is asked. */
const firstWordMs = 1_000;
/** What waited unread in our sockets is read by then; it may be the last words of somebody long gone. */
const unreadMs = 300;
/** These questions are spread over so long, so that the answers do not come all at once. */
const questionSpreadMs = 1_000;

export function createLiveness(deps: Deps, options: PresenceOptions): Liveness {
  const { clock, registry } = deps;
  const askedAtMs = new Map<string, number>();
  const suspicionBuckets = new Map<string, TokenBucket>();
  /** The peer heard last, and when any other than it was. */
  let last = { peerId: '', atMs: -Infinity };
  let otherThanLastMs = -Infinity;
  let selfHeardMs = -Infinity;
  let isKeepingInDoubt = false;
  let nextWitnessMs = -Infinity;
  /** Questions to suspects that are about to be asked. */
  const cancelQuestions = new Set<Unsubscribe>();
  let cancelRecheck: Unsubscribe | undefined;

  const prober = createProber(
    {
      ...deps,
      sendPing: (peerId, ...ping) => withRecord(peerId, (record) => deps.sendPing(record, ...ping)),
      onUnanswered,
      onNoAnswer,
    },
    options,
  );
  const buddies = createBuddies(
    {
      clock,
      random: deps.random,
      ownPeerId: deps.ownPeerId,
      peerIds: answeringPeerIds,
      ask: (peerId) => ask(peerId, 'hears-us', options.buddyAnswerMs),
    },
    options,
  );
  registry.subscribe((event) => {
    if (event.type === 'silent') ask(event.record.peerId, 'is-here');
    if (event.type === 'left') forget(event.departed.record.peerId);
  });

  return {
    buddies,
    heard(peerId) {
      if (last.peerId !== peerId) otherThanLastMs = last.atMs;
      last = { peerId, atMs: clock.monotonicMs() };
      prober.heard(peerId);
      if (isKeepingInDoubt) endDoubt();
    },
    heardSelf: () => void (selfHeardMs = clock.monotonicMs()),
    onPing({ peerId, unanswered }) {
      // Its questions arrive, our answers do not: then what it hears of us is nothing.
      if (unanswered >= unansweredThatProve && prober.isAsking(peerId)) registry.setPresence(peerId, 'one-way');
      else if (unanswered >= unansweredThatTells) ask(peerId, 'hears-us');
    },
    onPong: ({ peerId, nonce }) => prober.answered(peerId, nonce),
    onSuspect,
    mayExpire: () =>
      deps.isConnected() &&
      clock.monotonicMs() - Math.max(last.atMs, selfHeardMs) <= options.maxBeaconIntervalMs + options.stallMs,
    // Those may have been heard, left or expired since.
    isDoubtful: () => isKeepingInDoubt && registry.list().some(({ presence }) => presence === 'suspect'),
    startOver() {
      registry.pardonAll();
      prober.startOver();
      for (const peerId of askedAtMs.keys()) askedAtMs.set(peerId, clock.monotonicMs());
      cancelRecheck?.();
      cancelRecheck = clock.setTimer(recheck, firstWordMs);
    },
    close() {
      cancelRecheck?.();
      for (const cancel of cancelQuestions) cancel();
      cancelQuestions.clear();
      prober.close();
    },
  };

  /** Who left while we did not listen must not be shown until its silence is long enough to be noticed. */
  function recheck(): void {
    const sinceMs = clock.monotonicMs() - firstWordMs + unreadMs;
    const unheard = registry.list().filter((record) => record.lastHeardMonotonicMs < sinceMs);
    askInTurn(
      unheard.map(({ peerId }) => peerId),
      questionSpreadMs / unheard.length,
    );
  }

  function askInTurn([peerId, ...others]: readonly string[], everyMs: number): void {
    // Without an adapter the questions would only be lost; when there is one again all begins anew.
    if (peerId === undefined || !deps.isConnected()) return;
    if (registry.get(peerId)) ask(peerId, 'is-here');
    cancelRecheck = clock.setTimer(() => askInTurn(others, everyMs), everyMs);
  }

  function ask(peerId: string, question: 'is-here' | 'hears-us', firstWaitMs?: number): void {
    if (options.passive || !deps.isAwake()) return;
    // Known not to hear us: each of its beacons is answered by a HELLO, and its silence is another question.
    if (question === 'hears-us' && registry.get(peerId)?.presence === 'one-way') return;
    if (!prober.isAsking(peerId)) askedAtMs.set(peerId, clock.monotonicMs());
    prober.ask(peerId, question, firstWaitMs);
  }

  function onUnanswered(peerId: string, unanswered: number): void {
    withRecord(peerId, (record) => {
      if (unanswered === options.suspectAfterProbes) {
        if (record.presence === 'online' && !heardSinceAsked(record)) registry.setPresence(peerId, 'suspect');
        deps.sendBeacon();
      }
      if (unanswered === witnessAfterProbes && !canJudge(peerId)) askWitness();
      if (unanswered === options.buddySuspectProbes && isBuddy(peerId) && !heardSinceAsked(record)) deps.sendSuspicion(record);
    });
  }

  function onNoAnswer(peerId: string, heardMeanwhile: boolean): void {
    if (heardMeanwhile) {
      registry.setPresence(peerId, 'one-way');
    } else if (canJudge(peerId)) {
      registry.remove(peerId, 'unreachable');
    } else {
      isKeepingInDoubt = true;
      registry.setPresence(peerId, 'suspect');
    }
  }

  /**
   * Only who hears somebody else, or at least itself when there is nobody else, may say that a peer is gone. When all fall silent at once it
   * is more likely us; then they expire in their time, if we hear ourselves.
   */
  function canJudge(peerId: string): boolean {
    const sinceMs = askedAtMs.get(peerId) ?? -Infinity;
    if (!deps.isConnected()) return false;
    const anotherHeardMs = last.peerId === peerId ? otherThanLastMs : last.atMs;
    return anotherHeardMs >= sinceMs + onItsWayMs || (registry.size === 1 && selfHeardMs >= sinceMs);
  }

  /** Whoever it is: its answer shows that answers reach us. One at a time, however many are silent. */
  function askWitness(): void {
    if (!deps.isConnected() || clock.monotonicMs() < nextWitnessMs) return;
    nextWitnessMs = clock.monotonicMs() + options.probeCount * options.probeGapMs;
    const witnesses = registry.list().filter(({ peerId, presence }) => presence === 'online' && !prober.isAsking(peerId));
    const witness = witnesses[Math.floor(deps.random.fraction() * witnesses.length)];
    if (witness) ask(witness.peerId, 'is-here');
  }

  /** What is being asked was asked into the void until now, and is asked anew. */
  function endDoubt(): void {
    isKeepingInDoubt = false;
    prober.startOver();
    deps.sendBeacon();
    const spreadMs = Math.min(registry.size * spreadPerPeerMs, maxSpreadMs);
    for (const { peerId, presence } of registry.list()) {
      if (presence !== 'suspect') continue;
      const cancel = clock.setTimer(() => {
        cancelQuestions.delete(cancel);
        if (registry.get(peerId)?.presence === 'suspect') ask(peerId, 'is-here', answerAfterDoubtMs);
      }, deps.random.fraction() * spreadMs);
      cancelQuestions.add(cancel);
    }
  }

  function onSuspect({ peerId: from, suspect, suspectIncarnation }: Extract<Received, { kind: 'suspect' }>): void {
    if (!registry.get(from) || !mayStillSuspect(from)) return;
    if (sameBytes(suspect, deps.ownTag)) {
      if (suspectIncarnation !== deps.incarnation) return;
      deps.sendBeacon();
      ask(from, 'hears-us');
      return;
    }
    const record = registry.list().find(({ publicKey }) => sameBytes(recipientTag(publicKey), suspect));
    if (record?.incarnation === suspectIncarnation) ask(record.peerId, 'is-here');
  }

  function mayStillSuspect(from: string): boolean {
    const bucket =
      suspicionBuckets.get(from) ??
      createTokenBucket({ perSecond: options.suspicionsPerSecond, burst: options.suspicionsPerSecond });
    suspicionBuckets.set(from, bucket);
    return bucket.take(clock.monotonicMs());
  }

  function answeringPeerIds(): readonly string[] {
    return registry.list().flatMap(({ peerId, presence }) => (presence === 'one-way' ? [] : [peerId]));
  }

  function isBuddy(peerId: string): boolean {
    return ringNeighbours(deps.ownPeerId, answeringPeerIds()).includes(peerId);
  }

  function heardSinceAsked({ peerId, lastHeardMonotonicMs }: PeerRecord): boolean {
    return lastHeardMonotonicMs >= (askedAtMs.get(peerId) ?? Infinity);
  }

  function withRecord(peerId: string, act: (record: PeerRecord) => void): void {
    const record = registry.get(peerId);
    if (record) act(record);
    else prober.stop(peerId);
  }

  function forget(peerId: string): void {
    prober.stop(peerId);
    askedAtMs.delete(peerId);
    suspicionBuckets.delete(peerId);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
