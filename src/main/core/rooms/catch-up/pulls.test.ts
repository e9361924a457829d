/** When a node pulls, and what a pull does, with a few nodes that tell the truth. */
import { afterEach, describe, expect, test } from 'vitest';
import { createCatchUpWorld, room, type CatchUpWorld, type WorldNode } from '../../../../../test/fixtures/catch-up-world.ts';
import { previousOf, signBlock } from '../wire/encode-block.ts';
import type { SignedBlock } from '../wire/block.ts';
import { createHashes } from '../../../node/crypto/hash.ts';

let world: CatchUpWorld;
const hash = createHashes();

afterEach(() => world.close());

function make(seed: string, ...names: readonly string[]): readonly WorldNode[] {
  world = createCatchUpWorld(seed);
  return names.map(world.add);
}

function begun(name: string): readonly number[] {
  return world.sent
    .filter(({ from, frame }) => from === name && frame.type === 'heads' && !frame.isAnswer && frame.isLast)
    .map(({ atMs }) => atMs);
}

function sayMany(node: WorldNode, blocks: number, length = 60): void {
  for (let index = 0; index < blocks; index += 1) node.say(['x'.repeat(length)], { ms: 20_000 + 10 * index });
}

describe('a pull begins', () => {
  test('[ROOM-90] 1 to 3 s after a heavier digest, if it is still heavier', async () => {
    const [ana, bo] = make('heavier', 'Ana', 'Bo') as [WorldNode, WorldNode];
    ana.say(['one']);
    world.beacons();
    await world.clock.advance(4_000);
    expect({ bo: bo.content(), ana: begun('Ana') }).toEqual({ bo: ana.content(), ana: [] });
    expect(begun('Bo').every((atMs) => atMs >= 1_000 && atMs <= 3_010)).toBe(true);
    expect(begun('Bo').length).toBe(1);
  });

  test('[ROOM-90] not if the message came meanwhile', async () => {
    const [ana, bo] = make('live', 'Ana', 'Bo') as [WorldNode, WorldNode];
    const { bytes } = ana.say(['one']);
    world.beacons();
    await world.clock.advance(900);
    bo.keep(bytes);
    await world.clock.advance(60_000);
    expect(begun('Bo')).toEqual([]);
  });

  test('[ROOM-90] with one of the largest group that announces the same', async () => {
    const [ana, ...others] = make('group', 'Ana', 'Bo', 'Cy', 'Di', 'Ed') as [WorldNode, ...WorldNode[]];
    const [bo, cy, , ed] = others as [WorldNode, WorldNode, WorldNode, WorldNode];
    for (const text of ['one', 'two']) {
      const { bytes } = bo.say([text]);
      cy.keep(bytes);
    }
    sayMany(ed, 5);
    world.beacons();
    await world.clock.advance(3_500);
    const asked = world.sent.find(({ from, frame }) => from === 'Ana' && frame.type === 'heads')?.to;
    expect({ isOfGroup: asked === 'Bo' || asked === 'Cy', had: ana.content().length >= 2 }).toEqual({
      isOfGroup: true,
      had: true,
    });
  });

  test('[ROOM-91] at equal weight by the lower hash', async () => {
    const [ana, bo] = make('equal', 'Ana', 'Bo') as [WorldNode, WorldNode];
    ana.say(['one']);
    bo.say(['two']);
    const lower = ana.digest().hash < bo.digest().hash ? 'Ana' : 'Bo';
    world.beacons();
    await world.clock.advance(4_000);
    expect({ Ana: begun('Ana').length, Bo: begun('Bo').length }).toEqual({ Ana: 0, Bo: 0, [lower]: 1 });
    expect(ana.content()).toEqual(bo.content());
  });

  test('[ROOM-92] once with a lighter member that did not change for 60 s', async () => {
    const [ana, bo] = make('lighter', 'Ana', 'Bo') as [WorldNode, WorldNode];
    sayMany(ana, 3);
    bo.say(['only here']);
    // Ana hears Bo, and Bo never hears Ana.
    const pulls = async (ms: number): Promise<number> => {
      for (let leftMs = ms; leftMs > 0; leftMs -= 5_000) {
        world.beacons();
        bo.heardDigests.set(ana.peerId, bo.digest());
        await world.clock.advance(5_000);
      }
      return begun('Ana').length;
    };
    bo.liesFrame = (_to, frame) => (frame.type === 'heads' ? { ...frame, heads: [] } : frame);
    bo.liesDigest = () => ({ weight: 2, hash: 77 });
    const early = await pulls(55_000);
    const first = await pulls(20_000);
    expect({ early, first }).toEqual({ early: 0, first: 1 });
    expect(await pulls(120_000)).toBe(1);
  });

  test('[ROOM-93] every 10 minutes, though digests are equal', async () => {
    const [ana, bo] = make('regular', 'Ana', 'Bo') as [WorldNode, WorldNode];
    const { bytes } = ana.say(['one']);
    bo.keep(bytes);
    await world.run(3_600_000);
    const times = begun('Ana');
    const gaps = times.map((atMs, index) => atMs - (times[index - 1] ?? 0));
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(gaps.every((gapMs) => gapMs >= 299_000 && gapMs <= 901_000)).toBe(true);
  });

  test('[ROOM-101, ROOM-102] again only after a wait, when it brought nothing', async () => {
    const [ana, liar] = make('futile', 'Ana', 'Liar') as [WorldNode, WorldNode];
    ana.say(['one']);
    liar.liesDigest = () => ({ weight: 100, hash: 5 });
    await world.run(120_000);
    const same = begun('Ana').length;
    let hashOf = 0;
    liar.liesDigest = () => ({ weight: 100, hash: (hashOf += 1) });
    await world.run(240_000);
    const changing = begun('Ana').length;
    expect({ same, isSlow: changing <= 7, isAsked: changing > 2 }).toEqual({ same: 1, isSlow: true, isAsked: true });
  });
});

describe('a pull', () => {
  test('[ROOM-94, ROOM-95] brings both sides what they lack', async () => {
    const [ana, bo] = make('both', 'Ana', 'Bo') as [WorldNode, WorldNode];
    sayMany(ana, 30);
    sayMany(bo, 10);
    world.beacons();
    await world.clock.advance(6_000);
    expect({ ana: ana.content().length, same: ana.content().join() === bo.content().join(), Bo: begun('Bo').length }).toEqual({
      ...{ ana: 40, same: true, Bo: 1 },
    });
    expect(begun('Ana')).toEqual([]);
    expect(world.sent.filter(({ from, frame }) => from === 'Bo' && frame.type === 'end' && frame.id === 0).length).toBe(1);
  });

  test('[ROOM-94] is served for a peer whose beacon did not come yet', async () => {
    const [ana, bo] = make('unheard', 'Ana', 'Bo') as [WorldNode, WorldNode];
    ana.say(['one']);
    world.beacons();
    ana.heardDigests.clear();
    await world.clock.advance(4_000);
    expect(bo.content()).toEqual(ana.content());
  });

  test('[ROOM-94] with a peer that is not in the room is tried again after 5 s', async () => {
    const [ana, bo] = make('not in', 'Ana', 'Bo') as [WorldNode, WorldNode];
    ana.say(['one']);
    ana.catchUp.left(room);
    world.beacons();
    await world.clock.advance(4_000);
    const early = { has: bo.content().length, asked: begun('Bo').length };
    ana.catchUp.joined(room);
    await world.run(16_000);
    expect({ early, has: bo.content().length }).toEqual({ early: { has: 0, asked: 1 }, has: 1 });
  });

  test('[ROOM-94] tells a room of 1,100 logs in pages', async () => {
    const [ana, bo] = make('pages', 'Ana', 'Bo') as [WorldNode, WorldNode];
    for (let index = 0; index < 1_100; index += 1) {
      const author = world.add(`author ${index}`);
      ana.keep(author.say(['x']).bytes);
      author.isOff = true;
    }
    world.beacons();
    await world.clock.advance(30_000);
    const pages = world.sent.flatMap(({ from, frame }) => (from === 'Ana' && frame.type === 'heads' ? [frame.heads.length] : []));
    expect({ pages, has: bo.content().length }).toEqual({ pages: [512, 512, 76], has: 1_100 });
  });

  test('[ROOM-106] brings the newest 200 first, and the rest at 256 KiB a second', async () => {
    const [ana, bo] = make('newest', 'Ana', 'Bo') as [WorldNode, WorldNode];
    sayMany(ana, 1_500, 700);
    world.beacons();
    await world.clock.advance(20_000);
    const firsts = bo.kept.map(({ first }) => first);
    const times = bo.kept.map(({ atMs }) => atMs);
    const tookMs = (times.at(-1) ?? 0) - (times[200] ?? 0);
    const leastMs = ((1_300 - 600) * 870 * 1_000) / 262_144;
    expect({ isWhole: bo.content().length, newest: Math.min(...firsts.slice(0, 200)), isPaced: tookMs > leastMs }).toEqual({
      ...{ isWhole: 1_500, newest: 1_301, isPaced: true },
    });
    expect(bo.catchUp.counters(room)).toMatchObject({ pulls: 1, pulled: 1_500, futile: 0 });
  });

  test('[ROOM-95] brings nothing back that was removed here', async () => {
    const [ana, bo] = make('removed', 'Ana', 'Bo') as [WorldNode, WorldNode];
    sayMany(ana, 20);
    world.beacons();
    await world.clock.advance(4_000);
    const [tag] = [...bo.logs.keys()] as [string];
    bo.forget(tag, 15);
    ana.say(['more'], { ms: 90_000 });
    world.beacons();
    await world.clock.advance(10_000);
    expect(bo.content().length).toBe(6);
  });

  test('[ROOM-97] does not ask again for what is not there', async () => {
    const [ana, bo] = make('absent', 'Ana', 'Bo') as [WorldNode, WorldNode];
    sayMany(ana, 5);
    ana.liesFrame = (_to, frame) => {
      if (frame.type !== 'heads') return frame;
      return { ...frame, heads: frame.heads.map((head) => ({ ...head, top: head.top + 4 })) };
    };
    let count = 0;
    ana.liesDigest = () => ({ weight: 50, hash: (count += 1) });
    await world.run(60_000);
    const wants = world.sent.flatMap(({ frame }) =>
      frame.type === 'want' && frame.wanted.kind === 'ranges' ? frame.wanted.ranges : [],
    );
    expect(begun('Bo').length).toBeGreaterThan(1);
    expect(wants.map(({ from, to }) => [from, to])).toEqual([[1, 9]]);
    // The claims of Ana count for nothing.
    expect([...bo.logs.values()].map(({ state }) => state.top)).toEqual([5]);
  });

  test('[ROOM-100] leaves a hole that nobody can fill a hole', async () => {
    const [ana, bo] = make('hole', 'Ana', 'Bo') as [WorldNode, WorldNode];
    sayMany(ana, 9);
    const [log] = [...ana.logs.values()];
    for (const block of log?.counted ?? []) if (block.first !== 5) bo.keep(block.bytes);
    ana.isOff = true;
    const cy = world.add('Cy');
    await world.run(60_000);
    const holes = [bo, cy].flatMap((node) => [...node.logs.values()].map(({ state }) => state.holes));
    expect(holes).toEqual([[{ from: 5, to: 5 }], [{ from: 5, to: 5 }]]);
  });

  test('[ROOM-104] finds where two versions of a log part, and ends with the one that counts', async () => {
    const [ana, bo, cy] = make('fork', 'Ana', 'Bo', 'Cy') as [WorldNode, WorldNode, WorldNode];
    const blocks = { ana: [] as SignedBlock[], bo: [] as SignedBlock[] };
    const next = (last: SignedBlock | undefined, ms: number, text: string): SignedBlock =>
      signBlock(
        {
          ...{ epoch: 1_000, first: (last?.last ?? 0) + 1, room, type: 'text', references: [], authorName: 'Cy', texts: [text] },
          clock: { ms, count: 0 },
          previous: previousOf(last),
        },
        { identity: cy.identity, hash },
      );
    for (let index = 0; index < 150; index += 1) {
      const common = index < 60;
      const one = next(blocks.ana.at(-1), 20_000 + 10 * index, 'x');
      blocks.ana.push(one);
      blocks.bo.push(common ? one : next(blocks.bo.at(-1), 20_005 + 10 * index, 'y'));
    }
    for (const { bytes } of blocks.ana) ana.keep(bytes);
    for (const { bytes } of [...blocks.bo, next(blocks.bo.at(-1), 90_000, 'z')]) bo.keep(bytes);
    cy.isOff = true;
    await world.run(1_800_000);
    expect(bo.content()).toEqual(ana.content());
    expect(ana.content().length).toBe(150);
    const wanted = world.sent.flatMap(({ frame }) =>
      frame.type === 'want' && frame.wanted.kind === 'ranges' ? frame.wanted.ranges : [],
    );
    expect(wanted.length).toBeLessThan(40);
  });

  test('[ROOM-105] is with one peer at a time in a room', async () => {
    const [ana, ...others] = make('one', 'Ana', 'Bo', 'Cy', 'Di') as [WorldNode, ...WorldNode[]];
    for (const node of others) sayMany(node, 400, 700);
    let open = new Set<string>();
    let most = 0;
    await world.run(60_000);
    for (const { from, to, frame } of world.sent) {
      if (from === 'Ana' && frame.type === 'want') open.add(to);
      if (to === 'Ana' && frame.type === 'end' && frame.id !== 0) open = new Set([...open].filter((name) => name !== from));
      most = Math.max(most, open.size);
    }
    expect({ most, has: ana.content().length }).toEqual({ most: 1, has: 1_200 });
  });
});

test('[ROOM-112] no timer is left after closing, in the middle of pulls', async () => {
  const nodes = make('close', 'Ana', 'Bo', 'Cy');
  for (const node of nodes) sayMany(node, 600, 700);
  await world.run(4_000);
  const running = world.clock.pendingTimers();
  const [first] = nodes;
  first?.catchUp.left(room);
  world.close();
  await world.clock.advance(1_000);
  expect({ wasRunning: running > 0, left: world.clock.pendingTimers() }).toEqual({ wasRunning: true, left: 0 });
});
