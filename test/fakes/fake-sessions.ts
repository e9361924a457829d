/**
 * Sessions that a test controls: it opens and closes them, sees the sent frames, and injects
 * received ones. No stream, no time. The real ones are in core/messaging/session-manager.
 */
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import type { PeerSessionEvent, PeerSessions } from '../../src/main/core/messaging/session-manager/peer-sessions.ts';
import type { Session, SessionEnd, SessionFrame } from '../../src/main/core/messaging/session/session.ts';

export interface FakeSession extends Session {
  readonly sent: readonly SessionFrame[];
  /** Whether `send` says that more should wait. */
  isFull: boolean;
  readonly isPaused: boolean;
  /** Why it was closed, if by us. */
  readonly closedFor: string | undefined;
}

export interface FakeSessions extends PeerSessions {
  /** Whom it was asked to open a session with, in order. */
  readonly asked: readonly string[];
  /** Opens one; if there is one, the new one takes its place. */
  connect(peerId: string): FakeSession;
  receive(peerId: string, frame: SessionFrame): void;
  drain(peerId: string): void;
  end(peerId: string, end?: SessionEnd): void;
  /** The frames of one type that were sent in the sessions with that peer, all of them. */
  sent<Type extends SessionFrame['type']>(peerId: string, type: Type): readonly (SessionFrame & { readonly type: Type })[];
}

/** @param onSend is told of every frame as it is sent */
export function createFakeSessions(onSend: (peerId: string, frame: SessionFrame) => void = () => undefined): FakeSessions {
  const events = createEmitter<PeerSessionEvent>();
  const open = new Map<string, FakeSession>();
  const asked: string[] = [];
  const endings = new Map<FakeSession, () => void>();
  const all: (readonly [peerId: string, sent: readonly SessionFrame[]])[] = [];

  function close(peerId: string, session: FakeSession | undefined, end: SessionEnd): void {
    if (!session || session.hasEnded) return;
    endings.get(session)?.();
    if (open.get(peerId) === session) open.delete(peerId);
    events.emit({ type: 'closed', peerId, end });
  }

  function createSession(peerId: string): FakeSession {
    const sent: SessionFrame[] = [];
    let hasEnded = false;
    const pauses = new Set<string>();
    let closedFor: string | undefined;
    const session: FakeSession = {
      peerId,
      remote: { family: 'ipv4', address: '10.0.0.1', port: 1 },
      isOutgoing: true,
      sent,
      isFull: false,
      ...{ hasRooms: true, hasFiles: true },
      get hasEnded() {
        return hasEnded;
      },
      get isPaused() {
        return pauses.size > 0;
      },
      get closedFor() {
        return closedFor;
      },
      send(frame) {
        if (hasEnded) return false;
        sent.push(frame);
        onSend(peerId, frame);
        return !hasEnded && !session.isFull;
      },
      pause: (listener) => void pauses.add(listener),
      resume: (listener) => void pauses.delete(listener),
      close(reason) {
        closedFor ??= reason;
        close(peerId, session, { by: 'us', reason });
      },
    };
    endings.set(session, () => void (hasEnded = true));
    all.push([peerId, sent]);
    return session;
  }

  return {
    asked,
    open(peerId) {
      if (!open.has(peerId)) asked.push(peerId);
    },
    current: (peerId) => open.get(peerId),
    subscribe: (listener) => events.subscribe(listener),
    connect(peerId) {
      const before = open.get(peerId);
      const session = createSession(peerId);
      open.set(peerId, session);
      close(peerId, before, { by: 'us', reason: 'duplicate' });
      events.emit({ type: 'opened', peerId });
      return session;
    },
    receive: (peerId, frame) => events.emit({ type: 'frame', peerId, frame }),
    drain: (peerId) => events.emit({ type: 'drained', peerId }),
    end: (peerId, end = { by: 'network', reason: 'lost' }) => close(peerId, open.get(peerId), end),
    sent: <Type extends SessionFrame['type']>(peerId: string, type: Type) =>
      all
        .flatMap(([to, frames]) => (to === peerId ? frames : []))
        .filter((frame): frame is SessionFrame & { readonly type: Type } => frame.type === type),
  };
}
