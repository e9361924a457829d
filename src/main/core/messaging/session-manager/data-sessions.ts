/**
 * Connections for files: sessions beside the one for messages, so that no message waits behind the
 * bytes of a file (rule XFER-11). A node has at most one per peer and direction. The
 * dialer's hello says in which direction the files go. session-manager.ts has the listener and
 * hands incoming ones over; core/transfers acts on their frames.
 */
import { createEmitter } from '../../../../shared/lib/emitter.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Endpoint, Random, SessionProof } from '../../ports.ts';
import type { SecureStream, SecureTransport } from '../ports.ts';
import type { SessionOptions } from '../session/options.ts';
import type { OwnReason, RunningSession, Session, SessionEvents } from '../session/session.ts';
import { isFileDataFrame, type DataPurpose, type FileDataFrame } from '../wire/frames.ts';
import { createDialer, type Dialer, type SessionResult } from './dialer.ts';
import { createPendingSessions, type PendingSessions } from './pending-sessions.ts';
import { createSessionTable, type SessionTable } from './session-table.ts';

/** Whether files come on that connection, or go. */
export type DataDirection = 'in' | 'out';

export type DataSessionEvent = { readonly direction: DataDirection; readonly session: Session } & (
  { readonly type: 'opened' | 'drained' | 'closed' } | { readonly type: 'frame'; readonly frame: FileDataFrame }
);

export interface DataSessions {
  /** Opens the connection on which files come from that peer, unless it is open. Never rejects. */
  open(peerId: PeerId): Promise<SessionResult>;
  /** Opens one on which that peer, which cannot dial, fetches files from us. */
  serve(peerId: PeerId): void;
  current(peerId: PeerId, direction: DataDirection): Session | undefined;
  /** There is news of the peer: earlier failures no longer count. */
  heard(peerId: PeerId): void;
  subscribe(listener: (event: DataSessionEvent) => void): Unsubscribe;
}

/** For the session manager. */
export interface OwnedDataSessions extends DataSessions {
  /**
   * An incoming or outgoing one said hello. @returns undefined if it may not stay, and was closed
   */
  admit(session: RunningSession): SessionEvents | undefined;
  closePeer(peerId: PeerId, reason: OwnReason): void;
  /** The user unblocked that peer: its next connection is a usual one again. */
  unmute(peerId: PeerId): void;
  /** Closes everything. */
  stop(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly transport: SecureTransport;
  readonly ownPeerId: PeerId;
  readonly proof?: SessionProof | undefined;
  /** Whether this node understands offers of files. */
  readonly takesFiles?: boolean | undefined;
  readonly addressesOf: (peerId: PeerId) => readonly Endpoint[];
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isRunning: () => boolean;
  /** A stream is there until that settles. */
  readonly onStream: (gone: Promise<void>) => void;
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/**
 * A peer that sends nothing is as good as none: each connection may hold a few chunks in memory.
 */
const maxDataSessions = 32;
const maxUnlistedDataSessions = 8;

export function createDataSessions(deps: Deps, options: SessionOptions): OwnedDataSessions {
  const { isBlocked } = deps;
  const events = createEmitter<DataSessionEvent>(deps.onListenerError);
  const limits = { maxSessions: maxDataSessions, maxUnlistedSessions: maxUnlistedDataSessions };
  const isHere = (peerId: PeerId): boolean => deps.addressesOf(peerId).length > 0;
  const tables = {
    in: createSessionTable({ ...deps, isHere }, limits),
    out: createSessionTable({ ...deps, isHere }, limits),
  };
  /** Those of blocked peers: they look like any other, and what they carry is discarded. */
  const muted = {
    in: createSessionTable({ ...deps, isHere: () => false }, limits),
    out: createSessionTable({ ...deps, isHere: () => false }, limits),
  };
  const pending: PendingSessions = createPendingSessions({ ...deps, admit, onFailed: () => undefined }, options);
  const dialers: Readonly<Record<DataDirection, Dialer>> = { in: dialerOf('in', 'pull'), out: dialerOf('out', 'serve') };

  return {
    async open(peerId) {
      const session = tables.in.get(peerId);
      if (session) return { ok: true, session };
      if (!deps.isRunning()) return { ok: false, reason: 'stopped', retryAfterMs: Infinity };
      if (isBlocked(peerId)) return { ok: false, reason: 'blocked', retryAfterMs: Infinity };
      return dialers.in.call(peerId, 'rooms');
    },
    serve(peerId) {
      if (!deps.isRunning() || isBlocked(peerId) || tables.out.get(peerId) || !dialers.out.isFree(peerId)) return;
      dialers.out.callBack(peerId, deps.addressesOf(peerId));
    },
    current: (peerId, direction) => tables[direction].get(peerId),
    heard(peerId) {
      dialers.in.reset(peerId);
      dialers.out.reset(peerId);
    },
    subscribe: (listener) => events.subscribe(listener),
    admit,
    closePeer(peerId, reason) {
      for (const dialer of Object.values(dialers)) dialer.giveUp(peerId, reason);
      for (const session of all()) if (session.peerId === peerId) session.close(reason);
    },
    unmute(peerId) {
      for (const table of Object.values(muted)) table.get(peerId)?.close('idle');
    },
    stop() {
      for (const dialer of Object.values(dialers)) dialer.giveUpAll('stopped');
      for (const session of [...all(), ...muted.in.list(), ...muted.out.list()]) session.close('leaving');
    },
  };

  function dialerOf(direction: DataDirection, purpose: DataPurpose): Dialer {
    return createDialer(
      {
        ...deps,
        current: tables[direction].get,
        onStream: (stream, onFailed) => enter(stream, onFailed, purpose),
        onFailed: () => undefined,
        onUnanswered: () => undefined,
      },
      options,
    );
  }

  function enter(stream: SecureStream, onFailed: (reason: string) => void, purpose: DataPurpose): void {
    deps.onStream(pending.enter(stream, onFailed, purpose).gone);
  }

  function all(): readonly RunningSession[] {
    return [...pending.list(), ...tables.in.list(), ...tables.out.list()];
  }

  function admit(session: RunningSession): SessionEvents | undefined {
    const direction = directionOf(session);
    // A later version may open connections for something else.
    if (direction === undefined || !session.hasFiles) {
      session.close('unexpected');
      return undefined;
    }
    if (isBlocked(session.peerId)) return admitMuted(session, muted[direction]);
    const table = tables[direction];
    if (!table.hasPlaceFor(session)) return undefined;
    return {
      onOpened() {
        table.take(session)?.close('duplicate');
        dialers[direction].reached(session);
        events.emit({ type: 'opened', direction, session });
      },
      onFrame(frame) {
        if (isFileDataFrame(frame)) events.emit({ type: 'frame', direction, session, frame });
        else session.close('unexpected');
      },
      onDrained: () => events.emit({ type: 'drained', direction, session }),
      onClosed() {
        table.leave(session);
        events.emit({ type: 'closed', direction, session });
      },
    };
  }
}

/** Receives the frames of a blocked peer and discards them (rule SESS-12). */
function admitMuted(session: RunningSession, table: SessionTable): SessionEvents | undefined {
  if (!table.hasPlaceFor(session)) return undefined;
  return {
    onOpened: () => table.take(session)?.close('duplicate'),
    onFrame: () => undefined,
    onDrained: () => undefined,
    onClosed: () => table.leave(session),
  };
}

function directionOf({ purpose, isOutgoing }: RunningSession): DataDirection | undefined {
  if (purpose === 'pull') return isOutgoing ? 'in' : 'out';
  return purpose === 'serve' ? (isOutgoing ? 'out' : 'in') : undefined;
}
