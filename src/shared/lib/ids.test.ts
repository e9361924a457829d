import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  compareCursors,
  conversationIdSchema,
  conversationOf,
  conversationOfRoom,
  conversationOfShortName,
  cursorSchema,
  isLater,
  isPeerId,
  parseConversationId,
  partsOf,
  peerIdSchema,
  peerOfConversation,
  shortNameOf,
  toCursor,
  type ConversationId,
  type Cursor,
  type MessageId,
  type PeerId,
} from './ids.ts';

const ana = 'a'.repeat(52);

const peerIds = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'.split('')),
  minLength: 52,
  maxLength: 52,
});
const roomNames = fc.stringMatching(/^[\p{L}\p{N}#:& -]{1,30}$/u);
const privateNames = fc.stringMatching(/^&[0-9a-f]{16}$/u);
const conversations = fc.oneof(
  peerIds.map(conversationOf),
  roomNames.map(conversationOfRoom),
  privateNames.map(conversationOfRoom),
);

describe('a conversation ID', () => {
  it('names its peer, unless it is a room', () => {
    expect([conversationOf(ana), peerOfConversation(conversationOf(ana))]).toEqual([`dm:${ana}`, ana]);
    expect([conversationOfRoom('lunch'), peerOfConversation(conversationOfRoom('lunch'))]).toEqual(['room:lunch', undefined]);
    expect(partsOf(conversationOfRoom('dm:lunch'))).toEqual({ type: 'room', name: 'dm:lunch' });
  });

  it('is parsed from its full and its short form, for any peer and any room', () => {
    fc.assert(
      fc.property(conversations, (conversation) => {
        expect(parseConversationId(conversation)).toBe(conversation);
        expect(conversationIdSchema.parse(conversation)).toBe(conversation);
        expect(conversationOfShortName(shortNameOf(conversation))).toBe(conversation);
      }),
    );
  });

  it('has the short form that files and scripts use', () => {
    const closed = '&0123456789abcdef';
    expect([conversationOfRoom(closed), shortNameOf(conversationOfRoom(closed))]).toEqual([`private:${closed.slice(1)}`, closed]);
    expect(partsOf(conversationOfRoom(closed))).toEqual({ type: 'room', name: closed });
    expect([shortNameOf(conversationOf(ana)), shortNameOf(conversationOfRoom('lunch'))]).toEqual([ana, '#lunch']);
    fc.assert(
      fc.property(conversations, conversations, (one, other) => {
        expect(shortNameOf(one) === shortNameOf(other)).toBe(one === other);
      }),
    );
  });

  it.each([
    '',
    ana,
    '#lunch',
    'dm:',
    `dm:${ana}a`,
    `dm:${ana.toUpperCase()}`,
    `DM:${ana}`,
    'room:',
    'room:a\nb',
    'room:\ud800',
    'private:0',
    'room:&0123456789abcdef',
  ])('%j is not one', (text) => {
    expect([parseConversationId(text), conversationIdSchema.safeParse(text).success]).toEqual([undefined, false]);
  });

  it('with a room name that is too long is refused', () => {
    expect(parseConversationId(`room:${'x'.repeat(64)}`)).toBeDefined();
    expect(parseConversationId(`room:${'x'.repeat(65)}`)).toBeUndefined();
  });

  it('is parsed from any text without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const conversation = conversationOfShortName(text);
        expect(shortNameOf(conversation)).toBe(text);
        expect(parseConversationId(text) ?? text).toBe(text);
        expect(peerOfConversation(conversation)).toBe(text.startsWith('#') ? undefined : text);
      }),
    );
  });
});

describe('a peer ID', () => {
  it('is 52 characters of base32', () => {
    fc.assert(fc.property(peerIds, (text) => isPeerId(text) && peerIdSchema.parse(text) === text));
    expect(['', `${ana}a`, ana.toUpperCase(), ana.replace('a', '1'), `dm:${ana}`].filter(isPeerId)).toEqual([]);
  });
});

describe('a cursor', () => {
  it('sorts as text, and has a bounded length', () => {
    const [first, second] = [toCursor('a9'), toCursor('b1')];
    expect([compareCursors(first, second), compareCursors(second, first), compareCursors(first, first)]).toEqual([-1, 1, 0]);
    expect([isLater(second, first), isLater(first, first), isLater(first, undefined), isLater(undefined, first)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(['x'.repeat(128), 'x'.repeat(129), 7].map((value) => cursorSchema.safeParse(value).success)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the kinds of ID', () => {
  it('are different types for the compiler', () => {
    expectTypeOf<ConversationId>().not.toExtend<PeerId>();
    expectTypeOf<ConversationId>().not.toExtend<MessageId>();
    expectTypeOf<ConversationId>().not.toExtend<Cursor>();
    expectTypeOf<PeerId>().not.toExtend<MessageId>();
    expectTypeOf<PeerId>().not.toExtend<ConversationId>();
    expectTypeOf<MessageId>().not.toExtend<PeerId>();
    expectTypeOf<Cursor>().not.toExtend<PeerId>();
    expectTypeOf<string>().not.toExtend<ConversationId>();
    expectTypeOf<string>().not.toExtend<Cursor>();
  });
});
