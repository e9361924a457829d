/**
 * Messages with their sessions: opens sessions to online peers, delivers over them, and follows the
 * decisions of the user about a contact. messaging.ts stores, sends and receives messages;
 * session-manager/ opens and keeps sessions.
 */
import { maxNameBytes } from '../../../shared/contract/profile.ts';
import type { GetSetting } from '../../../shared/contract/settings.ts';
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { cleanText } from '../../../shared/text/clean-text.ts';
import { logListenerErrors } from '../lib/listener-errors.ts';
import {
  isPrivateFrame,
  isRoomFrame,
  isTransferFrame,
  type PrivateFrame,
  type RoomFrame,
  type TransferFrame,
} from './wire/frames.ts';
import { supervise, type Restart } from '../lib/supervise.ts';
import type { Clock, Endpoint, Log, Random, SessionProof } from '../ports.ts';
import { createMessaging, type Messaging } from './messaging.ts';
import type { MessageStore, SecureTransport, StoredMessage, Offer } from './ports.ts';
import type { AskToCall } from './session-manager/call-backs.ts';
import type { DataSessions } from './session-manager/data-sessions.ts';
import type { DialFailure } from './session-manager/dialer.ts';
import { createSessions, type SessionCounters, type Sessions } from './session-manager/session-manager.ts';

/** The ports of messages beside those of the core. */
export interface MessagingPorts {
  readonly transport: SecureTransport;
  readonly store: MessageStore;
  /** Present where a team key is used. */
  readonly proof?: SessionProof;
}

/** The messages as hosts see them. */
export type MessagesArea = Omit<Messaging, 'peerAppeared' | 'close'>;

/** Sessions as rooms use them. */
export interface RoomSessions {
  /** @returns false if there is no session that takes frames of rooms */
  send(peerId: PeerId, frame: RoomFrame | PrivateFrame): boolean;
  /** Opens a session, unless one is open. @returns whether it takes frames of rooms */
  open(peerId: PeerId): Promise<boolean>;
  close(peerId: PeerId, reason: 'unexpected'): void;
  subscribe(listener: RoomSessionListener): Unsubscribe;
}

export interface RoomSessionListener {
  onFrame?(peerId: PeerId, frame: RoomFrame): void;
  onPrivateFrame?(peerId: PeerId, frame: PrivateFrame): void;
  onOpened?(peerId: PeerId): void;
  onClosed(peerId: PeerId): void;
  /** A session ended, and another one with that peer is open: what was sent may be lost. */
  onReplaced?(peerId: PeerId): void;
}

/** Sessions as transfers use them. */
export interface TransferSessions {
  /** @returns false if there is no session that takes frames of transfers */
  send(peerId: PeerId, frame: TransferFrame): boolean;
  /** Opens a session, unless one is open. @returns whether it takes frames of transfers */
  open(peerId: PeerId): Promise<boolean>;
  readonly data: DataSessions;
  subscribe(listener: { onFrame(peerId: PeerId, frame: TransferFrame): void; onOpened(peerId: PeerId): void }): Unsubscribe;
}

export interface Messages extends Pick<Sessions, 'mayCallBack' | 'callBack'> {
  readonly area: MessagesArea;
  /**
   * Accepts sessions and delivers.
   *
   * @returns its end, once sessions are accepted or cannot be
   */
  start(): Promise<() => Promise<void>>;
  /** The port that accepts sessions, for the announcement; 0 while none does. */
  tcpPort(): number;
  counters(): SessionCounters;
  readonly roomSessions: RoomSessions;
  readonly transferSessions: TransferSessions;
}

interface Deps extends MessagingPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly ownPeerId: PeerId;
  readonly ownName: () => string;
  /** The peers that are online: presence knows them. */
  readonly online: {
    has(peerId: PeerId): boolean;
    list(): readonly PeerId[];
    sessionEndpointsOf(peerId: PeerId): readonly Endpoint[];
    isAt(address: string): boolean;
    onAppear(listener: (peerId: PeerId) => void): Unsubscribe;
  };
  /** The decisions of the user about a contact, and a note of each peer that writes. */
  readonly contacts: {
    isVerified(peerId: PeerId): boolean;
    isBlocked(peerId: PeerId): boolean;
    subscribe(listener: (peerId: PeerId) => void): Unsubscribe;
    wrote(peerId: PeerId, name: string): void;
    wroteTo(peerId: PeerId): void;
  };
  readonly getSetting: GetSetting;
  /** Whether this node understands offers of files. */
  readonly takesFiles?: boolean | undefined;
  /** Where the files that messages offer are remembered. Absent: nowhere. */
  readonly offerOf?: ((messageId: MessageId) => Offer | undefined) | undefined;
  readonly keepOffer?: ((message: StoredMessage, offer: Offer) => void) | undefined;
  readonly askToCall: AskToCall;
  /** A session that a message waits for could not be opened. */
  readonly onDialFailed: (peerId: PeerId, failure: DialFailure) => void;
  /** A session with that peer ended because nothing answered our messages. */
  readonly onStalled: (peerId: PeerId) => void;
  /** A session with that peer is open. */
  readonly onReached: (peerId: PeerId) => void;
  /** That peer acknowledged messages of ours. */
  readonly onAnswered: (peerId: PeerId) => void;
  /** `tcpPort` changed: the announcement must say so. */
  readonly onPortChange: () => void;
}

export function createMessages(deps: Deps): Messages {
  const { online, contacts } = deps;
  const onListenerError = logListenerErrors(deps.log);
  const sessions = createSessions({
    ...deps,
    onListenerError,
    addressesOf: online.sessionEndpointsOf,
    isHereAt: online.isAt,
    isBlocked: contacts.isBlocked,
  });
  const messaging = createMessaging({
    ...deps,
    onListenerError,
    sessions,
    isHere: online.has,
    here: online.list,
    isBlocked: contacts.isBlocked,
    isVerified: contacts.isVerified,
    cleanName: (name) => cleanText(name, maxNameBytes),
    onWriter: contacts.wrote,
    onRecipient: contacts.wroteTo,
  });
  const undo = [
    sessions.subscribe((event) => {
      if (event.type === 'opened') deps.onReached(event.peerId);
      if (event.type === 'frame' && event.frame.type === 'ack') deps.onAnswered(event.peerId);
    }),
    online.onAppear((peerId) => {
      sessions.heard(peerId);
      messaging.peerAppeared(peerId);
    }),
    contacts.subscribe((peerId) => {
      sessions.decided(peerId);
      if (!contacts.isBlocked(peerId)) messaging.peerAppeared(peerId);
    }),
  ];

  return {
    area: messaging,
    start() {
      const stopping = new AbortController();
      return new Promise((resolve) => {
        const ended = run(stopping.signal, () =>
          resolve(() => {
            stopping.abort();
            return ended;
          }),
        );
      });
    },
    tcpPort: () => sessions.tcpPort(),
    mayCallBack: sessions.mayCallBack,
    callBack: sessions.callBack,
    counters: () => sessions.counters(),
    roomSessions: createRoomSessions(sessions),
    transferSessions: createTransferSessions(sessions),
  };

  async function run(signal: AbortSignal, ready: () => void): Promise<void> {
    const onReady = (): void => {
      deps.onPortChange();
      ready();
    };
    const onRestart = (restart: Restart): void => {
      deps.log.write('warning', 'sessions are restarted', { service: restart.service, cause: String(restart.error) });
      // Presence must not wait for sessions: it shows peers even while no session can be opened.
      onReady();
    };
    await supervise([sessions], { ...deps, onRestart, onReady }, signal);
    for (const stop of undo) stop();
    messaging.close();
  }
}

function createRoomSessions(sessions: Sessions): RoomSessions {
  return {
    send(peerId, frame) {
      const session = sessions.current(peerId);
      if (!session?.hasRooms) return false;
      session.send(frame);
      return true;
    },
    async open(peerId) {
      const result = await sessions.sessionFor(peerId, 'rooms');
      return result.ok && result.session.hasRooms;
    },
    close: (peerId, reason) => sessions.current(peerId)?.close(reason),
    subscribe: ({ onFrame, onPrivateFrame, onOpened, onClosed, onReplaced }) =>
      sessions.subscribe((event) => {
        if (event.type === 'opened') onOpened?.(event.peerId);
        if (event.type === 'closed' && !sessions.current(event.peerId)) onClosed(event.peerId);
        else if (event.type === 'closed') onReplaced?.(event.peerId);
        if (event.type === 'frame' && isRoomFrame(event.frame)) onFrame?.(event.peerId, event.frame);
        if (event.type === 'frame' && isPrivateFrame(event.frame)) onPrivateFrame?.(event.peerId, event.frame);
      }),
  };
}

function createTransferSessions(sessions: Sessions): TransferSessions {
  return {
    send(peerId, frame) {
      const session = sessions.current(peerId);
      if (!session?.hasFiles) return false;
      session.send(frame);
      return true;
    },
    async open(peerId) {
      const result = await sessions.sessionFor(peerId, 'rooms');
      return result.ok && result.session.hasFiles;
    },
    data: sessions.data,
    subscribe: ({ onFrame, onOpened }) =>
      sessions.subscribe((event) => {
        if (event.type === 'opened' && event.session.hasFiles) onOpened(event.peerId);
        if (event.type === 'frame' && isTransferFrame(event.frame)) onFrame(event.peerId, event.frame);
      }),
  };
}
