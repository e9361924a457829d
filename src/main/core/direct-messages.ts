/**
 * Talking to people: wires sessions, delivery and the store to who is here. What presence is to the list, this is to the conversation; the
 * parts know nothing of one another but through here.
 */
import { maxNameBytes } from '../../shared/contract/profile.ts';
import { createAcquaintances, type Acquaintances } from './contacts/contact-book.ts';
import { logListenerErrors } from './lib/listener-errors.ts';
import { createMessaging, type Messaging } from './messaging/messaging.ts';
import type { MessageStore, SecureTransport } from './messaging/ports.ts';
import { createSessions, type SessionCounters } from './messaging/session-manager/session-manager.ts';
import { shownName } from './contacts/peer-view.ts';
import { createPeople, type People } from './contacts/resolve-contact.ts';
import type { Clock, Endpoint, Hash, Log, Random, SessionProof } from './ports.ts';
import { cleanText, type PeerRecord, type Presence } from './presence/index.ts';
import { supervise, type Restart } from './lib/supervise.ts';

/** What talking needs beside the core's ports. */
export interface TalkPorts {
  readonly transport: SecureTransport;
  readonly store: MessageStore;
  /** Present where a team key is used. */
  readonly proof?: SessionProof;
}

export interface Talk {
  /** Accepts sessions and delivers until the signal aborts. @param ready called once sessions can be accepted, or cannot */
  run(signal: AbortSignal, ready: () => void): Promise<void>;
  /** For the announcement; 0 while no session can be accepted. */
  tcpPort(): number;
  readonly messages: Messaging;
  readonly people: People;
  readonly acquaintances: Acquaintances;
  counters(): SessionCounters;
}

interface Deps extends TalkPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly log: Log;
  readonly ownPeerId: string;
  readonly ownName: () => string;
  readonly registry: Pick<Presence['registry'], 'get' | 'list' | 'subscribe'>;
  readonly readReceipts: () => boolean;
  /** The port of sessions changed: the announcement says another one now. */
  readonly onPortChange: () => void;
}

export function createTalk(deps: Deps): Talk {
  const { registry } = deps;
  const acquaintances = createAcquaintances(deps);
  const onListenerError = logListenerErrors(deps.log);
  const sessions = createSessions({
    ...deps,
    onListenerError,
    addressesOf: (peerId) => sessionEndpoints(registry.get(peerId)),
    isBlocked: acquaintances.isBlocked,
  });
  const messages = createMessaging({
    ...deps,
    onListenerError,
    sessions,
    isHere: (peerId) => registry.get(peerId) !== undefined,
    here: () => registry.list().map(({ peerId }) => peerId),
    isBlocked: acquaintances.isBlocked,
    isVerified: acquaintances.isVerified,
    cleanName: (name) => cleanText(name, maxNameBytes),
    onWriter: wrote,
  });
  const people = createPeople({ ...deps, acquaintances, here: () => registry.list() });
  const undo = [
    registry.subscribe((event) => {
      if (event.type === 'joined' || event.type === 'updated') appeared(event.record);
      if (event.type === 'left') acquaintances.left(event.departed.record.peerId, event.departed.record.lastSeenMs);
    }),
    acquaintances.subscribe((peerId) => {
      if (acquaintances.isBlocked(peerId)) sessions.cut(peerId);
      else messages.peerAppeared(peerId);
    }),
  ];

  return {
    async run(signal, ready) {
      const onReady = (): void => {
        deps.onPortChange();
        ready();
      };
      const onRestart = (restart: Restart): void => {
        deps.log.write('warning', 'sessions are restarted', { service: restart.service, cause: String(restart.error) });
        // Presence must not wait for sessions: people are seen, even when nobody can be talked to.
        onReady();
      };
      await supervise([sessions], { ...deps, onRestart, onReady }, signal);
      for (const stop of undo) stop();
      messages.close();
    },
    tcpPort: () => sessions.tcpPort(),
    messages,
    people,
    acquaintances,
    counters: () => sessions.counters(),
  };

  /** Who is never heard may write all the same, and must be warned of and blocked like anybody. Who is here says by beacons what it is called. */
  function wrote(peerId: string, name: string): void {
    if (!registry.get(peerId)) acquaintances.met(peerId, shownName({ name, host: '' }));
  }

  function appeared({ peerId, announcement }: PeerRecord): void {
    acquaintances.met(peerId, shownName(announcement));
    sessions.heard(peerId);
    messages.peerAppeared(peerId);
  }
}

/** Where a peer accepts sessions: the address that it was heard from last comes first. */
function sessionEndpoints(record: PeerRecord | undefined): readonly Endpoint[] {
  if (!record || record.announcement.tcpPort === 0) return [];
  const { tcpPort: port } = record.announcement;
  const others = record.addresses.filter(({ address }) => address !== record.lastAddress.address);
  return [record.lastAddress, ...others].map(({ family, address }) => ({ family, address, port }));
}
