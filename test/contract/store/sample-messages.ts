/**
 * People, rooms and messages for store tests, derived from a number, so that failures are readable.
 */
import { conversationOf, conversationOfRoom, type ConversationId, type PeerId } from '../../../src/shared/lib/ids.ts';
import { conversationWith } from '../../fakes/conversation-with.ts';
import type { Contact, MessageStore, StoredMessage } from '../../../src/main/core/messaging/ports.ts';

export const self: PeerId = 's'.repeat(52);
export const ana: PeerId = 'a'.repeat(52);
export const ben: PeerId = 'b'.repeat(52);
export const mallory: PeerId = 'm'.repeat(52);
export const everyone = conversationOfRoom('everyone');
export const [withAna, withBen, withMallory] = [conversationOf(ana), conversationOf(ben), conversationOf(mallory)] as const;

export type OutgoingDraft = Parameters<MessageStore['addOutgoing']>[0];
export type IncomingDraft = Parameters<MessageStore['addIncoming']>[0];

/** Equal for equal numbers. */
export function messageId(number: number): string {
  return `0190a0b1-${number.toString(16).padStart(4, '0').slice(-4)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function outgoing(number: number, to: PeerId | ConversationId, text = `message ${number}`): OutgoingDraft {
  return {
    messageId: messageId(number),
    conversation: conversationWith(to),
    from: self,
    fromName: 'Me',
    text,
    sentAtMs: 1_000 + number,
  };
}

export function incoming(number: number, from: PeerId, changes: Partial<IncomingDraft> = {}): IncomingDraft {
  return {
    messageId: messageId(number),
    conversation: conversationOf(from),
    from,
    fromName: 'Name of then',
    sequence: number,
    text: `message ${number}`,
    sentAtMs: 1_000 + number,
    receivedAtMs: 2_000 + number,
    ...changes,
  };
}

export function texts(messages: Iterable<StoredMessage>): readonly string[] {
  return Array.from(messages, ({ text }) => text);
}

export function person(peerId: string): Contact {
  return { peerId, name: 'Somebody', nameSinceMs: 3, firstSeenMs: 1, lastSeenMs: 2, verified: false, blocked: false };
}
