import { expect, it } from 'vitest';
import { maxRoomName, readRoomName } from './room-names.ts';

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
