/**
 * Makes a session of each stream, and lists it as waiting until the peer has said hello; then it gets its place or is turned away (rules
 * SESS-1, SESS-14). The lobby stays the listener of every session to its end: it passes on the events of those with a place, and knows
 * when all streams are closed. Which streams may come in at all is left to `sessions.ts`.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock, SessionProof } from '../../ports.ts';
import type { PeerSessionEvent } from './peer-sessions.ts';
import type { SecureStream } from '../ports.ts';
import type { SessionOptions } from '../session/options.ts';
import type { SessionPlaces } from './session-table.ts';
import { createSession, type RunningSession, type Session, type SessionEnd, type SessionFrame } from '../session/session.ts';

/** `closed` comes only for a session that was opened. When another takes its place, that one is the current one already. */
export type SessionsEvent = PeerSessionEvent & { readonly session: Session };

export interface SessionLobby {
  /** @param onFailed present if we called: it ended before it had a place */
  enter(stream: SecureStream, onFailed?: (reason: string) => void): void;
  /** Those that have not heard a hello, in the order in which they came. */
  list(): readonly RunningSession[];
  /** All streams that ever came in are closed. */
  allGone(): Promise<unknown>;
}

interface Deps {
  readonly clock: Clock;
  readonly ownPeerId: PeerId;
  readonly proof?: SessionProof | undefined;
  readonly places: SessionPlaces;
  readonly onEvent: (event: SessionsEvent) => void;
  /** Of every session, with or without a place. */
  readonly onEnded: (end: SessionEnd) => void;
}

export function createSessionLobby(deps: Deps, options: SessionOptions): SessionLobby {
  const { clock, ownPeerId, proof, places, onEvent } = deps;
  const waiting = new Set<RunningSession>();
  /** Streams that are open or still closing. */
  const present = new Set<Promise<void>>();

  return {
    enter(stream, onFailed) {
      if (!stream.isOutgoing) makeRoom();
      begin(stream, onFailed);
    },
    list: () => [...waiting],
    allGone: () => Promise.all(present),
  };

  /** Who proved a key and then says nothing makes room for those who do. */
  function makeRoom(): void {
    const oldest = [...waiting].find(({ isOutgoing }) => !isOutgoing);
    if (oldest && waiting.size >= options.maxUnopened) oldest.close('busy');
  }

  function begin(stream: SecureStream, onFailed: ((reason: string) => void) | undefined): void {
    const { peerId } = stream;
    let isAdmitted = false;
    let hasClosed = false;
    const session: RunningSession = createSession(
      {
        clock,
        stream,
        ownPeerId,
        proof,
        events: { onOpened, onFrame, onDrained, onClosed },
      },
      options,
    );
    if (!hasClosed) waiting.add(session);
    const gone = session.gone.then(() => void present.delete(gone));
    present.add(gone);

    function onOpened(): void {
      waiting.delete(session);
      isAdmitted = places.hasPlaceFor(session);
      if (!isAdmitted) return;
      places.take(session)?.close('duplicate');
      onEvent({ type: 'opened', peerId, session });
    }

    function onFrame(frame: SessionFrame): void {
      if (isAdmitted) onEvent({ type: 'frame', peerId, session, frame });
    }

    function onDrained(): void {
      if (isAdmitted) onEvent({ type: 'drained', peerId, session });
    }

    function onClosed(end: SessionEnd): void {
      hasClosed = true;
      deps.onEnded(end);
      if (isAdmitted) {
        places.leave(session);
        onEvent({ type: 'closed', peerId, session, end });
        return;
      }
      for (const other of waiting) if (other.peerId === peerId && other.hasEnded) waiting.delete(other);
      onFailed?.(end.reason);
    }
  }
}
