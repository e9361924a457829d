/**
 * The sessions of this node: at most one per peer, opened by a caller here or by the peer (rules
 * SESS-10 to SESS-19). A stream comes from dialer.ts or the transport, waits for its hello in
 * pending-sessions.ts, and gets its place in session-table.ts. Listeners handle the frames;
 * presence answers which peers there are, and where.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createEmitter } from '../../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { untilAborted } from '../../lib/delay.ts';
import { createReasonCounts } from '../../lib/reason-counts.ts';
import type { Clock, Endpoint, Random, SessionProof } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { createCallBacks, type AskToCall, type CallBackCounters } from './call-backs.ts';
import { createDialer, type DialFailure, type SessionResult } from './dialer.ts';
import type { PeerSessionEvent, PeerSessions } from './peer-sessions.ts';
import type { SecureStream, SecureTransport } from '../ports.ts';
import { createDataSessions, type DataSessions } from './data-sessions.ts';
import { closeOneOf, type IsCandidate } from './make-room.ts';
import { createPendingSessions } from './pending-sessions.ts';
import { createSessionTable } from './session-table.ts';
import { isStalled } from '../session/answer-wait.ts';
import { defaultSessionOptions, type SessionOptions } from '../session/options.ts';
import type { RunningSession, Session, SessionEnd, SessionEvents } from '../session/session.ts';

export type { SessionResult } from './dialer.ts';

/**
 * `closed` comes only for a session that was opened. If another replaced it, that one is current
 * already.
 */
export type SessionsEvent = PeerSessionEvent & { readonly session: Session };

export interface SessionCounters {
  readonly open: number;
  readonly unopened: number;
  readonly opened: number;
  /** Incoming connections that proved no key, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Attempts of ours that opened no session, by reason. */
  readonly failed: Readonly<Record<string, number>>;
  readonly callBacks: CallBackCounters;
  /** Ends of sessions: `us deadline`, `peer idle`, `network lost` and so on. */
  readonly ended: Readonly<Record<string, number>>;
}

export interface Sessions extends Service, Omit<PeerSessions, 'subscribe'> {
  /** The port that accepts streams, for the announcement; 0 while none does. */
  tcpPort(): number;
  /**
   * Returns the session with that peer, or opens one. Never rejects, and settles within the
   * deadlines.
   */
  sessionFor(peerId: PeerId, purpose?: 'messages' | 'rooms'): Promise<SessionResult>;
  /** There is news of the peer, such as another port: earlier failures no longer count. */
  heard(peerId: PeerId): void;
  /**
   * The user blocked or unblocked that peer, or decided something else about it: ends the sessions
   * that no longer fit.
   */
  decided(peerId: PeerId): void;
  /**
   * The peer asks for a call, and a call makes sense now (rule CALL-8). Counts against the limit of
   * the peer.
   */
  mayCallBack(peerId: PeerId): boolean;
  /** Calls a peer that asked for it, at an address that it proved for this call. */
  callBack(peerId: PeerId, address: string): void;
  counters(): SessionCounters;
  subscribe(listener: (event: SessionsEvent) => void): Unsubscribe;
  /** The connections for files. */
  readonly data: DataSessions;
}

export interface SessionsDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly transport: SecureTransport;
  readonly ownPeerId: PeerId;
  /** Present where a team key is used. */
  readonly proof?: SessionProof | undefined;
  /** Whether this node understands offers of files. */
  readonly takesFiles?: boolean | undefined;
  /**
   * The endpoints where a peer accepts streams, last heard first; none if it is not listed or
   * accepts none.
   */
  readonly addressesOf: (peerId: PeerId) => readonly Endpoint[];
  /** Whether a listed peer has that address. */
  readonly isHereAt: (address: string) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  /** Asks an online peer to call us. */
  readonly askToCall: AskToCall;
  /** An attempt that something of ours waits for opened no session. */
  readonly onDialFailed: (peerId: PeerId, failure: DialFailure) => void;
  /** A session ended because nothing answered our messages. */
  readonly onStalled: (peerId: PeerId) => void;
  /** Gets the errors of listeners; absent: see `createEmitter`. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

export function createSessions(deps: SessionsDeps, options: SessionOptions = defaultSessionOptions): Sessions {
  const { clock, transport, ownPeerId, addressesOf, isBlocked } = deps;
  const events = createEmitter<SessionsEvent>(deps.onListenerError);
  const table = createSessionTable({ clock, ownPeerId, isHere: (peerId) => addressesOf(peerId).length > 0 }, options);
  /** Sessions with blocked peers: they look like any other, and what they carry is discarded. */
  const muted = createSessionTable({ clock, ownPeerId, isHere: () => false }, options);
  const pending = createPendingSessions({ ...deps, admit, onFailed: countEnd }, options);
  const callBacks = createCallBacks(deps, options);
  const dialer = createDialer(
    { ...deps, current: table.get, onStream: enter, onFailed: onDialFailed, onUnanswered: callBacks.ask },
    options,
  );
  /** Streams that are open or still closing. */
  const present = new Set<Promise<void>>();
  const refused = createReasonCounts();
  const failed = createReasonCounts();
  const ended = createReasonCounts();
  let openedCount = 0;
  let port = 0;
  let isRunning = false;
  const data = createDataSessions({ ...deps, isRunning: () => isRunning, onStream: note }, options);

  return {
    name: 'sessions',
    async run({ signal, ready }) {
      const held = { pending, tables: [muted, table] };
      const room = { isHereAt: deps.isHereAt, closeOne: (isCandidate: IsCandidate) => closeOneOf(held, isCandidate) };
      const listener = await transport.listen(accept, refused.add, room);
      port = listener.port;
      isRunning = true;
      ready();
      await untilAborted(signal);
      isRunning = false;
      port = 0;
      dialer.giveUpAll('stopped');
      data.stop();
      for (const session of [...pending.list(), ...table.list(), ...muted.list()]) session.close('leaving');
      await Promise.all([listener.close(), ...present]);
    },
    tcpPort: () => port,
    sessionFor,
    open: (peerId) => void sessionFor(peerId),
    current: table.get,
    heard(peerId) {
      dialer.reset(peerId);
      data.heard(peerId);
    },
    data,
    decided(peerId) {
      // The peer's next session is a usual one again.
      if (!isBlocked(peerId)) {
        data.unmute(peerId);
        return muted.get(peerId)?.close('idle');
      }
      dialer.giveUp(peerId, 'blocked');
      data.closePeer(peerId, 'blocked');
      for (const session of [...pending.list(), ...table.list()]) if (session.peerId === peerId) session.close('blocked');
    },
    mayCallBack(peerId) {
      const isUseful = isRunning && peerId !== ownPeerId && !table.get(peerId) && !muted.get(peerId);
      return isUseful && dialer.isFree(peerId) && callBacks.mayFollow(peerId);
    },
    callBack(peerId, address) {
      if (!isRunning || table.get(peerId) || muted.get(peerId)) return;
      callBacks.followed();
      dialer.callBack(
        peerId,
        addressesOf(peerId).filter((endpoint) => endpoint.address === address),
      );
    },
    counters: () => ({
      open: table.size,
      unopened: pending.list().length,
      opened: openedCount,
      refused: refused.read(),
      failed: failed.read(),
      callBacks: callBacks.counters(),
      ended: ended.read(),
    }),
    subscribe: (listener) => events.subscribe(listener),
  };

  async function sessionFor(peerId: PeerId, purpose: 'messages' | 'rooms' = 'messages'): Promise<SessionResult> {
    const session = table.get(peerId);
    if (session) return { ok: true, session };
    if (!isRunning) return { ok: false, reason: 'stopped', retryAfterMs: Infinity };
    if (peerId === ownPeerId) return { ok: false, reason: 'self', retryAfterMs: Infinity };
    if (isBlocked(peerId)) return { ok: false, reason: 'blocked', retryAfterMs: Infinity };
    return dialer.call(peerId, purpose);
  }

  function accept(stream: SecureStream): void {
    if (!isRunning || stream.peerId === ownPeerId) stream.destroy();
    else enter(stream);
  }

  function enter(stream: SecureStream, onFailed?: (reason: string) => void): void {
    note(pending.enter(stream, onFailed).gone);
  }

  function note(end: Promise<void>): void {
    const gone = end.then(() => void present.delete(gone));
    present.add(gone);
  }

  /** Owns a session from its hello to its end. */
  function admit(session: RunningSession): SessionEvents | undefined {
    if (session.purpose !== undefined) return data.admit(session);
    if (isBlocked(session.peerId)) return admitMuted(session);
    if (!table.hasPlaceFor(session)) return undefined;
    const { peerId } = session;
    return {
      onOpened() {
        table.take(session)?.close('duplicate');
        events.emit({ type: 'opened', peerId, session });
        openedCount += 1;
        dialer.reached(session);
        callBacks.reached(peerId);
      },
      onFrame: (frame) => events.emit({ type: 'frame', peerId, session, frame }),
      onDrained: () => events.emit({ type: 'drained', peerId, session }),
      onClosed(end) {
        countEnd(end);
        if (isStalled(session.unansweredSinceMs, end, clock, options.stalledAfterMs)) deps.onStalled(peerId);
        table.leave(session);
        events.emit({ type: 'closed', peerId, session, end });
      },
    };
  }

  /** Receives the frames of a blocked peer and discards them (rule SESS-12). */
  function admitMuted(session: RunningSession): SessionEvents | undefined {
    if (!muted.hasPlaceFor(session)) return undefined;
    return {
      onOpened() {
        muted.take(session)?.close('duplicate');
        // It may come from a call-back, which has nothing more to wait for.
        dialer.giveUp(session.peerId, 'blocked');
      },
      onFrame: () => undefined,
      onDrained: () => undefined,
      onClosed(end) {
        countEnd(end);
        muted.leave(session);
      },
    };
  }

  function onDialFailed(peerId: PeerId, failure: DialFailure): void {
    failed.add(failure.reason);
    if (failure.purpose === 'messages') deps.onDialFailed(peerId, failure);
  }

  function countEnd({ by, reason }: SessionEnd): void {
    ended.add(`${by} ${reason}`);
  }
}
