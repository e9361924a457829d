import { expect, it } from 'vitest';
import { createHashes } from '../../../node/crypto/hash.ts';
import { logTagOf, shortTagOf } from './log-tag.ts';
import { roomMessageIdOf } from './room-message-id.ts';

const hash = createHashes();
const log = { publicKey: new Uint8Array(33).fill(2), room: '0123456789abcdef', epoch: 1_700_000_000_000 };

it('[ROOM-9] a tag is the first 8 bytes of the hash of key, room and epoch', () => {
  const named = Buffer.concat([Buffer.alloc(33, 2), Buffer.from('0123456789abcdef', 'hex'), Buffer.from('018bcfe56800', 'hex')]);
  const expected = Buffer.from(hash.sha256(named)).toString('hex').slice(0, 16);
  expect([logTagOf(log, hash), shortTagOf(logTagOf(log, hash))]).toEqual([expected, expected.slice(0, 8)]);
});

it('[ROOM-9] another key, room or epoch has another tag', () => {
  const others = [
    log,
    { ...log, publicKey: new Uint8Array(33).fill(3) },
    { ...log, room: '0123456789abcdee' },
    { ...log, epoch: 1 },
  ];
  expect(new Set(others.map((other) => logTagOf(other, hash))).size).toBe(4);
});

it('[ROOM-10] a message ID is a UUIDv7 with the time of the clock', () => {
  const id = roomMessageIdOf({ ...log, clock: { ms: 0x0123_4567_89ab, count: 7 } }, 5, hash);
  expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('[ROOM-10] a message ID depends on author, room, epoch and number, not on the count', () => {
  const clock = { ms: 1_700_000_000_000, count: 0 };
  const ids = [
    roomMessageIdOf({ ...log, clock }, 5, hash),
    roomMessageIdOf({ ...log, clock }, 6, hash),
    roomMessageIdOf({ ...log, clock, epoch: 1 }, 5, hash),
    roomMessageIdOf({ ...log, clock, room: '0123456789abcdee' }, 5, hash),
    roomMessageIdOf({ ...log, clock, publicKey: new Uint8Array(33).fill(3) }, 5, hash),
  ];
  expect(new Set(ids).size).toBe(5);
  expect(roomMessageIdOf({ ...log, clock: { ...clock, count: 9 } }, 5, hash)).toBe(ids[0]);
});
