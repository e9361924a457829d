import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHashes } from '../../../node/crypto/hash.ts';
import { isPrivateName, readAnyRoomName, readRoomName } from '../../../../shared/text/room-names.ts';
import { privateRoomIdOf } from './private-id.ts';

test('[ROOM-170] the ID of a private room binds its secret and the key of its creator', () => {
  const [secret, key] = [new Uint8Array(16).fill(1), new Uint8Array(33).fill(2)];
  const expected = createHash('sha256').update('hallway private room 1 ').update(secret).update(key).digest('hex').slice(0, 16);
  const hash = createHashes();
  expect(privateRoomIdOf(secret, key, hash)).toBe(expected);
  expect(privateRoomIdOf(secret, new Uint8Array(33).fill(3), hash)).not.toBe(expected);
});

test('[ROOM-170] the outward name is & and 16 hex digits, and no name of a public room', () => {
  const name = '&0123456789abcdef';
  expect([readAnyRoomName(` ${name.toUpperCase()} `), readRoomName(name), isPrivateName(name)]).toEqual([name, undefined, true]);
  expect(['&', '&0123', '&0123456789abcdeg', `${name}0`].map(readAnyRoomName)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(readAnyRoomName('#Tea')).toBe('tea');
});
