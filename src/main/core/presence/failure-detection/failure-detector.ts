/**
 * Which peers are still here: silent ones are asked, ring neighbours are watched, and what follows from the answers, or from none, is decided
 * here (rules PROBE-1 to PROBE-6, BUDDY-1, BUDDY-2, DOUBT-1). Whether the fault may be our own is in `self-health.ts`, what comes after a
 * pause or a doubt in `recovery.ts`, the suspicions of others in `suspicions.ts`.
 */
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { createRingMonitor, ringNeighbours } from './ring-monitor.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { createProber, type Question } from './prober.ts';
import type { Received } from '../inbound/authenticate.ts';
import { createRecovery } from './recovery.ts';
import { createSelfHealth } from './self-health.ts';
import { createSuspicions } from './suspicions.ts';

export interface FailureDetector {
  /** Watches the ring neighbours; to be supervised. */
  readonly ringMonitor: Service;
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
/** And this often: then ours have gone unanswered too for more than a second. To wait for the last ones would tell nothing new. */
const unansweredThatProve = 15;
/** After so many questions in vain, and no other peer heard since, another peer is asked too: to know whether the fault is ours. */
const witnessAfterProbes = 8;

export function createFailureDetector(deps: Deps, options: PresenceOptions): FailureDetector {
  const { clock, random, registry, ownPeerId } = deps;
  const askedAtMs = new Map<string, number>();

  const prober = createProber(
    {
      clock,
      random,
      sendPing: (peerId, ...ping) => withRecord(peerId, (record) => deps.sendPing(record, ...ping)),
      onUnanswered,
      onNoAnswer,
    },
    options,
  );
  const ringMonitor = createRingMonitor(
    {
      clock,
      random,
      ownPeerId,
      peerIds: answeringPeerIds,
      ask: (peerId) => ask(peerId, 'hears-us', options.ringAnswerMs),
    },
    options,
  );
  const selfHealth = createSelfHealth({ ...deps, isAsking: prober.isAsking, ask: (peerId) => ask(peerId, 'is-here') }, options);
  const recovery = createRecovery({
    ...deps,
    ask: (peerId, firstWaitMs) => ask(peerId, 'is-here', firstWaitMs),
    startAskingOver: prober.startOver,
  });
  const suspicions = createSuspicions({ ...deps, ask }, options);
  registry.subscribe((event) => {
    if (event.type === 'silent') ask(event.record.peerId, 'is-here');
    if (event.type === 'left') forget(event.departed.record.peerId);
  });

  return {
    ringMonitor,
    heard(peerId) {
      selfHealth.heard(peerId);
      prober.heard(peerId);
      recovery.endDoubt();
    },
    heardSelf: selfHealth.heardSelf,
    onPing({ peerId, unanswered }) {
      // Its questions arrive, our answers do not: then what it hears of us is nothing.
      if (unanswered >= unansweredThatProve && prober.isAsking(peerId)) registry.setPresence(peerId, 'one-way');
      else if (unanswered >= unansweredThatTells) ask(peerId, 'hears-us');
    },
    onPong: ({ peerId, nonce }) => prober.answered(peerId, nonce),
    onSuspect: suspicions.onSuspect,
    mayExpire: selfHealth.mayExpire,
    isDoubtful: recovery.isDoubtful,
    startOver() {
      registry.resetAll();
      prober.startOver();
      for (const peerId of askedAtMs.keys()) askedAtMs.set(peerId, clock.monotonicMs());
      recovery.recheckSoon();
    },
    close() {
      recovery.close();
      prober.close();
    },
  };

  function ask(peerId: string, question: Question, firstWaitMs?: number): void {
    if (options.isPassive() || !deps.isAwake()) return;
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
      if (unanswered === witnessAfterProbes && !canJudge(peerId)) selfHealth.askWitness();
      if (unanswered === options.ringSuspectProbes && isBuddy(peerId) && !heardSinceAsked(record)) deps.sendSuspicion(record);
    });
  }

  function onNoAnswer(peerId: string, heardMeanwhile: boolean): void {
    if (heardMeanwhile) {
      registry.setPresence(peerId, 'one-way');
    } else if (canJudge(peerId)) {
      registry.remove(peerId, 'unreachable');
    } else {
      recovery.beginDoubt();
      registry.setPresence(peerId, 'suspect');
    }
  }

  function canJudge(peerId: string): boolean {
    return selfHealth.canJudge(peerId, askedAtMs.get(peerId) ?? -Infinity);
  }

  function answeringPeerIds(): readonly string[] {
    return registry.list().flatMap(({ peerId, presence }) => (presence === 'one-way' ? [] : [peerId]));
  }

  function isBuddy(peerId: string): boolean {
    return ringNeighbours(ownPeerId, answeringPeerIds()).includes(peerId);
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
    suspicions.forget(peerId);
  }
}
