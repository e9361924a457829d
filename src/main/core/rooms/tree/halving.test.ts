import { expect, it } from 'vitest';
import { orderBy, sharesOf } from './halving.ts';

function names(count: number): readonly string[] {
  return Array.from({ length: count - 1 }, (_, index) => `N${index + 2}`);
}

/** The rounds of a broadcast: in each, every node that has the block sends to the next of its list. */
function roundsOf(list: readonly string[]): readonly (readonly string[])[] {
  const rounds: string[][] = [];
  let senders = [{ from: 'N1', shares: [...sharesOf(list)] }];
  while (senders.some(({ shares }) => shares.length > 0)) {
    const sent = senders.flatMap(({ from, shares }) => {
      const share = shares.shift();
      return share ? [{ from, ...share }] : [];
    });
    rounds.push(sent.map(({ from, to, rest }) => `${from} to ${to}([${rest.join()}])`));
    senders = [...senders, ...sent.map(({ to, rest }) => ({ from: to, shares: [...sharesOf(rest)] }))];
  }
  return rounds;
}

it('[ROOM-140] eight nodes: N2 gets [N3,N4,N5], N6 gets [N7], and N5 and N8 have it in the last round', () => {
  const rounds = roundsOf(names(8));
  console.log(rounds.map((round, index) => `round ${index + 2}: ${round.join(', ')}`).join('\n'));
  expect(rounds).toEqual([
    ['N1 to N2([N3,N4,N5])'],
    ['N1 to N6([N7])', 'N2 to N3([N4])'],
    ['N1 to N8([])', 'N2 to N5([])', 'N6 to N7([])', 'N3 to N4([])'],
  ]);
});

it('[ROOM-140] up to 600 nodes have it after ⌈log2 n⌉ rounds, each once', () => {
  const wrong: string[] = [];
  for (let count = 2; count <= 600; count += 1) {
    const rounds = roundsOf(names(count));
    const got = rounds.flat().map((line) => /to (N\d+)/.exec(line)?.[1]);
    const isRight = rounds.length === Math.ceil(Math.log2(count)) && new Set(got).size === count - 1 && got.length === count - 1;
    if (!isRight) wrong.push(`${count}: ${rounds.length} rounds, ${got.length} sent`);
  }
  expect(wrong).toEqual([]);
});

it('[ROOM-141] the list begins with one peer of each subnet, goes on by subnet, and turns with the hash', () => {
  const spots = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((peerId) => ({ peerId, subnet: peerId.charAt(0) }));
  expect({
    plain: orderBy(Uint8Array.of(0, 0), spots).join(' '),
    turned: orderBy(Uint8Array.of(0, 1), spots).join(' '),
    again: orderBy(Uint8Array.of(0, 1), spots.toReversed()).join(' '),
    nobody: orderBy(Uint8Array.of(0, 1), []),
  }).toEqual({
    plain: 'a1 b1 c1 a2 a3 b2',
    turned: 'b2 c1 a2 b1 a3 a1',
    again: 'b2 c1 a2 b1 a3 a1',
    nobody: [],
  });
});
