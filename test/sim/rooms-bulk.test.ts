/**
 * A bulk transfer in a room: each member is told of each message once, in the order of its author,
 * also one whose link loses much.
 */
import { afterEach, expect, test } from 'vitest';
import { startAll, untilAllSeeAll } from '../scenarios/expectations.ts';
import { everyone } from '../scenarios/room-talk.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import type { SimNode } from './sim-node.ts';

let world: SimWorld;
afterEach(() => world.close());

const count = 1_500;
const filler = 'x'.repeat(1_000);
/** The transfer of such a member stands still for seconds, so beacons say that others have more. */
const lossRate = 0.6;
const knownCount = 100;
const toldMs = 300_000;

/** The numbers of the messages that a node told of, as it told of them. */
function toldBy(node: SimNode): readonly number[] {
  return node.record.roomMessages.map(({ text }) => Number(text.split(' ', 1)[0]));
}

/** @param isKnown all have the first messages of the author before the loss begins */
async function transfer(seed: string, isKnown: boolean) {
  world = createSimWorld({ seed });
  await startAll(await world.addHosts(4));
  await untilAllSeeAll(world, world.nodes);
  await world.passTime(10_000);
  const [author, ...members] = world.nodes;
  if (!author) throw new Error('there is no author');
  const untilToldOf = (wanted: number): Promise<unknown> =>
    world.waitUntil(
      () => `all are told of ${wanted}: ${members.map(({ record }) => record.roomMessages.length).join(', ')}`,
      () => members.every(({ record }) => record.roomMessages.length === wanted),
      toldMs,
    );
  const known = isKnown ? knownCount : 0;
  for (let index = 0; index < known; index += 1) void author.say(everyone, `${index} ${filler}`);
  if (isKnown) await untilToldOf(known);
  for (const { host } of members.slice(0, 2)) await world.setLossTo(host, lossRate);
  for (let index = known; index < count; index += 1) void author.say(everyone, `${index} ${filler}`);
  await untilToldOf(count);
  const pulled = members.reduce((sum, { hallway }) => sum + (hallway.rooms?.counters().get('everyone')?.pulled ?? 0), 0);
  return { havePulled: pulled > 0, told: members.map(toldBy) };
}

const all = Array.from({ length: count }, (_, index) => index);

test.each(['one', 'two', 'three', 'z', 'w', 'v'])(
  '[ROOM-220] a member far behind a bulk transfer is told of its messages in order (seed %s)',
  async (seed) => {
    const { havePulled, told } = await transfer(seed, true);
    expect({ havePulled, told }).toEqual({ havePulled: true, told: [all, all, all] });
  },
);

test.each(['one', 'z', 'w'])(
  '[ROOM-106, ROOM-221] a member that knew nothing of an author is told of each message once, the newest first (seed %s)',
  async (seed) => {
    const { havePulled, told } = await transfer(seed, false);
    const sorted = told.map((numbers) => numbers.toSorted((one, other) => one - other));
    expect({ havePulled, told: sorted }).toEqual({ havePulled: true, told: [all, all, all] });
  },
);
