/** Many nodes with different histories end with the same, whatever the network and a liar do. */
import { afterEach, describe, expect, test } from 'vitest';
import { createCatchUpWorld, room, type CatchUpWorld, type WorldNode } from '../../../../../test/fixtures/catch-up-world.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { RoomDigest } from '../log/digest.ts';

let world: CatchUpWorld;

afterEach(() => world.close());

function texts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `message ${index} ${'x'.repeat(60)}`);
}

/** Each author speaks, and each message reaches a part of the others at once. */
function speak(nodes: readonly WorldNode[], blocks: number, chance: number): void {
  const { random } = world;
  for (let index = 0; index < blocks; index += 1) {
    const author = nodes[Math.floor(random.fraction() * nodes.length)] as WorldNode;
    const { bytes } = author.say(texts(1 + Math.floor(random.fraction() * 5)), { ms: 20_000 + index * 10 });
    for (const other of nodes) if (other !== author && random.fraction() < chance) other.keep(bytes);
  }
}

function distinct(nodes: readonly WorldNode[]): number {
  return new Set(nodes.map((node) => node.content().join('\n'))).size;
}

function figures(nodes: readonly WorldNode[]): { readonly most: number; readonly pulls: number; readonly bytes: number } {
  const pulls = nodes.map(({ catchUp }) => catchUp.counters(room).pulls);
  return { most: Math.max(...pulls), pulls: pulls.reduce((sum, one) => sum + one, 0), bytes: world.bytes() };
}

function addNodes(count: number): readonly WorldNode[] {
  return Array.from({ length: count }, (_, index) => world.add(`node ${index}`));
}

describe.each([1, 2, 3, 4, 5])('seed %i', (seed) => {
  test.each([
    ['disjoint', 0],
    ['overlapping', 0.5],
    ['nearly equal', 0.95],
  ])('[ROOM-113] %s histories become one', async (what, chance) => {
    world = createCatchUpWorld(`${what} ${seed}`);
    const nodes = addNodes(8);
    speak(nodes, 200, chance);
    const before = distinct(nodes);
    await world.run(120_000);
    const digests = new Set(nodes.map((node) => JSON.stringify(node.digest()))).size;
    const soon = figures(nodes);
    // Digests do not show what is missing at the beginning of a log; the regular exchanges do.
    await world.run(2_400_000);
    console.log(`${what}:`, { soon, later: figures(nodes) });
    expect({ differed: before > 1, digests, now: distinct(nodes), closed: world.closed }).toEqual({
      ...{ differed: true, digests: 1 },
      ...{ now: 1, closed: [] },
    });
  });

  test('[ROOM-113] the halves of a network become one again', async () => {
    world = createCatchUpWorld(`halves ${seed}`);
    const nodes = addNodes(10);
    speak(nodes, 50, 1);
    world.split((node) => nodes.indexOf(node) % 2);
    speak(
      nodes.filter((_, index) => index % 2 === 0),
      60,
      1,
    );
    speak(
      nodes.filter((_, index) => index % 2 === 1),
      60,
      1,
    );
    await world.run(30_000);
    const apart = distinct(nodes);
    world.split();
    await world.run(60_000);
    console.log('halves:', figures(nodes));
    expect({ apart, together: distinct(nodes) }).toEqual({ apart: 2, together: 1 });
  });
});

interface Liar {
  /** Of what an honest node announces, and a count that changes. */
  digest(honest: RoomDigest, count: number): RoomDigest;
  frame(frame: RoomFrame, count: number): RoomFrame | undefined;
}

const heavy = ({ weight }: RoomDigest, count: number): RoomDigest => ({ weight: (weight + 2 ** 30) >>> 0, hash: count });
const copied = (honest: RoomDigest): RoomDigest => honest;

function withTops(top: number): Liar['frame'] {
  return (frame) => {
    if (frame.type !== 'heads') return frame;
    return { ...frame, heads: frame.heads.map((head) => ({ ...head, top, hash8: new Uint8Array(8), holes: [] })) };
  };
}

function garbled(frame: RoomFrame, count: number): RoomFrame {
  if (frame.type !== 'blocks') return frame;
  return { ...frame, blocks: frame.blocks.map((bytes) => bytes.slice().fill(count, 130, 140)) };
}

/** Blocks become an end for all that may be wanted. */
function absent(tags: () => readonly string[]): Liar['frame'] {
  return (frame) => {
    if (frame.type === 'blocks') return undefined;
    return frame.type === 'end' ? { ...frame, missing: tags().map((tag) => ({ tag, floor: 0 })) } : frame;
  };
}

const liars: Readonly<Record<string, Liar>> = {
  'that announces much and sends garbage': { digest: heavy, frame: garbled },
  'that copies digests and sends garbage': { digest: copied, frame: garbled },
  'that announces much and has nothing': {
    digest: heavy,
    frame: absent(() => world.nodes.flatMap(({ logs }) => [...logs.keys()])),
  },
  'that copies digests and has nothing': {
    digest: copied,
    frame: absent(() => world.nodes.flatMap(({ logs }) => [...logs.keys()])),
  },
  'that claims the highest numbers': { digest: heavy, frame: withTops(2 ** 24) },
  'that claims impossible numbers': { digest: heavy, frame: withTops(2 ** 31) },
  'that answers no want': { digest: heavy, frame: (frame) => (frame.type === 'heads' ? frame : undefined) },
  'that sends blocks unasked': {
    digest: copied,
    frame: (frame) => (frame.type === 'want' ? { type: 'blocks', room, id: frame.id, blocks: [new Uint8Array(200)] } : frame),
  },
};

describe.each(Object.entries(liars))('a liar %s', (what, { digest, frame }) => {
  test.each([1, 2, 3])('[ROOM-103, ROOM-113] keeps nobody from becoming equal, seed %i', async (seed) => {
    world = createCatchUpWorld(`${what} ${seed}`);
    const nodes = addNodes(8);
    const liar = world.add('liar');
    let count = 0;
    liar.liesDigest = () => {
      count += 1;
      return digest(nodes[count % nodes.length]?.digest() ?? liar.digest(), count);
    };
    liar.liesFrame = (_to, honest) => frame(honest, count);
    speak(nodes, 200, 0.5);
    const said = nodes.flatMap((node) => node.heads().map(({ top }) => top));
    await world.run(300_000);
    const soon = figures(nodes);
    const digests = new Set(nodes.map((node) => JSON.stringify(node.digest()))).size;
    await world.run(2_400_000);
    const tops = nodes.flatMap((node) => node.heads().map(({ top }) => top));
    console.log(`liar ${what}:`, { soon, later: figures(nodes) });
    expect({ digests, distinct: distinct(nodes), tops: Math.max(...tops), isMuch: soon.most > 25 }).toEqual({
      ...{ digests: 1, distinct: 1 },
      ...{ tops: Math.max(...said), isMuch: false },
    });
  });
});

test('[ROOM-107, ROOM-113] of 50 that return at once each pulls once', async () => {
  world = createCatchUpWorld('return');
  const holders = Array.from({ length: 10 }, (_, index) => world.add(`holder ${index}`));
  const returning = addNodes(50);
  speak([...holders, ...returning], 60, 1);
  speak(holders, 300, 1);
  await world.run(120_000);
  const { most, pulls, bytes } = figures(returning);
  const servers = new Set(world.sent.filter(({ frame }) => frame.type === 'blocks').map(({ from }) => from));
  console.log('return:', { most, pulls, bytes, servers: servers.size });
  expect({ distinct: distinct(world.nodes), most, servers: servers.size >= 8 }).toEqual({ distinct: 1, most: 1, servers: true });
});

test('[ROOM-107, ROOM-113] twelve that miss much turn from the busy ones of two to the other, and to those who have it by then', async () => {
  world = createCatchUpWorld('busy');
  const holders = [world.add('holder 0'), world.add('holder 1')] as const;
  const returning = addNodes(12);
  for (let index = 0; index < 700; index += 1) {
    holders[1].keep(holders[0].say(['x'.repeat(700)], { ms: 20_000 + index }).bytes);
  }
  world.beacons();
  await world.run(60_000);
  const busy = returning.reduce((sum, { catchUp }) => sum + catchUp.counters(room).busy, 0);
  const { most, pulls, bytes } = figures(returning);
  console.log('busy:', { most, pulls, busy, bytes });
  expect({ distinct: distinct(world.nodes), most, wasBusy: busy > 0 }).toEqual({ distinct: 1, most: 1, wasBusy: true });
});

test('[ROOM-90, ROOM-113] those who return pull once too while others go on speaking', async () => {
  world = createCatchUpWorld('return to a chat');
  const holders = Array.from({ length: 5 }, (_, index) => world.add(`holder ${index}`));
  const returning = addNodes(10);
  speak([...holders, ...returning], 60, 1);
  speak(holders, 200, 1);
  let said = 0;
  const chat = (): void => {
    said += 1;
    const author = holders[said % holders.length] as WorldNode;
    const { bytes } = author.say(['now'], { ms: 30_000 + said });
    world.clock.setTimer(() => {
      for (const node of world.nodes) if (node !== author) node.keep(bytes);
    }, 5);
    if (said < 400) world.clock.setTimer(chat, 250);
  };
  world.clock.setTimer(chat, 0);
  await world.run(130_000);
  const all = figures(world.nodes);
  console.log('return to a chat:', all);
  expect({ distinct: distinct(world.nodes), said, isFew: all.most <= 2 }).toEqual({ distinct: 1, said: 400, isFew: true });
});
