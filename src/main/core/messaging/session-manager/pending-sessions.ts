/**
 * Streams whose other end has sent no hello yet (rule SESS-14). An admitted session leaves this
 * table for good: session-manager.ts owns it from then on. A stream that ends before is reported as
 * failed.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock, SessionProof } from '../../ports.ts';
import type { SecureStream } from '../ports.ts';
import type { DataPurpose } from '../wire/frames.ts';
import type { SessionOptions } from '../session/options.ts';
import { createSession, type RunningSession, type SessionEnd, type SessionEvents } from '../session/session.ts';

export interface PendingSessions {
  /** @param onFailed present if this node dialed: it ended before it was admitted */
  enter(stream: SecureStream, onFailed?: (reason: string) => void, purpose?: DataPurpose): RunningSession;
  /** In the order in which they came. */
  list(): readonly RunningSession[];
}

interface Deps {
  readonly clock: Clock;
  readonly ownPeerId: PeerId;
  readonly proof?: SessionProof | undefined;
  /** Whether this node understands offers of files. */
  readonly takesFiles?: boolean | undefined;
  /** @returns the owner of an open session; undefined if it may not stay, and was closed */
  readonly admit: (session: RunningSession) => SessionEvents | undefined;
  /** A session ended without an owner. */
  readonly onFailed: (end: SessionEnd) => void;
}

export function createPendingSessions(deps: Deps, options: SessionOptions): PendingSessions {
  const { clock, ownPeerId, proof, takesFiles } = deps;
  const pending = new Map<SecureStream, RunningSession>();

  return {
    enter(stream, onFailed, purpose) {
      if (!stream.isOutgoing) makeRoom();
      const session = createSession(
        {
          clock,
          stream,
          ownPeerId,
          ...{ proof, takesFiles, purpose },
          admit(opened) {
            pending.delete(stream);
            return deps.admit(opened);
          },
          onFailed(end) {
            pending.delete(stream);
            deps.onFailed(end);
            onFailed?.(end.reason);
          },
        },
        options,
      );
      if (!session.hasEnded) pending.set(stream, session);
      return session;
    },
    list: () => [...pending.values()],
  };

  /** A peer that proved a key and sends no hello makes room for another. */
  function makeRoom(): void {
    const oldest = [...pending.values()].find(({ isOutgoing }) => !isOutgoing);
    if (oldest && pending.size >= options.maxUnopened) oldest.close('busy');
  }
}
