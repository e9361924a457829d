/** One of 64 blocks that the group brought is fetched again from a member, and compared. */
import { afterEach, expect, test } from 'vitest';
import { createCatchUpWorld, room, type CatchUpWorld, type WorldNode } from '../../../../../test/fixtures/catch-up-world.ts';
import { createHashes } from '../../../node/crypto/hash.ts';
import type { SignedBlock } from '../wire/block.ts';
import { previousOf, signBlock } from '../wire/encode-block.ts';

let world: CatchUpWorld;
afterEach(() => world.close());

function make(seed: string, ...names: readonly string[]): readonly WorldNode[] {
  world = createCatchUpWorld(seed);
  const nodes = names.map(world.add);
  world.beacons();
  return nodes;
}

/** As the group brings it to all but its author. */
function toGroup(author: WorldNode, block: SignedBlock): void {
  for (const node of world.nodes) {
    if (node === author) continue;
    node.keep(block.bytes);
    node.catchUp.sample(block);
  }
}

function isSampled({ hash }: SignedBlock): boolean {
  return (hash.at(-1) ?? 0) % 64 === 0;
}

test('[ROOM-200] of 64 blocks one is fetched again, by one member, and is the same', async () => {
  const [ana] = make('sampled', 'Ana', 'Bo', 'Cy', 'Di', 'Ed') as [WorldNode];
  const blocks: SignedBlock[] = [];
  for (let index = 0; index < 640; index += 1) {
    const block = ana.say([`text ${index}`]);
    blocks.push(block);
    toGroup(ana, block);
    await world.clock.advance(100);
  }
  await world.clock.advance(20_000);
  const fetched = world.sent.flatMap(({ frame }) => (frame.type === 'want' ? [frame.wanted] : []));
  const tag = blocks[0]?.tag ?? '';
  const chosen = blocks.filter(isSampled).map(({ first }) => ({ kind: 'ranges', ranges: [{ tag, from: first, to: first }] }));
  expect(fetched).toEqual(chosen);
  expect(chosen.length).toBeGreaterThan(3);
  expect([world.differences, world.clock.pendingTimers() > 0]).toEqual([[], true]);
});

test('[ROOM-200] a member that holds another block in its place is named', async () => {
  const [ana, bo, cy] = make('differs', 'Ana', 'Bo', 'Cy') as [WorldNode, WorldNode, WorldNode];
  const { identity } = ana;
  const hash = createHashes();
  const signed = (text: string): SignedBlock =>
    signBlock(
      {
        ...{ epoch: 1_000, first: 1, room, type: 'text', references: [], authorName: 'Ana', texts: [text] },
        ...{ clock: { ms: 20_000, count: 0 }, previous: previousOf(undefined) },
      },
      { identity, hash },
    );
  const chosen = Array.from({ length: 2_000 }, (_, index) => signed(`text ${index}`)).find(isSampled) as SignedBlock;
  cy.keep(chosen.bytes);
  bo.keep(signed('another').bytes);
  ana.isOff = true;
  for (const node of [bo, cy]) node.heardDigests.delete(ana.peerId);
  cy.catchUp.sample(chosen);
  await world.clock.advance(10_000);
  // Of the two, Cy is nearest to this block.
  expect(world.differences).toEqual(['Bo differs from Cy']);
});
