/**
 * Opens a stream to a peer at the address that answers first (rule SESS-10). The most promising
 * address gets a short start; the next ones follow one by one, or at once when one fails. Whether
 * to try at all, and again, is left to dialer.ts.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Endpoint } from '../../ports.ts';
import type { SecureStream, SecureTransport, StreamEnd } from '../ports.ts';
import type { SessionOptions } from '../session/options.ts';

export type DialResult = { readonly ok: true; readonly stream: SecureStream } | { readonly ok: false; readonly end: StreamEnd };

interface Deps {
  readonly clock: Clock;
  readonly transport: Pick<SecureTransport, 'connect'>;
}

/**
 * @param endpoints the most promising first; at least one
 * @returns the stream, or why the first address failed: the others are guesses
 */
export function dial(
  { clock, transport }: Deps,
  {
    peerId,
    endpoints,
    signal,
  }: { readonly peerId: PeerId; readonly endpoints: readonly Endpoint[]; readonly signal: AbortSignal },
  options: Pick<SessionOptions, 'connectDeadlineMs' | 'nextAddressMs'>,
): Promise<DialResult> {
  return new Promise((resolve) => {
    const attempts = new AbortController();
    const ends: StreamEnd[] = [];
    let started = 0;
    let failed = 0;
    let isDone = false;
    let cancelNext: Unsubscribe | undefined;
    const abort = (): void => done({ ok: false, end: 'aborted' });

    function done(result: DialResult): void {
      if (isDone) return;
      isDone = true;
      cancelNext?.();
      signal.removeEventListener('abort', abort);
      attempts.abort();
      resolve(result);
    }

    function startNext(): void {
      cancelNext?.();
      const endpoint = endpoints[started];
      if (isDone || endpoint === undefined) return;
      const index = started;
      started += 1;
      cancelNext = clock.setTimer(startNext, options.nextAddressMs);
      void attempt(endpoint, index);
    }

    async function attempt(endpoint: Endpoint, index: number): Promise<void> {
      const result = await transport.connect(endpoint, {
        expectedPeerId: peerId,
        deadlineMs: options.connectDeadlineMs,
        signal: attempts.signal,
      });
      if (result.ok) {
        // Another address was quicker, or the caller gave up.
        if (isDone) result.stream.destroy();
        done(result);
        return;
      }
      ends[index] = result.end;
      failed += 1;
      if (failed === endpoints.length) done({ ok: false, end: ends[0] ?? 'unreachable' });
      else startNext();
    }

    if (signal.aborted || endpoints.length === 0) return done({ ok: false, end: signal.aborted ? 'aborted' : 'unreachable' });
    signal.addEventListener('abort', abort);
    startNext();
  });
}
