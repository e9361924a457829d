/**
 * The four kinds of id: a peer, a message, a conversation, and a place in a conversation. Each has
 * a type of its own, so that the compiler refuses one where another is meant. This file makes and
 * reads them; nothing else casts to them, and only the store reads a cursor.
 */
import { z } from './zod.ts';

/** Exists for the compiler alone: no value has it. */
declare const kind: unique symbol;

/**
 * Base32 (RFC 4648, lower case, unpadded) of SHA-256 of the public key in SPKI form: 52 characters.
 * This type and MessageId also accept a plain string, because decoders of certificates, datagrams
 * and frames check the text themselves. They don't accept one another, nor a conversation.
 */
export type PeerId = string & { readonly [kind]?: 'PeerId' };

/** A UUIDv7 by the author; unique together with the author's PeerId. */
export type MessageId = string & { readonly [kind]?: 'MessageId' };

/** `dm:PEERID` with one peer, or `room:NAME`. */
export type ConversationId = string & { readonly [kind]: 'ConversationId' };

/**
 * A place in a conversation. Only the store makes cursors and reads them. Cursors of one
 * conversation sort as text in the order of the conversation; cursors of different conversations
 * have nothing in common.
 */
export type Cursor = string & { readonly [kind]: 'Cursor' };

export type ConversationParts =
  { readonly type: 'dm'; readonly peerId: PeerId } | { readonly type: 'room'; readonly name: string };

/**
 * `prefix` begins the id. `sign` begins the short name, which files and the automation interface
 * use; it must never begin a peerId, and neither of the two may ever change. A new form of
 * conversation is one more row here, and one more case in `partsOf`.
 */
const forms = {
  dm: { prefix: 'dm:', sign: '', isName: isPeerId },
  room: { prefix: 'room:', sign: '#', isName: isRoomName },
} as const;

type Form = (typeof forms)[keyof typeof forms];
const allForms: readonly Form[] = Object.values(forms);

/** Longest name of a room that is taken from outside, in UTF-16 code units. */
const maxRoomNameLength = 64;
/**
 * Longest cursor that is taken from outside, in characters: room for any order that a store may
 * choose.
 */
const maxCursorLength = 128;

const peerIdPattern = /^[a-z2-7]{52}$/;

export const peerIdSchema = z.string().regex(peerIdPattern) as unknown as z.ZodType<PeerId, PeerId>;
export const messageIdSchema = z.string() as unknown as z.ZodType<MessageId, MessageId>;
export const conversationIdSchema = z.string().refine((text) => parseConversationId(text) !== undefined) as unknown as z.ZodType<
  ConversationId,
  ConversationId
>;
/** Its length alone is checked: the store answers `bad-cursor` to what it did not make. */
export const cursorSchema = z.string().max(maxCursorLength) as unknown as z.ZodType<Cursor, Cursor>;

export function isPeerId(text: string): boolean {
  return peerIdPattern.test(text);
}

/** The conversation with one peer: the same for whatever either of them writes. */
export function conversationOf(peerId: PeerId): ConversationId {
  return `${forms.dm.prefix}${peerId}` as ConversationId;
}

/** @param name as the room is called, without `#` */
export function conversationOfRoom(name: string): ConversationId {
  return `${forms.room.prefix}${name}` as ConversationId;
}

/** @returns undefined if the text is no id of a conversation */
export function parseConversationId(text: string): ConversationId | undefined {
  const form = formOf(text);
  return form?.isName(text.slice(form.prefix.length)) ? (text as ConversationId) : undefined;
}

export function partsOf(conversation: ConversationId): ConversationParts {
  const { dm, room } = forms;
  if (conversation.startsWith(room.prefix)) return { type: 'room', name: conversation.slice(room.prefix.length) };
  return { type: 'dm', peerId: conversation.slice(dm.prefix.length) };
}

/** @returns undefined for a conversation with more than one peer */
export function peerOfConversation(conversation: ConversationId): PeerId | undefined {
  const parts = partsOf(conversation);
  return parts.type === 'dm' ? parts.peerId : undefined;
}

/** PEERID or `#room`: how files and the automation interface name a conversation. */
export function shortNameOf(conversation: ConversationId): string {
  const { prefix, sign } = formOf(conversation) ?? forms.dm;
  return sign + conversation.slice(prefix.length);
}

/** The reverse of `shortNameOf`. Total: what has no sign names a peer. */
export function conversationOfShortName(shortName: string): ConversationId {
  const { prefix, sign } = allForms.find((form) => form.sign !== '' && shortName.startsWith(form.sign)) ?? forms.dm;
  return `${prefix}${shortName.slice(sign.length)}` as ConversationId;
}

/**
 * For the store, which makes cursors. @param text sorts as text among the cursors of its
 * conversation
 */
export function toCursor(text: string): Cursor {
  return text as Cursor;
}

/** @returns negative if `a` comes first, 0 if they are the same place; both of one conversation */
export function compareCursors(a: Cursor, b: Cursor): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether `a` comes after `b`, in one conversation; undefined stands before every place. */
export function isLater(a: Cursor | undefined, b: Cursor | undefined): boolean {
  return a !== undefined && (b === undefined || compareCursors(a, b) > 0);
}

function formOf(text: string): Form | undefined {
  return allForms.find(({ prefix }) => text.startsWith(prefix));
}

function isRoomName(name: string): boolean {
  return name !== '' && name.length <= maxRoomNameLength && name.isWellFormed() && !/\p{Cc}/u.test(name);
}
