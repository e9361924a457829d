import { expect, it } from 'vitest';
import * as fc from 'fast-check';
import { createHashes } from '../../../node/crypto/hash.ts';
import { canonicalRoomName, roomIdOf } from './room-id.ts';

const hash = createHashes();

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

it('[ROOM-12] the ID depends on the name and on whether there is a team key', () => {
  const digest = Buffer.from(hash.sha256(Buffer.from('hallway room 1 open lunch'))).toString('hex');
  expect(roomIdOf('lunch', 'open', hash)).toBe(digest.slice(0, 16));
  expect(new Set([roomIdOf('lunch', 'open', hash), roomIdOf('lunch', 'team', hash), roomIdOf('lunch2', 'open', hash)]).size).toBe(
    3,
  );
});
