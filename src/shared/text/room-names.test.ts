import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalRoomName, maxRoomName, readRoomName } from './room-names.ts';

it('[CHAT-9] a room has one name, however it is typed', () => {
  expect(['#Everyone', 'everyone', ' #EVERYONE ', 'ｅｖｅｒｙｏｎｅ'].map(readRoomName)).toEqual(Array(4).fill('everyone'));
  expect(['büro-2.og', 'обед', 'お昼ごはん', '1_000'].map(readRoomName)).toEqual(['büro-2.og', 'обед', 'お昼ごはん', '1_000']);
});

it('[CHAT-9] a name of two scripts, a sentence, or a long text is no name', () => {
  const wrong = [
    '',
    '#',
    '##x',
    'a b',
    'p\u0430ypal',
    'x'.repeat(maxRoomName + 1),
    'a\u0000',
    '\u202Ea',
    'a/b',
    '#'.repeat(9_999),
  ];
  expect(wrong.map(readRoomName)).toEqual(wrong.map(() => undefined));
});

it.each([
  ['Lunch', 'lunch'],
  [' lunch ', 'lunch'],
  ['ＬＵＮＣＨ', 'lunch'],
  ['team-2.dev_ops', 'team-2.dev_ops'],
  ['3d-printing', '3d-printing'],
  ['CAFÉ', 'café'],
  ['Обед', 'обед'],
  ['お昼ごはん', 'お昼ごはん'],
  ['カレー', 'カレー'],
  ['점심', '점심'],
  ['नमस्ते', 'नमस्ते'],
  ['everyone', 'everyone'],
  ['Everyone', 'everyone'],
])('[ROOM-11] %j is the room %j', (text, name) => {
  expect(canonicalRoomName(text)).toEqual({ ok: true, name });
});

it.each([
  ['', 'empty'],
  ['   ', 'empty'],
  ['a'.repeat(33), 'too-long'],
  ['a'.repeat(100_000), 'too-long'],
  ['two words', 'characters'],
  ['#lunch', 'characters'],
  ['-lunch', 'characters'],
  ['..', 'characters'],
  ['a/b', 'characters'],
  ['lun\u200Bch', 'characters'],
  ['lun\u115Fch', 'characters'],
  ['\u115Flunch', 'characters'],
  ['lunch☕', 'characters'],
  ['lun\u{D800}ch', 'characters'],
  ['lunсh', 'scripts'],
  ['обеd', 'scripts'],
  ['昼점ご', 'scripts'],
  ['е\u0475eryone', 'reserved'],
  ['everyone.', 'reserved'],
  ['every0ne', 'reserved'],
])('[ROOM-11] %j is no name: %s', (text, reason) => {
  expect(canonicalRoomName(text)).toEqual({ ok: false, reason });
});

it('[ROOM-11] a canonical name is its own canonical name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
      const first = canonicalRoomName(text);
      expect(first.ok ? canonicalRoomName(first.name) : first).toEqual(first);
    }),
    { numRuns: 2_000 },
  );
});
