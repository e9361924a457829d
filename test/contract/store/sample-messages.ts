/** People, rooms and messages for tests of stores: made up from a number, so that a failure can be read. */
import type { KnownPeer, MessageStore, StoredMessage } from '../../../src/main/core/messaging/ports.ts';

export const self = 's'.repeat(52);
export const ana = 'a'.repeat(52);
export const ben = 'b'.repeat(52);
export const mallory = 'm'.repeat(52);

export type OutgoingDraft = Parameters<MessageStore['addOutgoing']>[0];
export type IncomingDraft = Parameters<MessageStore['addIncoming']>[0];

/** The same for the same number. */
export function messageId(number: number): string {
  return `0190a0b1-${number.toString(16).padStart(4, '0').slice(-4)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function outgoing(number: number, to: string, text = `message ${number}`): OutgoingDraft {
  return { messageId: messageId(number), conversation: to, from: self, fromName: 'Me', text, sentAtMs: 1_000 + number };
}

export function incoming(number: number, from: string, changes: Partial<IncomingDraft> = {}): IncomingDraft {
  return {
    messageId: messageId(number),
    conversation: from,
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

export function person(peerId: string): KnownPeer {
  return { peerId, name: 'Somebody', nameSinceMs: 3, firstSeenMs: 1, lastSeenMs: 2, verified: false, blocked: false };
}
