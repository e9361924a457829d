/**
 * The core of Hallway. Read this first. createHallway() makes the areas (presence, profile,
 * contacts, messages and so on). It connects them with the ports and with each other, and hands
 * them to the hosts (desktop, browser, terminal). Each area has its own folder.
 */
import { createEmitter } from '../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import { createContacts, type Contacts, type ContactsArea } from './contacts/contacts.ts';
import { isFamiliarTo } from './contacts/familiar.ts';
import type { AutoAwayArea } from './away/auto-away.ts';
import { createDiagnostics, type DiagnosticsArea } from './diagnostics/diagnostics.ts';
import type { DraftsArea } from './drafts/drafts.ts';
import { createDraftsArea } from './drafts/drafts-area.ts';
import type { HallwayEvent } from './events.ts';
import { createHealthBoard, type HealthArea, type HealthBoard } from './health/health-board.ts';
import { createConnectionHealth } from './health/connection-health.ts';
import { followMessageHealth, showStoreProblem } from './health/message-health.ts';
import { createDeliveryHealth } from './health/delivery-health.ts';
import { createNetworkHealth } from './health/network-health.ts';
import { createRoomHealth, type RoomHealth } from './health/room-health.ts';
import { logListenerErrors } from './lib/listener-errors.ts';
import type { Service } from './lib/supervise.ts';
import { createMarks, type MarksArea } from './marks/marks.ts';
import { createMessages, type Messages, type MessagesArea, type MessagingPorts } from './messaging/messages.ts';
import type { StoreProblem } from './messaging/ports.ts';
import { createNetwork, type NetworkArea } from './network/network-settings.ts';
import { createMentions, type MentionsArea } from './notifications/mentions.ts';
import { createNotifications, type NotificationsArea } from './notifications/notifications.ts';
import type { Ports } from './ports.ts';
import {
  createOnlinePeers,
  createPresence,
  createPresenceArea,
  defaultPresenceOptions,
  formatEndpoint,
  type Presence,
  type PresenceArea,
  type PresenceOptions,
  type RoomListener,
} from './presence/index.ts';
import { defaultName } from './profile/own-profile.ts';
import { createProfile, type ProfileArea } from './profile/profile.ts';
import type { HistoryStore } from './rooms/ports.ts';
import { createTransfersArea } from './transfers/transfers-area.ts';
import type { Transfers, TransfersArea } from './transfers/transfers.ts';
import type { TransferDisk } from './transfers/ports.ts';
import { createRoomsArea, type RoomsArea } from './rooms/rooms-area.ts';
import type { Rooms } from './rooms/rooms.ts';
import { createSettings, type SettingsArea, type SettingsOptions } from './settings/settings.ts';

export type { HallwayEvent } from './events.ts';

/** The ports of messages, with a store that holds rooms too. */
export interface NodeMessagingPorts extends MessagingPorts {
  readonly store: HistoryStore;
  /** Absent: the node neither offers nor fetches files. */
  readonly disk?: TransferDisk | undefined;
}

export interface HallwayOptions {
  /** The account name: our name until the user chooses one. */
  readonly name: string;
  readonly host: string;
  /** Of the program, which peers see. Absent means that it says none. */
  readonly version?: string;
  /**
   * Start time in milliseconds since 1970, strictly greater than at any earlier start of this
   * profile.
   */
  readonly incarnation: number;
  /** When the program was built, in milliseconds since 1970. Absent means unknown. */
  readonly builtMs?: number;
  /** Settings that the user chose, in this run and in earlier ones. */
  readonly settings?: Omit<SettingsOptions, 'defaults'>;
  /** Overrides of presence/options.ts, such as `interfaces`, `group` or `port`. */
  readonly presence?: Partial<PresenceOptions>;
}

/** The areas, each with its state, its commands and its events. */
export interface Hallway extends Service {
  readonly presence: PresenceArea;
  readonly settings: SettingsArea;
  readonly profile: ProfileArea;
  readonly network: NetworkArea;
  readonly health: HealthArea;
  readonly diagnostics: DiagnosticsArea;
  /** Undefined if this node has no store and no transport. */
  readonly messages: MessagesArea | undefined;
  /** Undefined if `messages` is. */
  readonly contacts: ContactsArea | undefined;
  /** Undefined if this node has no rooms, as without `messages`. */
  readonly rooms: Rooms | undefined;
  /** Pinned and archived conversations. Undefined if `messages` is. */
  readonly marks: MarksArea | undefined;
  /** Messages of rooms that mention the user. */
  readonly mentions: MentionsArea;
  /** Undefined if `messages` is, or if this node has no disk for files. */
  readonly transfers: TransfersArea | undefined;
  /** Undefined if `messages` is. Its changes are no events of the node. */
  readonly drafts: DraftsArea | undefined;
  /** Undefined if `messages` is. */
  readonly notifications: NotificationsArea | undefined;
  /** Whether the user sits before this computer. */
  readonly away: AutoAwayArea;
  /** Emits the events of all areas, in the order in which they happen. */
  subscribe(listener: (event: HallwayEvent) => void): Unsubscribe;
}

/** A node without rooms says nothing of them. */
const noRooms = { roomDigest: new Uint8Array(8), tops: [], clockSeconds: 0, rooms: [] } as const;
/** Flag 1 of the announcement: this node is passive. */
const passiveFlag = 1;

/** @param messagingPorts if absent, the node has presence alone, without messages and contacts */
export function createHallway(ports: Ports, options: HallwayOptions, messagingPorts?: NodeMessagingPorts): Hallway {
  const onListenerError = logListenerErrors(ports.log);
  const ownPeerId = ports.identity.peerId;
  const checks = {
    name: (name: string) => profile.refusalOf(name),
    manualAddresses: (addresses: readonly string[]) => network.refusalOf(addresses),
  };
  const settings = createSettings(
    { ...ports, onListenerError, checks },
    { ...options.settings, defaults: { name: defaultName(options.name, options.host) } },
  );
  const late = { ...ports, onListenerError, settings, presence: () => presence };
  const health = createHealthBoard({ ...ports, onListenerError });
  const network = createNetwork(late);
  const profile = createProfile({ ...late, ownPeerId }, options);

  const presenceOptions = {
    ...defaultPresenceOptions,
    // Of this run: a change waits for the next start, since peers on the old port would be lost at once.
    port: settings.get('port') ?? defaultPresenceOptions.port,
    hops: settings.get('multicastTtl'),
    ...options.presence,
    ...network.choices,
  };
  const presence = createPresence(
    {
      ports,
      incarnation: options.incarnation,
      announcement: () => ({
        ...profile.announced(),
        tcpPort: tcpPort(),
        flags: presenceOptions.isPassive() ? passiveFlag : 0,
        ...(rooms?.told() ?? noRooms),
      }),
      onReady() {
        networkHealth.ready();
        peers.ready();
      },
      onRestart: (restart) => networkHealth.restarted(restart),
      onAddressesChange() {
        networkHealth.review();
        profile.refresh();
      },
      onHeard: () => networkHealth.heard(),
      onStall: (lateMs) => networkHealth.stalled(lateMs),
      onOwnKeyHeard: ({ source }) => networkHealth.ownKeyHeard(formatEndpoint(source)),
      rooms: messagingPorts && forwardTo(() => rooms?.listener),
      mayCallBack: (peerId) => messages?.mayCallBack(peerId) ?? false,
      onCallProved: (peerId, { address }) => messages?.callBack(peerId, address),
    },
    presenceOptions,
  );

  // The order matters, since each of these follows the registry. Contacts must know a peer before
  // messages and hosts do.
  const contacts =
    messagingPorts &&
    createContacts({
      ...{ ...ports, ...messagingPorts, ownPeerId, registry: presence.registry },
      onForgetting: (isMany) => (isMany ? health.raise('newcomers-forgotten') : health.clear('newcomers-forgotten')),
    });
  const deliveryHealth = createDeliveryHealth({ ...ports, health, registry: presence.registry, tcpPort });
  const online = createOnlinePeers({ ...ports, registry: presence.registry });
  const messages: Messages | undefined =
    messagingPorts &&
    contacts &&
    createMessages({
      ...{ ...ports, ...messagingPorts, contacts, ownPeerId, ownName: profile.name },
      ...{ online, getSetting: settings.get, takesFiles: messagingPorts.disk !== undefined },
      offerOf: (messageId) => transfers?.offerOf(messageId),
      keepOffer: (message, offer) => transfers?.keepOffer(message, offer),
      onPortChange: () => presence.announceChange(),
      askToCall: presence.askToCall,
      ...{ onDialFailed: deliveryHealth.failed, onStalled: deliveryHealth.stalled },
      ...{ onReached: deliveryHealth.reached, onAnswered: deliveryHealth.answered },
    });
  const rooms =
    messagingPorts &&
    contacts &&
    messages &&
    connectRooms({
      ...{ ports, store: messagingPorts.store, contacts, messages, presence, health, settings, onListenerError, tcpPort },
      ...{ ownName: profile.name, builtMs: options.builtMs ?? 0, port: presenceOptions.port, offers: () => transfers },
    });
  const marks =
    messages && messagingPorts && createMarks({ ...late, ...messagingPorts, messages: messages.area, rooms: rooms?.area });
  const ofUser = { ...late, ownPeerId, profile: profile.current, rooms: rooms?.area, marks };
  const mentions = createMentions({ ...ofUser, ownName: profile.name });
  const onStoreProblem = (code: StoreProblem | undefined): void => showStoreProblem(health, code);
  const transfers: Transfers | undefined =
    messagingPorts?.disk &&
    contacts &&
    messages &&
    createTransfersArea({
      ...{ ...late, store: messagingPorts.store, disk: messagingPorts.disk, ownPeerId, online, onStoreProblem },
      contacts: { ...contacts, isFamiliar: isFamiliarTo(contacts, messagingPorts.store) },
      ...{ messages: messages.area, sessions: messages.transferSessions, rooms: rooms?.files, getSetting: settings.get },
    });
  const drafts = messagingPorts && createDraftsArea({ ...ports, ...messagingPorts, onStoreProblem, onListenerError });
  const peers = createPresenceArea({ presence, isVerified: (id) => contacts?.isVerified(id) ?? false, tcpPort, onListenerError });
  contacts?.subscribe(peers.decided);

  const onClockJump = (): void => presence.resume();
  const networkHealth = createNetworkHealth({ ...ports, health, presence, onClockJump }, presenceOptions);
  if (messages) followMessageHealth(messages.area, health);
  const connectionHealth = messages && createConnectionHealth({ ...ports, health, counters: messages.counters });
  const diagnostics = createDiagnostics({
    ...{ ...ports, presence, options: presenceOptions, history: networkHealth.history, tcpPort },
    ...{ ownHost: () => profile.current().host, version: options.version },
    ...{ network: network.settings, teamKey: ports.envelope !== undefined, health: health.list },
    sessions: () => messages?.counters(),
    unheard: () => [...(rooms?.troubles.pairs() ?? [])],
  });

  const forBanners = { ...ofUser, mentions, transfers: transfers?.area };
  const notifications = contacts && messages && createNotifications({ ...forBanners, contacts, messages: messages.area });

  const events = createEmitter<HallwayEvent>(onListenerError);
  const areas = [peers.area, profile, settings, health, messages?.area, rooms?.area, notifications?.area, marks, transfers?.area];
  for (const area of areas) area?.subscribe(events.emit);
  network.callRemembered();

  return {
    name: 'hallway',
    run,
    ...{ presence: peers.area, settings, profile, network, health, diagnostics, contacts },
    ...{ messages: messages?.area, rooms: rooms?.area, transfers: transfers?.area },
    ...{ marks, mentions, drafts, notifications: notifications?.area },
    away: profile.away,
    subscribe: (listener) => events.subscribe(listener),
  };

  async function run({ signal, ready }: Parameters<Service['run']>[0]): Promise<void> {
    const undo = events.subscribe((event) => event.type === 'ready' && ready());
    // Sessions open before the first beacon, since it carries their port. They close after the
    // goodbye, so that it does not interrupt them.
    rooms?.start();
    const stopMessages = await messages?.start();
    const stopTransfers = transfers?.start();
    const services = [presence, networkHealth, deliveryHealth, rooms?.health, connectionHealth];
    await Promise.all(services.flatMap((service) => service?.run(signal) ?? []));
    await stopTransfers?.();
    await stopMessages?.();
    notifications?.close();
    marks?.close();
    rooms?.stop();
    drafts?.flush();
    contacts?.close();
    profile.close();
    undo();
  }

  function tcpPort(): number {
    return messages?.tcpPort() ?? 0;
  }
}

/** Presence begins before rooms. */
function forwardTo(listener: () => RoomListener | undefined): RoomListener {
  return {
    onBlock: (bytes, source) => listener()?.onBlock(bytes, source),
    onAsk: (peerId, ask) => listener()?.onAsk(peerId, ask),
    onHeads: (peerId, heads) => listener()?.onHeads(peerId, heads),
    onWantsBeacon: (peerId) => listener()?.onWantsBeacon(peerId),
  };
}

interface RoomParts {
  readonly ports: Ports;
  readonly store: HistoryStore;
  readonly contacts: Contacts;
  readonly messages: Messages;
  readonly presence: Presence;
  readonly ownName: () => string;
  readonly health: HealthBoard;
  readonly settings: SettingsArea;
  readonly builtMs: number;
  readonly onListenerError: (error: unknown) => void;
  readonly port: number;
  readonly tcpPort: () => number;
  readonly offers: () => Transfers | undefined;
}

function connectRooms(parts: RoomParts): RoomsArea & { readonly health: RoomHealth } {
  const { ports, store, contacts, messages, health } = parts;
  const { registry } = parts.presence;
  const roomHealth = createRoomHealth({ ...ports, ...parts, registry, troubles: () => area.troubles });
  const area = createRoomsArea({
    ...ports,
    ...parts,
    sessions: messages.roomSessions,
    contacts: {
      isBlocked: contacts.isBlocked,
      isKnown: (peerId) => contacts.get(peerId) !== undefined,
      isFamiliar: isFamiliarTo(contacts, store),
    },
    isTeam: ports.envelope !== undefined,
    onStoreProblem: (code) => showStoreProblem(health, code),
    onFork: roomHealth.keyUsedTwice,
    onDifference: roomHealth.copiesDiffer,
  });
  return { ...area, health: roomHealth };
}
