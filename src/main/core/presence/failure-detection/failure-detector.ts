/**
 * Decides which peers are gone (rules PROBE-1 to PROBE-6, BUDDY-1, BUDDY-2, BUDDY-5, DOUBT-1). It probes
 * silent peers and ring neighbours, and acts on the answers or their absence. `self-health.ts`
 * judges our own network, `recovery.ts` acts after a stall or a doubt, `suspicions.ts` handles the
 * suspicions of peers.
 */
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { createRingMonitor } from './ring-monitor.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';
import { createPingBudget } from './ping-budget.ts';
import { createProber, type Question } from './prober.ts';
import type { Received } from '../inbound/authenticate.ts';
import { createRecovery } from './recovery.ts';
import { createSelfHealth } from './self-health.ts';
import { createSuspicions } from './suspicions.ts';

export interface FailureDetector {
  /** Probes the ring neighbours. The service to supervise. */
  readonly ringMonitor: Service;
  /** Records a datagram of a peer with a valid signature, before it is dispatched. */
  heard(peerId: string): void;
  /** Records that our own multicast came back. */
  heardSelf(): void;
  onPing(ping: Extract<Received, { kind: 'ping' }>): void;
  onPong(pong: Extract<Received, { kind: 'pong' }>): boolean;
  onSuspect(suspicion: Extract<Received, { kind: 'suspect' }>): void;
  /** True if silence may expire a peer. */
  mayExpire(): boolean;
  /** True if a peer stays listed only because the fault may be our own. */
  isDoubtful(): boolean;
  /**
   * Resets silence and unanswered PINGs, because we did not listen for a while. A second later it
   * probes each peer that was not heard since.
   *
   * @param reason 'stall' probes them only if the last stall is some time ago
   */
  startOver(reason: 'network' | 'stall'): void;
  /** Ends all probes. Also called before a sleep. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: ExpiringRegistry;
  readonly ownPeerId: string;
  readonly ownTag: Uint8Array;
  readonly incarnation: number;
  /** True if there is an adapter to hear peers on, and we listen. */
  readonly isConnected: () => boolean;
  /** True if neither suspended nor leaving. */
  readonly isAwake: () => boolean;
  readonly sendPing: (to: PeerRecord, nonce: Uint8Array, unanswered: number) => void;
  readonly sendSuspicion: (of: PeerRecord) => void;
  /** Sends a beacon soon: to refute a suspicion, or to learn if our multicast comes back. */
  readonly sendBeacon: () => void;
}

/** Unanswered PINGs of a peer after which we probe it: our PONGs may not reach it. */
const unansweredThatTells = 3;
/**
 * Unanswered PINGs of a peer after which it is one-way, if our probe of it is unanswered too. By
 * then that took more than a second, and the remaining PINGs would add no evidence.
 */
const unansweredThatProve = 15;
/**
 * Unanswered PINGs after which we probe another peer too, if none was heard since. Its PONG would
 * show that our network works.
 */
const witnessAfterProbes = 8;
/** A peer turns silent once in a probe, and looking past it sorts the whole list. */
const ringLooksPastProbes = 3;

/** Another peer that was heard this lately is a sign that a silent neighbour is at fault, not we. */
const heardLatelyMs = 1_000;

export function createFailureDetector(deps: Deps, options: PresenceOptions): FailureDetector {
  const { clock, random, registry, ownPeerId } = deps;
  const askedAtMs = new Map<string, number>();

  const pings = createPingBudget({ clock }, options);
  const prober = createProber(
    {
      clock,
      random,
      sendPing(peerId, ...ping) {
        const record = registry.get(peerId);
        if (!record) prober.stop(peerId);
        if (!record || !pings.take(record)) return false;
        deps.sendPing(record, ...ping);
        return true;
      },
      onUnanswered,
      // Datagrams that we read so much later were sent so much earlier.
      onLate: (peerId, lateMs) => askedAtMs.set(peerId, (askedAtMs.get(peerId) ?? clock.monotonicMs()) + lateMs),
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
      isUnanswered: prober.isUnanswered,
      ask: (peerId, isNext) => ask(peerId, 'hears-us', isNext ? options.probeGapMs : options.ringAnswerMs),
    },
    options,
  );
  const selfHealth = createSelfHealth({ ...deps, isAsking: prober.isAsking, ask: (peerId) => ask(peerId, 'is-here') }, options);
  const recovery = createRecovery({
    ...deps,
    ask: (peerId, firstWaitMs) => ask(peerId, 'is-here', firstWaitMs),
    startAskingOver,
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
      // Its PINGs arrive and our PONGs do not reach it: it hears nothing of us.
      if (unanswered >= unansweredThatProve && prober.isAsking(peerId)) registry.setPresence(peerId, 'one-way');
      else if (unanswered >= unansweredThatTells) ask(peerId, 'hears-us');
    },
    onPong: ({ peerId, nonce }) => prober.answered(peerId, nonce),
    onSuspect: suspicions.onSuspect,
    mayExpire: selfHealth.mayExpire,
    isDoubtful: recovery.isDoubtful,
    startOver(reason) {
      registry.resetAll();
      startAskingOver();
      if (reason === 'stall') recovery.recheckAfterStall();
      else recovery.recheckSoon();
    },
    close() {
      recovery.close();
      prober.close();
    },
  };

  function ask(peerId: string, question: Question, firstWaitMs?: number): void {
    if (options.isPassive() || !deps.isAwake()) return;
    // A one-way peer is already known not to hear us, and each of its beacons gets a HELLO.
    if (question === 'hears-us' && registry.get(peerId)?.presence === 'one-way') return;
    if (!prober.isAsking(peerId)) askedAtMs.set(peerId, clock.monotonicMs());
    prober.ask(peerId, question, firstWaitMs);
  }

  /** Datagrams heard before prove nothing about our network during the probes that begin anew. */
  function startAskingOver(): void {
    prober.startOver();
    for (const peerId of askedAtMs.keys()) askedAtMs.set(peerId, clock.monotonicMs());
  }

  function onUnanswered(peerId: string, unanswered: number): void {
    withRecord(peerId, (record) => {
      // While nobody is heard the fault is probably ours, and more probes would add to it.
      const othersAreHeard = selfHealth.heardAnother(peerId, clock.monotonicMs() - heardLatelyMs);
      if (othersAreHeard && unanswered <= ringLooksPastProbes) ringMonitor.unanswered(peerId);
      if (unanswered === options.suspectAfterProbes) {
        if (record.presence === 'online' && !heardSinceAsked(record)) registry.setPresence(peerId, 'suspect');
        // Its echo would show that our network works. Others that are heard have shown it already.
        if (!othersAreHeard) deps.sendBeacon();
      }
      if (unanswered === witnessAfterProbes && !canJudge(peerId)) selfHealth.askWitness();
      if (unanswered === options.ringSuspectProbes && ringMonitor.isNeighbour(peerId) && !heardSinceAsked(record))
        deps.sendSuspicion(record);
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
