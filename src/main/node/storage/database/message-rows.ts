/**
 * The rows of the tables in message-schema.ts: ids as bytes, states as numbers, names from `party`.
 * The meaning of the rows is left to sqlite-store.ts.
 */
import type { SQLOutputValue } from 'node:sqlite';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { conversationOfShortName } from '../../../../shared/lib/ids.ts';
import { cursorAt } from '../query/cursor.ts';
import type { DeliveryState, Contact, StoredMessage } from '../../../core/messaging/ports.ts';

/** The numbers in users' files: never change one. A message moves forward in this order. */
export const stateNumbers = { queued: 1, sent: 2, delivered: 3, read: 4, failed: 5, cancelled: 6 } as const satisfies Record<
  DeliveryState,
  number
>;

export const states: Readonly<Record<number, DeliveryState>> = Object.fromEntries(
  Object.entries(stateNumbers).map(([state, number]) => [number, state as DeliveryState]),
);

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The text; as bytes if it contains NUL, where Node.js 22 would cut it. */
export const textColumn = 'CASE instr(m.text, char(0)) WHEN 0 THEN m.text ELSE CAST(m.text AS BLOB) END AS text';

/** The caller adds joins, conditions and an order. `m` is the message. */
export const selectMessages = `
  SELECT m.position, c.name AS conversation, a.name AS author, m.message_id, m.sequence, m.author_name, ${textColumn},
    m.sent_at_ms, m.received_at_ms, coalesce(o.state, m.settled) AS state`;

export const fromMessages = `
  message AS m
  JOIN party AS c ON c.party_id = m.conversation_id
  JOIN party AS a ON a.party_id = m.author_id
  LEFT JOIN outbox AS o
    ON m.settled IS NOT NULL AND o.conversation_id = m.conversation_id AND o.sequence = m.sequence AND o.position = m.position`;

export function toMessage(row: Row): StoredMessage {
  const state = states[Number(row['state'])];
  const position = Number(row['position']);
  return {
    messageId: fromStoredId(row['message_id']),
    conversation: conversationOfShortName(String(row['conversation'])),
    from: String(row['author']),
    fromName: String(row['author_name']),
    sequence: Number(row['sequence']),
    text: toText(row['text']),
    sentAtMs: Number(row['sent_at_ms']),
    receivedAtMs: Number(row['received_at_ms']),
    position,
    cursor: cursorAt(position),
    ...(state === undefined ? {} : { state }),
  };
}

export function toText(value: SQLOutputValue | undefined): string {
  return value instanceof Uint8Array ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(value) : String(value);
}

export function toContact(row: Row): Contact {
  return {
    peerId: String(row['peer_id']),
    name: String(row['name']),
    nameSinceMs: Number(row['name_since_ms']),
    firstSeenMs: Number(row['first_seen_ms']),
    lastSeenMs: Number(row['last_seen_ms']),
    verified: row['verified'] === 1,
    blocked: row['blocked'] === 1,
  };
}

const uuidLength = 36;
const dash = 45;

/** A UUID as its 16 bytes, which makes the file a fifth smaller. Any other id stays text. */
export function toStoredId(messageId: MessageId): Uint8Array | string {
  if (messageId.length !== uuidLength) return messageId;
  const bytes = new Uint8Array(16);
  let [position, digits] = [0, 0];
  for (; position < uuidLength; position += 1) {
    const code = messageId.charCodeAt(position);
    if (isDash(position)) {
      if (code !== dash) return messageId;
      continue;
    }
    const value = valueOfDigit(code);
    if (value === undefined) return messageId;
    bytes[digits >> 1] = ((bytes[digits >> 1] as number) << 4) | value;
    digits += 1;
  }
  return bytes;
}

function isDash(position: number): boolean {
  return position === 8 || position === 13 || position === 18 || position === 23;
}

/** Of `0` to `9` and `a` to `f`. */
function valueOfDigit(code: number): number | undefined {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : undefined;
}

export function fromStoredId(value: SQLOutputValue | undefined): string {
  if (!(value instanceof Uint8Array)) return String(value);
  const digits = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}
