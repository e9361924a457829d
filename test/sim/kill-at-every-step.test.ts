/**
 * Delivery between two nodes, disturbed at every point where it matters: before and after each
 * commit, and before each frame. After each run both nodes have the same history. It has every
 * accepted message once and in order.
 */
import { expect, test } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createTwoNodes, otherOf, type TwoNodes, type Side } from './two-node-messaging.ts';

/** Longer than every wait of delivery, as often as a disk refuses. */
const settleMs = 200_000;
const dayMs = 86_400_000;
const deadForMs = 20;

type Disturbance = (nodes: TwoNodes) => void;

const killed = (...sides: readonly Side[]): Disturbance => {
  return (nodes) => {
    for (const side of sides) nodes.kill(side);
    nodes.clock.setTimer(() => nodes.revive(), deadForMs);
  };
};

const refused = (side: Side, writes: number): Disturbance => {
  return (nodes) => nodes.refuse(side, writes);
};

const disturbances: readonly (readonly [string, Disturbance])[] = [
  ['the sender is killed', killed('ana')],
  ['the receiver is killed', killed('bo')],
  ['both are killed', killed('ana', 'bo')],
  ['the disk of the sender is full for a moment', refused('ana', 3)],
  ['the disk of the receiver is full for a moment', refused('bo', 3)],
  ['the disk of the receiver is full for longer', refused('bo', 12)],
  [
    'the clock is set back a day while the receiver is killed',
    (nodes) => {
      nodes.clock.jumpWall(-dayMs);
      killed('bo')(nodes);
    },
  ],
];

/** Exchanges messages both ways: some at once, some later, some while others are in flight. */
async function converse(nodes: TwoNodes): Promise<void> {
  for (const text of ['a1', 'a2', 'a3']) nodes.write('ana', text);
  await nodes.clock.advance(1);
  nodes.write('bo', 'b1');
  nodes.write('ana', 'a4');
  await nodes.clock.advance(2);
  for (const text of ['a5', 'a6']) nodes.write('ana', text);
  nodes.write('bo', 'b2');
  await nodes.clock.advance(3);
  nodes.write('ana', 'a7');
  await nodes.clock.advance(settleMs);
}

function textsOf(nodes: TwoNodes, holder: Side, author: Side): readonly string[] {
  return nodes.history(holder).flatMap(({ from, text }) => (from === author ? [text] : []));
}

/**
 * @returns the differences between both histories and the accepted messages; none if all is well
 */
function findFaults(nodes: TwoNodes): readonly string[] {
  return (['ana', 'bo'] as const).flatMap((author) => {
    const reader = otherOf(author);
    const [own, others] = [textsOf(nodes, author, author), textsOf(nodes, reader, author)];
    const accepted = nodes.accepted[author];
    const faults: string[] = [];
    if (own.join() !== others.join()) faults.push(`${author} wrote ${own.join()}, ${reader} has ${others.join()}`);
    if (own.filter((text) => accepted.includes(text)).join() !== accepted.join()) {
      faults.push(`${author} got ${accepted.join()} accepted, and has ${own.join()}`);
    }
    if (new Set(own).size !== own.length) faults.push(`${author} has doubles: ${own.join()}`);
    const shown = nodes.shown[reader];
    if (new Set(shown).size !== shown.length) faults.push(`${reader} was shown doubles: ${shown.join()}`);
    const undelivered = nodes.history(author).filter(({ from, state }) => from === author && state !== 'delivered');
    if (undelivered.length > 0) faults.push(`not delivered: ${undelivered.map(({ text, state }) => `${text} ${state}`).join()}`);
    return faults;
  });
}

async function countPoints(): Promise<number> {
  const nodes = createTwoNodes(() => undefined);
  await converse(nodes);
  expect(findFaults(nodes)).toEqual([]);
  expect(nodes.accepted).toEqual({ ana: ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'], bo: ['b1', 'b2'] });
  return nodes.points;
}

test.each(disturbances)(
  '[DELIVER-1, DELIVER-2, DELIVER-3, DELIVER-4] delivery survives this at each point: %s',
  async (_what, disturb) => {
    const points = await countPoints();
    expect(points).toBeGreaterThan(20);
    const failures: string[] = [];
    for (let at = 1; at <= points; at += 1) {
      const nodes = createTwoNodes((self, point) => point === at && disturb(self));
      await converse(nodes);
      failures.push(...findFaults(nodes).map((fault) => `at point ${at}: ${fault}`));
    }
    expect(failures).toEqual([]);
  },
);

test('[DELIVER-1, DELIVER-2, DELIVER-3, DELIVER-4] delivery survives several random disturbances in a row', async () => {
  const failures: string[] = [];
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = createSeededRandom(`disturbed ${seed}`);
    const nodes = createTwoNodes((self) => {
      if (random.fraction() < 0.08 && self.clock.monotonicMs() < settleMs / 2) {
        disturbances[Math.floor(random.fraction() * disturbances.length)]?.[1](self);
      }
    });
    await converse(nodes);
    await nodes.clock.advance(settleMs);
    failures.push(...findFaults(nodes).map((fault) => `seed ${seed}: ${fault}`));
  }
  expect(failures).toEqual([]);
});
