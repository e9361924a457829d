import { expect, test } from 'vitest';
import { answerTo, hashesOf } from './list-answer.ts';
import type { Chain } from './member-list.ts';

/** Of versions with these hashes. */
function chain(...hashes: readonly number[]): Chain {
  return { changes: hashes.map((value) => ({ hash: new Uint8Array(32).fill(value) })) } as unknown as Chain;
}

test('[ROOM-178] a peer whose list is behind, or another one, gets the versions that it lacks', () => {
  const ours = chain(1, 2, 3);
  const answer = (theirs: Chain): unknown => answerTo(ours, { version: theirs.changes.length, hashes: hashesOf(theirs) });
  expect({
    same: answer(chain(1, 2, 3)),
    older: answer(chain(1)),
    newer: answer(chain(1, 2, 3, 4)),
    fork: answer(chain(1, 2, 9)),
    longFork: answer(chain(1, 8, 9, 10)),
    foreign: answer(chain(7, 8)),
    nothing: answerTo(ours, { version: 1, hashes: [] }),
  }).toEqual({
    same: { kind: 'same' },
    older: { kind: 'send', from: 1 },
    newer: { kind: 'behind' },
    fork: { kind: 'send', from: 2 },
    longFork: { kind: 'send', from: 1 },
    foreign: { kind: 'send', from: 0 },
    nothing: { kind: 'send', from: 0 },
  });
});

test('[ROOM-178] names the hashes of at most 16 versions, the latest first', () => {
  const hashes = hashesOf(chain(...Array.from({ length: 20 }, (_, index) => index)));
  expect([hashes.length, hashes[0], hashes[15]]).toEqual([16, '13'.repeat(8), '04'.repeat(8)]);
});
