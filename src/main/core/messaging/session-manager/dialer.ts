/**
 * Dials peers without a session: one attempt per peer at a time, however many callers wait, and
 * none for a while after a failure (rules SESS-10, SESS-13). If a call of ours gets no answer, the
 * peer is asked to call back (rule CALL-7). The session manager handles the streams.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock, Endpoint, Random } from '../../ports.ts';
import { createBackOffs } from '../../lib/back-off.ts';
import { dial } from './happy-eyeballs.ts';
import type { SecureStream, SecureTransport, StreamEnd } from '../ports.ts';
import type { SessionOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';

export type SessionResult =
  | { readonly ok: true; readonly session: Session }
  | {
      readonly ok: false;
      /**
       * `no-address`: no address is known · `backing-off`: it failed a moment ago · `self`,
       * `blocked`, `stopped`: waiting does not help · otherwise why the stream or the session could
       * not be opened, such as `refused` or `team-key`.
       */
      readonly reason: string;
      /**
       * The delay until the next attempt, unless there is news of the peer first; Infinity if only
       * news helps.
       */
      readonly retryAfterMs: number;
    };

export interface DialFailure {
  /** The end of the stream or of the session. A peer may have chosen it. */
  readonly reason: string;
  /** Whether a stream was open: the peer can be reached, and did not become a session. */
  readonly hadStream: boolean;
  readonly purpose: CallPurpose;
}

/** `messages`: messages of ours wait for the session · `call-back`: the peer asked for it. */
export type CallPurpose = 'messages' | 'rooms' | 'call-back';

/** Ends of a call after which a call of the peer may succeed. The others come from the peer. */
const unanswered: ReadonlySet<StreamEnd> = new Set(['refused', 'unreachable', 'deadline', 'stalled', 'handshake-failed']);

export interface Dialer {
  /** Never rejects, and settles within the deadlines. */
  call(peerId: PeerId, purpose: Exclude<CallPurpose, 'call-back'>): Promise<SessionResult>;
  /** Whether nothing keeps us from calling the peer now: neither an attempt nor a back-off. */
  isFree(peerId: PeerId): boolean;
  /** The peer asked for a call at these endpoints. It is asked for nothing in return. */
  callBack(peerId: PeerId, endpoints: readonly Endpoint[]): void;
  /** A session with that peer is open, whichever end opened it. */
  reached(session: Session): void;
  giveUp(peerId: PeerId, reason: string): void;
  giveUpAll(reason: string): void;
  /** There is news of the peer: earlier failures no longer count. */
  reset(peerId: PeerId): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly transport: Pick<SecureTransport, 'connect'>;
  /**
   * The endpoints where a peer accepts streams, last heard first; none if it is not listed or
   * accepts none.
   */
  readonly addressesOf: (peerId: PeerId) => readonly Endpoint[];
  /** The open session with that peer. */
  readonly current: (peerId: PeerId) => Session | undefined;
  /** An attempt opened no session. */
  readonly onFailed: (peerId: PeerId, failure: DialFailure) => void;
  /** @param onFailed for a session on the stream that did not open */
  readonly onStream: (stream: SecureStream, onFailed: (reason: string) => void) => void;
  /** A call that something waits for has no answer yet. Once per call. */
  readonly onUnanswered: (peerId: PeerId) => void;
}

interface Attempt {
  readonly abort: AbortController;
  readonly result: Promise<SessionResult>;
  readonly settle: (result: SessionResult) => void;
  /** The most important one, if there are several. */
  purpose: CallPurpose;
  /** Asks the peer to call us, unless this attempt did so already. */
  askBack(): void;
  /** The peer answered: it need not be asked. */
  stopAsking(): void;
}

export function createDialer(
  { clock, random, transport, addressesOf, current, onStream, onFailed, onUnanswered }: Deps,
  options: SessionOptions,
): Dialer {
  const backOffs = createBackOffs(() => random.fraction(), options);
  const calls = new Map<string, Attempt>();

  return {
    async call(peerId, purpose) {
      const underWay = calls.get(peerId);
      if (underWay && underWay.purpose !== 'messages') underWay.purpose = purpose;
      return underWay ? underWay.result : (refusalOf(peerId) ?? begin(peerId, addressesOf(peerId), purpose).result);
    },
    isFree: (peerId) => !calls.has(peerId) && !refusalOf(peerId),
    callBack(peerId, endpoints) {
      if (endpoints.length > 0 && !calls.has(peerId) && !refusalOf(peerId)) begin(peerId, endpoints, 'call-back');
    },
    reached(session) {
      backOffs.forget(session.peerId);
      const call = calls.get(session.peerId);
      // Attempts that are not connected yet end. One that is may still replace this session, at
      // both ends alike.
      call?.abort.abort();
      call?.settle({ ok: true, session });
    },
    giveUp,
    giveUpAll(reason) {
      for (const peerId of [...calls.keys()]) giveUp(peerId, reason);
    },
    reset: (peerId) => backOffs.forget(peerId),
  };

  function refusalOf(peerId: PeerId): SessionResult | undefined {
    const retryAfterMs = backOffs.leftMs(peerId, clock.monotonicMs());
    if (retryAfterMs > 0) return { ok: false, reason: 'backing-off', retryAfterMs };
    // News of the peer brings an address.
    return addressesOf(peerId).length === 0 ? { ok: false, reason: 'no-address', retryAfterMs: Infinity } : undefined;
  }

  function begin(peerId: PeerId, endpoints: readonly Endpoint[], purpose: CallPurpose): Attempt {
    let resolve: (result: SessionResult) => void = () => undefined;
    let hasAsked = false;
    const call: Attempt = {
      abort: new AbortController(),
      result: new Promise((settle) => (resolve = settle)),
      settle(result) {
        call.stopAsking();
        if (calls.get(peerId) === call) calls.delete(peerId);
        resolve(result);
      },
      purpose,
      askBack() {
        if (hasAsked || call.purpose === 'call-back') return;
        hasAsked = true;
        onUnanswered(peerId);
      },
      stopAsking: clock.setTimer(() => call.askBack(), options.askBackAfterMs),
    };
    calls.set(peerId, call);
    void connect(peerId, endpoints.slice(0, options.maxAddresses), call);
    return call;
  }

  async function connect(peerId: PeerId, endpoints: readonly Endpoint[], call: Attempt): Promise<void> {
    const { signal } = call.abort;
    const result = await dial({ clock, transport }, { peerId, endpoints, signal }, options);
    // Given up before our hello, so that the other end cannot have opened it.
    if (signal.aborted) return result.ok ? result.stream.destroy() : undefined;
    if (!result.ok && unanswered.has(result.end)) call.askBack();
    call.stopAsking();
    if (result.ok) onStream(result.stream, failed);
    else failed(result.end);

    function failed(reason: string): void {
      const session = current(peerId);
      // It failed as a duplicate of a session that the other end opened, for example.
      if (session) return call.settle({ ok: true, session });
      call.settle({ ok: false, reason, retryAfterMs: backOffs.failed(peerId, clock.monotonicMs()) });
      onFailed(peerId, { reason, hadStream: result.ok, purpose: call.purpose });
    }
  }

  function giveUp(peerId: PeerId, reason: string): void {
    const call = calls.get(peerId);
    call?.abort.abort();
    call?.settle({ ok: false, reason, retryAfterMs: Infinity });
  }
}
