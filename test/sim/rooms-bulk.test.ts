/**
 * A bulk transfer in a room: each member is told of each message once, also one whose link loses
 * much. At such a loss some come out of order as events; the history has them in order.
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
const toldMs = 300_000;

/** The messages that a node told of, each as often as it did. */
function toldBy(node: SimNode): readonly number[] {
  return node.record.roomMessages.map(({ text }) => Number(text.split(' ', 1)[0])).toSorted((one, other) => one - other);
}

test.each(['one', 'z', 'w'])(
  '[ROOM-220, ROOM-221] a member far behind a bulk transfer is told of each message once (seed %s)',
  async (seed) => {
    world = createSimWorld({ seed });
    await startAll(await world.addHosts(4));
    await untilAllSeeAll(world, world.nodes);
    await world.passTime(10_000);
    const [author, ...members] = world.nodes;
    if (!author) throw new Error('there is no author');
    for (const { host } of members.slice(0, 2)) await world.setLossTo(host, lossRate);
    for (let index = 0; index < count; index += 1) void author.say(everyone, `${index} ${filler}`);
    await world.waitUntil(
      () => `all are told of all: ${members.map(({ record }) => record.roomMessages.length).join(', ')}`,
      () => members.every(({ record }) => record.roomMessages.length === count),
      toldMs,
    );
    const pulled = members.reduce((sum, { hallway }) => sum + (hallway.rooms?.counters().get('everyone')?.pulled ?? 0), 0);
    const all = Array.from({ length: count }, (_, index) => index);
    expect({ havePulled: pulled > 0, told: members.map(toldBy) }).toEqual({ havePulled: true, told: [all, all, all] });
  },
);
