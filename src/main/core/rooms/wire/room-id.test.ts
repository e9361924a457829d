import { expect, it } from 'vitest';
import { createHashes } from '../../../node/crypto/hash.ts';
import { roomIdOf } from './room-id.ts';

const hash = createHashes();

it('[ROOM-12] the ID depends on the name and on whether there is a team key', () => {
  const digest = Buffer.from(hash.sha256(Buffer.from('hallway room 1 open lunch'))).toString('hex');
  expect(roomIdOf('lunch', 'open', hash)).toBe(digest.slice(0, 16));
  expect(new Set([roomIdOf('lunch', 'open', hash), roomIdOf('lunch', 'team', hash), roomIdOf('lunch2', 'open', hash)]).size).toBe(
    3,
  );
});
