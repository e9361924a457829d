/**
 * Calls peers with whom there is no session: at most one call per peer at a time, whoever asks, and none for a while after one that failed
 * (rules SESS-10 and SESS-13). What becomes of a stream that was opened is left to `sessions.ts`.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock, Endpoint, Random } from '../../ports.ts';
import { createBackOffs } from '../../lib/back-off.ts';
import { dial } from './happy-eyeballs.ts';
import type { SecureStream, SecureTransport } from '../ports.ts';
import type { SessionOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';

export type SessionResult =
  | { readonly ok: true; readonly session: Session }
  | {
      readonly ok: false;
      /**
       * `no-address`: nobody knows where it is · `backing-off`: it failed a moment ago · `self`, `blocked`, `stopped`: waiting does not help ·
       * otherwise why the stream or the session could not be opened, such as `refused` or `team-key`.
       */
      readonly reason: string;
      /** When it may be tried again, unless there is news of it first; Infinity if only that helps. */
      readonly retryAfterMs: number;
    };

export interface OutgoingCalls {
  /** Never rejects, and settles within the deadlines. */
  call(peerId: PeerId): Promise<SessionResult>;
  /** There is a session with that peer now, whoever opened it. */
  reached(session: Session): void;
  giveUp(peerId: PeerId, reason: string): void;
  giveUpAll(reason: string): void;
  /** There is news of it: whatever failed before no longer counts. */
  forgive(peerId: PeerId): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly transport: Pick<SecureTransport, 'connect'>;
  /** Where a peer accepts streams, last heard first; none if it is not here, or accepts none. */
  readonly addressesOf: (peerId: PeerId) => readonly Endpoint[];
  /** The session with that peer. */
  readonly current: (peerId: PeerId) => Session | undefined;
  /** @param onFailed for a session on it that did not open */
  readonly onStream: (stream: SecureStream, onFailed: (reason: string) => void) => void;
}

interface Call {
  readonly abort: AbortController;
  readonly result: Promise<SessionResult>;
  readonly settle: (result: SessionResult) => void;
}

export function createOutgoingCalls(
  { clock, random, transport, addressesOf, current, onStream }: Deps,
  options: SessionOptions,
): OutgoingCalls {
  const backOffs = createBackOffs(() => random.fraction(), options);
  const calls = new Map<string, Call>();

  return {
    async call(peerId) {
      const underWay = calls.get(peerId);
      return underWay ? underWay.result : (refusalOf(peerId) ?? begin(peerId).result);
    },
    reached(session) {
      backOffs.forget(session.peerId);
      const call = calls.get(session.peerId);
      // Whatever is not connected yet need not be. What is may still take this one's place, at both ends alike.
      call?.abort.abort();
      call?.settle({ ok: true, session });
    },
    giveUp,
    giveUpAll(reason) {
      for (const peerId of [...calls.keys()]) giveUp(peerId, reason);
    },
    forgive: (peerId) => backOffs.forget(peerId),
  };

  function refusalOf(peerId: PeerId): SessionResult | undefined {
    const retryAfterMs = backOffs.leftMs(peerId, clock.monotonicMs());
    if (retryAfterMs > 0) return { ok: false, reason: 'backing-off', retryAfterMs };
    // It comes with news.
    return addressesOf(peerId).length === 0 ? { ok: false, reason: 'no-address', retryAfterMs: Infinity } : undefined;
  }

  function begin(peerId: PeerId): Call {
    let resolve: (result: SessionResult) => void = () => undefined;
    const call: Call = {
      abort: new AbortController(),
      result: new Promise((settle) => (resolve = settle)),
      settle(result) {
        if (calls.get(peerId) === call) calls.delete(peerId);
        resolve(result);
      },
    };
    calls.set(peerId, call);
    void connect(peerId, call);
    return call;
  }

  async function connect(peerId: PeerId, { abort: { signal }, settle }: Call): Promise<void> {
    const endpoints = addressesOf(peerId).slice(0, options.maxAddresses);
    const result = await dial({ clock, transport }, { peerId, endpoints, signal }, options);
    // Given up: before our hello, so that the other end cannot have opened it.
    if (signal.aborted) return result.ok ? result.stream.destroy() : undefined;
    if (result.ok) onStream(result.stream, failed);
    else failed(result.end);

    function failed(reason: string): void {
      const session = current(peerId);
      // Such as a duplicate of one that the other end opened.
      if (session) settle({ ok: true, session });
      else settle({ ok: false, reason, retryAfterMs: backOffs.failed(peerId, clock.monotonicMs()) });
    }
  }

  function giveUp(peerId: PeerId, reason: string): void {
    const call = calls.get(peerId);
    call?.abort.abort();
    call?.settle({ ok: false, reason, retryAfterMs: Infinity });
  }
}
