/**
 * The objects of the automation interface: PEER, MESSAGE, the events and the refusals of
 * docs/AUTOMATION.md. They are stable to the letter. So nothing is spread or passed through: the
 * code writes every object key by key.
 */
import { conversationOfRoom, peerOfConversation, shortNameOf, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Diagnostics, Finding } from '../../../../shared/contract/diagnostics.ts';
import type { Health } from '../../../../shared/contract/health.ts';
import type { Peer } from '../../../../shared/contract/presence.ts';
import type { Room } from '../../../../shared/contract/rooms.ts';
import type { SettingStates } from '../../../../shared/contract/settings.ts';
import { describeFinding, describeHealth, type Described } from '../../../../shared/text/messages/describe-problem.ts';
import { describeNotification } from '../../../../shared/text/notification-text.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { ResolvedContact } from '../../../core/contacts/resolve-contact.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import type { ShownTransfer } from '../../../core/transfers/transfers.ts';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import { isRoomMessage, type RoomCounters, type RoomMessage, type Rooms } from '../../../core/rooms/rooms.ts';
import type { AutomationCommand, CommandId } from './automation-command.ts';

export type AutomationObject = Readonly<Record<string, unknown>>;

/** @returns undefined for an event that scripts do not get */
export function eventObject(event: HallwayEvent, hallway: Pick<Hallway, 'profile'>): AutomationObject | undefined {
  switch (event.type) {
    case 'ready': {
      const { peerId, name } = hallway.profile.self();
      const interfaces = event.interfaces.map((bound) => ({ name: bound.name, address: bound.address }));
      return { event: 'ready', peerId, name, tcpPort: event.tcpPort, unicastPort: event.unicastPort, interfaces };
    }
    case 'peer-joined':
    case 'peer-updated':
      return { event: event.type, peer: peerObject(event.peer) };
    case 'peer-left':
      return { event: 'peer-left', peerId: event.departed.peerId, name: event.departed.name, reason: event.departed.reason };
    case 'message':
      return { event: 'message', message: messageObject(event.message, hallway.profile.self().peerId) };
    case 'delivery':
      return { event: 'delivery', messageId: event.messageId, state: event.state };
    case 'health-changed':
      return healthEvent(event.health);
    case 'room-changed':
      return event.room.isJoined || event.room.private ? roomEvent(event.room) : undefined;
    case 'notification': {
      const { conversation, count } = event.notification;
      const { title, body } = describeNotification(event.notification);
      return { event: 'notification', conversation: shortNameOf(conversation), title, body, count };
    }
    case 'transfer':
      return { event: 'transfer', ...transferObject(event.transfer) };
    case 'notification-cleared':
    case 'badge-changed':
    case 'room-gone':
    case 'room-kept':
    case 'room-notice':
    case 'peer-seen':
    case 'peer-forgotten':
    case 'self-changed':
    case 'settings-changed':
    case 'written':
    case 'typing':
    case 'conversation-changed':
    case 'marks-changed':
    case 'store-problem':
    case 'strangers-wait':
    case 'strangers-flood':
      return undefined;
  }
}

export function peerObject(peer: Peer): AutomationObject {
  return {
    peerId: peer.peerId,
    name: peer.name,
    host: peer.host,
    status: peer.status,
    note: peer.note,
    addresses: peer.addresses,
    presence: peer.presence,
    lastSeenMs: peer.lastSeenMs,
    verified: peer.verified,
  };
}

/** The members are the others that are here. */
export function roomEvent({ conversation, members, topic, private: closed }: Room): AutomationObject {
  return { event: 'room', room: shortNameOf(conversation), members, topic, ...privateFields(closed) };
}

export function roomObject({ conversation, members, topic, private: closed }: Room, unread: number): AutomationObject {
  return { room: shortNameOf(conversation), members, topic, unread, ...privateFields(closed) };
}

function privateFields(closed: Room['private']): AutomationObject {
  if (!closed) return {};
  const { title, standing, by, creator, admins, people } = closed;
  return { private: { title, standing, by, creator, admins, people } };
}

/** MESSAGE. Only our own messages have a `state`, and only those of rooms `late` and `ahead`. */
export function messageObject(message: StoredMessage | RoomMessage, ownPeerId: PeerId): AutomationObject {
  const { messageId, from, fromName, conversation, text, sentAtMs, receivedAtMs, state } = message;
  const isToUs = from !== ownPeerId && peerOfConversation(conversation) !== undefined;
  const to = isToUs ? ownPeerId : shortNameOf(conversation);
  const ofRoom = isRoomMessage(message) && { late: message.late, ahead: message.ahead };
  return { messageId, from, fromName, to, text, sentAtMs, receivedAtMs, ...(state && { state }), ...ofRoom };
}

/**
 * An exported message, with everything known about it.
 *
 * @param conversationName the contact's name now, if known
 */
export function exportedMessageObject(message: StoredMessage, conversationName: string | undefined): AutomationObject {
  const { position, messageId, conversation, from, fromName, sequence, text, sentAtMs, receivedAtMs, state } = message;
  return {
    position,
    messageId,
    conversation: shortNameOf(conversation),
    ...(conversationName !== undefined && { conversationName }),
    from,
    fromName,
    sequence,
    text,
    sentAtMs,
    receivedAtMs,
    ...(state && { state }),
  };
}

/** Every setting by its key. */
export function settingsObject(states: SettingStates): AutomationObject {
  return Object.fromEntries(
    Object.entries(states).map(([key, { value, default: usual, locked }]) => [key, { value, default: usual, locked }]),
  );
}

/** TRANSFER. `code` says why it waits, failed or was cancelled. */
export function transferObject(transfer: ShownTransfer): AutomationObject {
  const { transferId, conversation, from, state, offer, doneBytes, paths, code, keptBy } = transfer;
  return {
    transferId,
    conversation: shortNameOf(conversation),
    from,
    state,
    files: offer.files.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    totalBytes: offer.totalBytes,
    doneBytes,
    paths,
    ...(code !== undefined && { code }),
    ...(keptBy !== undefined && { haveIt: { count: keptBy.count, of: keptBy.of } }),
  };
}

export function healthEvent(health: readonly Health[]): AutomationObject {
  return { event: 'health', health: health.map(healthObject) };
}

function healthObject({ code, severity, values, sinceMs }: Health): Omit<Health, 'values'> & Described {
  const { title, remedy } = describeHealth({ code, values });
  return { code, severity, title, remedy, sinceMs };
}

export function findingObject({ code, severity, values }: Finding): Omit<Finding, 'values'> & Described {
  const { title, remedy } = describeFinding({ code, values });
  return { code, severity, title, remedy };
}

/** The contract's counters and states, with the sentences of health. */
export function diagnosticsObject(
  diagnostics: Diagnostics,
  rooms: Rooms | undefined,
): Omit<Diagnostics, 'health'> & { readonly health: readonly ReturnType<typeof healthObject>[] } {
  const ofRooms = rooms && { rooms: roomCountersObject(rooms.counters()) };
  return { ...diagnostics, health: diagnostics.health.map(healthObject), ...ofRooms };
}

/** Every key begins with `#` or `&`, so no name of a room is a name that objects have anyway. */
function roomCountersObject(counters: ReadonlyMap<string, RoomCounters>): AutomationObject {
  return Object.fromEntries(
    [...counters].map(
      ([name, { logs, messages, askedFor, repairedByMulticast, repairedByUnicast, pulled, relayed, missing }]) => [
        shortNameOf(conversationOfRoom(name)),
        { logs, messages, askedFor, repairedByMulticast, repairedByUnicast, pulled, relayed, missing },
      ],
    ),
  );
}

export function errorEvent(code: string, message: string): AutomationObject {
  return { event: 'error', code, message };
}

/** A refusal: a code for programs, a sentence for people. docs/AUTOMATION.md lists the codes. */
export function refusal(id: CommandId, code: string, message: string): AutomationObject {
  return { reply: id, ok: false, code, message };
}

/** Describes a refusal of the core, which has a code and values. */
export function refused(id: CommandId, { code, values }: Refusal): AutomationObject {
  return refusal(id, code, describeRefusal({ code, values }));
}

/** The reply to a client that may not use the command. */
export function notAvailable({ id, cmd }: AutomationCommand): AutomationObject {
  return refusal(id, 'not-available', say('automation.not-here', { command: cmd }));
}

export function unknownMessage(id: CommandId): AutomationObject {
  return refusal(id, 'unknown-message', say('automation.no-message'));
}

export function unresolved(
  id: CommandId,
  { code, values, candidates }: Extract<ResolvedContact, { ok: false }>,
): AutomationObject {
  const message = describeRefusal({ code, values });
  if (candidates.length === 0) return refusal(id, code, message);
  const listed = candidates.map(({ peerId, name, isHere }) => ({ peerId, name, here: isHere }));
  const named = candidates.map(({ peerId, isHere }) => say('automation.candidate', { peerId, where: isHere ? 'here' : 'away' }));
  return {
    reply: id,
    ok: false,
    code,
    message: say('automation.candidates', { refusal: message, candidates: named.join(', ') }),
    candidates: listed,
  };
}
