/**
 * The four kinds of ID: a peer, a message, a conversation, and a cursor in a conversation. Each has
 * its own type, so that the compiler refuses to mix them. This file creates and parses them, and no
 * other file casts to them. Only the store reads a cursor.
 */
import { z } from './zod.ts';

/** Exists only for the compiler; no value has it. */
declare const kind: unique symbol;

/**
 * Base32 (RFC 4648, lower case, unpadded) of SHA-256 of the public key in SPKI form: 52 characters.
 * This type and MessageId also accept a plain string, because decoders of certificates, datagrams
 * and frames check the text. Neither accepts the other, nor a conversation.
 */
export type PeerId = string & { readonly [kind]?: 'PeerId' };

/** A UUIDv7 that the author creates; unique together with the author's PeerId. */
export type MessageId = string & { readonly [kind]?: 'MessageId' };

/** `dm:PEERID` with one peer, `room:NAME`, or `private:ID` of a private room. */
export type ConversationId = string & { readonly [kind]: 'ConversationId' };

/**
 * A position in a conversation. Only the store creates and reads cursors. Those of one conversation
 * sort as text in its order. Cursors of different conversations do not compare.
 */
export type Cursor = string & { readonly [kind]: 'Cursor' };

export type ConversationParts =
  | { readonly type: 'dm'; readonly peerId: PeerId }
  /** The name of a private room is `&ID`, so it is none of a public one. */
  | { readonly type: 'room'; readonly name: string };

/**
 * `prefix` begins the ID. `sign` begins the short form, which files and the automation interface
 * use. No `sign` may begin a peer ID, and neither of the two may ever change. A new kind of
 * conversation adds a row here, and a case in `partsOf`.
 */
const forms = {
  dm: { prefix: 'dm:', sign: '', isName: isPeerId },
  room: { prefix: 'room:', sign: '#', isName: isRoomName },
  private: { prefix: 'private:', sign: '&', isName: isPrivateId },
} as const;

type Form = (typeof forms)[keyof typeof forms];
const allForms: readonly Form[] = Object.values(forms);

/** Longest room name accepted from outside, in UTF-16 code units. */
const maxRoomNameLength = 64;
/** Longest cursor accepted from outside, in characters: enough for any store's order. */
const maxCursorLength = 128;

const peerIdPattern = /^[a-z2-7]{52}$/;
const privateIdPattern = /^[0-9a-f]{16}$/;

export const peerIdSchema = z.string().regex(peerIdPattern) as unknown as z.ZodType<PeerId, PeerId>;
export const messageIdSchema = z.string() as unknown as z.ZodType<MessageId, MessageId>;
export const conversationIdSchema = z.string().refine((text) => parseConversationId(text) !== undefined) as unknown as z.ZodType<
  ConversationId,
  ConversationId
>;
/** Checks only the length: the store answers `bad-cursor` to a cursor that it did not create. */
export const cursorSchema = z.string().max(maxCursorLength) as unknown as z.ZodType<Cursor, Cursor>;

export function isPeerId(text: string): boolean {
  return peerIdPattern.test(text);
}

/** The conversation with one peer: the same ID for messages in both directions. */
export function conversationOf(peerId: PeerId): ConversationId {
  return `${forms.dm.prefix}${peerId}` as ConversationId;
}

/** @param name the room's name without `#`; `&ID` of a private room */
export function conversationOfRoom(name: string): ConversationId {
  if (isPrivateName(name)) return `${forms.private.prefix}${name.slice(1)}` as ConversationId;
  return `${forms.room.prefix}${name}` as ConversationId;
}

/** @returns undefined if the text is not a conversation ID */
export function parseConversationId(text: string): ConversationId | undefined {
  const form = formOf(text);
  return form?.isName(text.slice(form.prefix.length)) ? (text as ConversationId) : undefined;
}

export function partsOf(conversation: ConversationId): ConversationParts {
  const { dm, room, private: closed } = forms;
  if (conversation.startsWith(room.prefix)) return { type: 'room', name: conversation.slice(room.prefix.length) };
  if (conversation.startsWith(closed.prefix))
    return { type: 'room', name: closed.sign + conversation.slice(closed.prefix.length) };
  return { type: 'dm', peerId: conversation.slice(dm.prefix.length) };
}

/** @returns undefined for a conversation with more than one peer */
export function peerOfConversation(conversation: ConversationId): PeerId | undefined {
  const parts = partsOf(conversation);
  return parts.type === 'dm' ? parts.peerId : undefined;
}

/** Formats PEERID or `#room`, as files and the automation interface name a conversation. */
export function shortNameOf(conversation: ConversationId): string {
  const { prefix, sign } = formOf(conversation) ?? forms.dm;
  return sign + conversation.slice(prefix.length);
}

/** The reverse of `shortNameOf`. Total: a text without a sign names a peer. */
export function conversationOfShortName(shortName: string): ConversationId {
  const { prefix, sign } = allForms.find((form) => form.sign !== '' && shortName.startsWith(form.sign)) ?? forms.dm;
  return `${prefix}${shortName.slice(sign.length)}` as ConversationId;
}

/**
 * For the store, which creates cursors, and for the page, which keeps them in its elements.
 *
 * @param text sorts as text among the cursors of its conversation
 */
export function toCursor(text: string): Cursor {
  return text as Cursor;
}

/**
 * Compares two cursors of one conversation.
 * @returns negative if `a` comes first, 0 if they are equal
 */
export function compareCursors(a: Cursor, b: Cursor): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether `a` comes after `b`, in one conversation; undefined comes before every cursor. */
export function isLater(a: Cursor | undefined, b: Cursor | undefined): boolean {
  return a !== undefined && (b === undefined || compareCursors(a, b) > 0);
}

function formOf(text: string): Form | undefined {
  return allForms.find(({ prefix }) => text.startsWith(prefix));
}

function isPrivateId(id: string): boolean {
  return privateIdPattern.test(id);
}

function isPrivateName(name: string): boolean {
  return name.startsWith(forms.private.sign) && isPrivateId(name.slice(1));
}

function isRoomName(name: string): boolean {
  return name !== '' && !isPrivateName(name) && name.length <= maxRoomNameLength && name.isWellFormed() && !/\p{Cc}/u.test(name);
}
