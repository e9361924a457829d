/**
 * The sessions of this node: at most one per peer, opened when somebody wants it or when the peer opens it (rules SESS-10 to SESS-15). It
 * decides whom to call, which of two sessions stays, and who makes room. What is said in them is left to those who listen; which peers
 * there are and where, to presence, through two questions.
 */
import { createEmitter } from '../../shared/emitter.ts';
import type { Unsubscribe } from '../../shared/link.ts';
import { untilAborted } from '../pause.ts';
import type { Clock, Endpoint, Random, SessionProof } from '../ports.ts';
import type { Service } from '../service.ts';
import { createBackOffs } from './back-off.ts';
import { dial } from './dial.ts';
import type { PeerSessionEvent, PeerSessions } from './peer-sessions.ts';
import type { SecureStream, SecureTransport } from './ports.ts';
import { createSession, type RunningSession, type Session, type SessionEnd, type SessionFrame } from './session.ts';
import { defaultSessionOptions, type SessionOptions } from './session-options.ts';

/**
 * Two sessions with one peer that opened within this time crossed on the way, and both ends keep the same one by rule. Later, a new one
 * means that the peer has lost the old one: nobody calls whom it has a session with.
 */
const crossingMs = 10_000;

/** `closed` comes only for a session that was opened. When another takes its place, that one is the current one already. */
export type SessionsEvent = PeerSessionEvent & { readonly session: Session };

export type SessionResult =
  | { readonly ok: true; readonly session: Session }
  | {
      readonly ok: false;
      /**
       * `no-address`: nobody knows where it is · `backing-off`: it failed a moment ago · `self`, `blocked`, `stopped`: waiting does not help ·
       * otherwise why the stream or the session could not be opened, such as `refused` or `team-key`.
       */
      readonly reason: string;
      /** When it may be tried again, unless a sign of life comes first; Infinity if only that helps. */
      readonly retryAfterMs: number;
    };

export interface SessionCounters {
  readonly open: number;
  readonly unopened: number;
  readonly opened: number;
  /** Incoming connections that proved no key, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Ends of sessions, `us deadline`, `peer idle`, `network lost` and so on. */
  readonly ended: Readonly<Record<string, number>>;
}

export interface Sessions extends Service, Omit<PeerSessions, 'subscribe'> {
  /** Where streams are accepted, for the announcement; 0 while they are not. */
  tcpPort(): number;
  /** The session with that peer; one is opened if there is none. Never rejects, and settles within the deadlines. */
  sessionFor(peerId: string): Promise<SessionResult>;
  list(): readonly Session[];
  /** It gave a sign of life, or has another address: whatever failed before no longer counts. */
  heard(peerId: string): void;
  /** Ends the session with a peer that is blocked now, if there is one, without a word. */
  cut(peerId: string): void;
  counters(): SessionCounters;
  subscribe(listener: (event: SessionsEvent) => void): Unsubscribe;
}

export interface SessionsDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly transport: SecureTransport;
  readonly ownPeerId: string;
  /** What we can do beyond this version, as in our hello. */
  readonly capabilities?: readonly string[];
  /** Present where a team key is used. */
  readonly proof?: SessionProof | undefined;
  /** Where a peer accepts streams, last heard first; none if it is not here, or accepts none. */
  readonly addressesOf: (peerId: string) => readonly Endpoint[];
  readonly isBlocked: (peerId: string) => boolean;
}

interface Call {
  readonly abort: AbortController;
  readonly result: Promise<SessionResult>;
  readonly settle: (result: SessionResult) => void;
}

interface Opened {
  readonly session: RunningSession;
  readonly openedMs: number;
}

export function createSessions(deps: SessionsDeps, options: SessionOptions = defaultSessionOptions): Sessions {
  const { clock, transport, ownPeerId, addressesOf, isBlocked } = deps;
  const events = createEmitter<SessionsEvent>();
  const backOffs = createBackOffs(() => deps.random.fraction(), options);
  const opened = new Map<string, Opened>();
  /** Those that have not heard a hello, in the order in which they came. */
  const unopened = new Set<RunningSession>();
  const calls = new Map<string, Call>();
  /** Streams that are still closing. */
  const closing = new Set<Promise<void>>();
  const refused: Record<string, number> = {};
  const ended: Record<string, number> = {};
  let openedCount = 0;
  let port = 0;
  let isRunning = false;

  return {
    name: 'sessions',
    async run({ signal, ready }) {
      const listener = await transport.listen(accept, (reason) => count(refused, reason));
      port = listener.port;
      isRunning = true;
      ready();
      await untilAborted(signal);
      isRunning = false;
      port = 0;
      for (const [peerId, waiting] of [...calls]) giveUp(peerId, waiting, 'stopped');
      for (const session of [...unopened, ...current()]) session.close('leaving');
      await Promise.all([listener.close(), ...closing]);
    },
    tcpPort: () => port,
    sessionFor,
    open: (peerId) => void sessionFor(peerId),
    current: (peerId) => opened.get(peerId)?.session,
    list: current,
    heard: (peerId) => backOffs.forget(peerId),
    cut(peerId) {
      const waiting = calls.get(peerId);
      if (waiting) giveUp(peerId, waiting, 'blocked');
      for (const session of [...unopened, ...current()]) if (session.peerId === peerId) session.close('blocked');
    },
    counters: () => ({
      open: opened.size,
      unopened: unopened.size,
      opened: openedCount,
      refused: { ...refused },
      ended: { ...ended },
    }),
    subscribe: (listener) => events.subscribe(listener),
  };

  function current(): readonly RunningSession[] {
    return [...opened.values()].map(({ session }) => session);
  }

  async function sessionFor(peerId: string): Promise<SessionResult> {
    const open = opened.get(peerId);
    if (open) return { ok: true, session: open.session };
    const refusal = refusalOf(peerId);
    if (refusal) return refusal;
    return (calls.get(peerId) ?? call(peerId)).result;
  }

  function refusalOf(peerId: string): SessionResult | undefined {
    if (!isRunning) return { ok: false, reason: 'stopped', retryAfterMs: Infinity };
    if (peerId === ownPeerId) return { ok: false, reason: 'self', retryAfterMs: Infinity };
    if (isBlocked(peerId)) return { ok: false, reason: 'blocked', retryAfterMs: Infinity };
    if (calls.has(peerId)) return undefined;
    const retryAfterMs = backOffs.leftMs(peerId, clock.monotonicMs());
    if (retryAfterMs > 0) return { ok: false, reason: 'backing-off', retryAfterMs };
    // It comes with a sign of life.
    return addressesOf(peerId).length === 0 ? { ok: false, reason: 'no-address', retryAfterMs: Infinity } : undefined;
  }

  function call(peerId: string): Call {
    const { promise, resolve } = Promise.withResolvers<SessionResult>();
    const abort = new AbortController();
    const made: Call = {
      abort,
      result: promise,
      settle(result) {
        if (calls.get(peerId) === made) calls.delete(peerId);
        resolve(result);
      },
    };
    calls.set(peerId, made);
    void connect(peerId, made);
    return made;
  }

  async function connect(peerId: string, made: Call): Promise<void> {
    const endpoints = addressesOf(peerId).slice(0, options.maxAddresses);
    const result = await dial({ clock, transport }, { peerId, endpoints, signal: made.abort.signal }, options);
    // Given up: before our hello, so that the other end cannot have opened it.
    if (made.abort.signal.aborted) return result.ok ? result.stream.destroy() : undefined;
    if (result.ok) start(result.stream, made);
    else failed(peerId, made, result.end);
  }

  function failed(peerId: string, made: Call, reason: string): void {
    const open = opened.get(peerId);
    // Such as a duplicate of one that the other end opened.
    if (open) made.settle({ ok: true, session: open.session });
    else made.settle({ ok: false, reason, retryAfterMs: backOffs.failed(peerId, clock.monotonicMs()) });
  }

  function giveUp(peerId: string, made: Call, reason: string): void {
    made.abort.abort();
    calls.delete(peerId);
    made.settle({ ok: false, reason, retryAfterMs: Infinity });
  }

  function accept(stream: SecureStream): void {
    if (!isRunning || stream.peerId === ownPeerId || isBlocked(stream.peerId)) return stream.destroy();
    // Who proved a key and then says nothing makes room for those who do.
    const [oldest] = [...unopened].filter(({ isOutgoing }) => !isOutgoing);
    if (oldest && unopened.size >= options.maxUnopened) oldest.close('busy');
    start(stream, undefined);
  }

  function start(stream: SecureStream, made: Call | undefined): void {
    const { peerId } = stream;
    let isAdmitted = false;
    let hasClosed = false;
    const session: RunningSession = createSession(
      {
        clock,
        stream,
        ownPeerId,
        capabilities: deps.capabilities ?? [],
        proof: deps.proof,
        events: { onOpened, onFrame, onDrained, onClosed },
      },
      options,
    );
    if (!hasClosed) unopened.add(session);
    const gone = session.gone.then(() => void closing.delete(gone));
    closing.add(gone);

    function onOpened(): void {
      unopened.delete(session);
      isAdmitted = hasPlaceFor(session);
      if (!isAdmitted) return;
      admit(session);
      made?.settle({ ok: true, session });
    }

    function onFrame(frame: SessionFrame): void {
      if (isAdmitted) events.emit({ type: 'frame', peerId, session, frame });
    }

    function onDrained(): void {
      if (isAdmitted) events.emit({ type: 'drained', peerId, session });
    }

    function onClosed(end: SessionEnd): void {
      hasClosed = true;
      count(ended, `${end.by} ${end.reason}`);
      if (isAdmitted) return leave(session, end);
      for (const other of unopened) if (other.peerId === peerId && other.hasEnded) unopened.delete(other);
      if (made) failed(peerId, made, end.reason);
    }
  }

  /** @returns whether it may stay; if not, it is closed */
  function hasPlaceFor(session: RunningSession): boolean {
    const before = opened.get(session.peerId);
    if (before && !doesReplace(session, before)) session.close('duplicate');
    else if (!before && opened.size >= options.maxSessions && !makeRoom(session.peerId)) session.close('busy');
    return !session.hasEnded;
  }

  function admit(session: RunningSession): void {
    const { peerId } = session;
    const before = opened.get(peerId);
    opened.set(peerId, { session, openedMs: clock.monotonicMs() });
    openedCount += 1;
    backOffs.forget(peerId);
    before?.session.close('duplicate');
    events.emit({ type: 'opened', peerId, session });
    const waiting = session.isOutgoing ? undefined : calls.get(peerId);
    if (!waiting) return;
    // Whatever is not connected yet need not be. What is may still take this one's place, at both ends alike.
    waiting.abort.abort();
    waiting.settle({ ok: true, session });
  }

  /** The rule is the same at both ends: of two that crossed, the one that the lower peerId opened stays. */
  function doesReplace(session: RunningSession, before: Opened): boolean {
    const isCrossing = session.isOutgoing !== before.session.isOutgoing && clock.monotonicMs() - before.openedMs < crossingMs;
    return !isCrossing || session.isOutgoing === ownPeerId < session.peerId;
  }

  /** The longest unused one goes; a stranger's before a peer's who is here, and never that of such a peer for a stranger. */
  function makeRoom(newcomer: string): boolean {
    const isHere = (peerId: string): boolean => addressesOf(peerId).length > 0;
    const byUse = [...current()].sort((a, b) => a.usedMs - b.usedMs);
    const leaving = byUse.find(({ peerId }) => !isHere(peerId)) ?? (isHere(newcomer) ? byUse[0] : undefined);
    leaving?.close('idle');
    return leaving !== undefined;
  }

  function leave(session: RunningSession, end: SessionEnd): void {
    if (opened.get(session.peerId)?.session === session) opened.delete(session.peerId);
    events.emit({ type: 'closed', peerId: session.peerId, session, end });
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
