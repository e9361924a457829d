/**
 * Messages in `#everyone` where multicast does not reach all members: they go from session to
 * session along the halving list of their author. The rules are in docs/spec/rooms-tree.md.
 */
import { expect } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { nth, startAll, untilAllOnline, untilAllSeeAll } from './expectations.ts';
import { countersOfAll, deliveryFigures, eachSays, expectOneHistory, talk, untilHeld, untilTold } from './room-talk.ts';
import type { Scenario } from './scenario.ts';
import type { Host, World, WorldNode } from './world.ts';

const introducedMs = 120_000;
/** After this, nobody waits for multicast of a peer any more. */
const deafMs = 40_000;
const toldMs = 20_000;
const slowMs = 3_000;

export const roomWithoutMulticast: Scenario = {
  id: 'S-ROOM-UNICAST-ONLY',
  title: '[ROOM-140, ROOM-150] eight hosts whose switch drops multicast have each message at once, by the tree',
  async run(world) {
    const hosts = await world.addHosts(8);
    await world.block({ traffic: 'multicast' });
    const nodes = await startAll(hosts);
    for (const node of nodes.slice(1)) await node.connect(addressOf(nth(nodes, 0)));
    await untilAllOnline(world, nodes, introducedMs);
    await world.passTime(world.kind === 'sim' ? deafMs : deafMs / 3);
    await untilTold(world, nodes, await eachSays(world, nodes, 'warm up of'), toldMs);
    const before = await countersOfAll(nodes);
    const said = await talk(world, nodes, createSeededRandom('unicast only'), { count: 30, gapMs: 100 });
    const tookMs = await untilTold(world, nodes, said, toldMs);
    await expectOneHistory(nodes, said);
    const after = await countersOfAll(nodes);
    // Of seven receivers, N2, N3 and N6 pass it on.
    const relayed = (after.relayed - before.relayed) / said.length;
    return [
      { name: 'passed on per message', value: relayed, unit: 'count', goal: 3 },
      { name: 'until all have all, after the last', value: tookMs, unit: 'ms', goal: 1_000 },
      ...deliveryFigures(nodes, said, { oneP99Ms: 100, allP95Ms: 100 }),
    ];
  },
};

const segments = ['lan', 'second', 'third'];

export const roomThreeSubnets: Scenario = {
  id: 'S-ROOM-THREE-SUBNETS',
  title:
    '[ROOM-141, ROOM-152] three subnets behind routers: all messages are everywhere, once on the wire of each subnet (goal 3.1)',
  async run(world) {
    const hosts: Host[] = [];
    for (const segment of segments) hosts.push(...(await world.addHosts(3, { interfaces: [{ name: 'eth0', segment }] })));
    for (const [one, other] of [[0, 1], [1, 2], [0, 2]] as const) await world.route(nth(segments, one), nth(segments, other)); // prettier-ignore
    const nodes = await startAll(hosts);
    for (const start of [0, 3, 6]) await untilAllSeeAll(world, nodes.slice(start, start + 3));
    // One manual address each, of the first subnet.
    for (const start of [3, 6]) await nth(nodes, start).connect(addressOf(nth(nodes, 0)));
    await untilAllOnline(world, nodes, introducedMs);
    await world.passTime(world.kind === 'sim' ? deafMs : deafMs / 2);
    await untilTold(world, nodes, await eachSays(world, nodes, 'warm up of'), toldMs);
    await world.passTime(2_000);
    const readTraffic = await world.meterTraffic();
    const said = await talk(world, nodes, createSeededRandom('three subnets'), { count: 30, gapMs: 100 });
    const tookMs = await untilTold(world, nodes, said, toldMs);
    await expectOneHistory(nodes, said);
    const copies = [...(await readTraffic()).values()].reduce((sum, { groupBlocks }) => sum + groupBlocks, 0);
    return [
      { name: 'copies to the groups of three subnets, per message', value: copies / said.length, unit: 'count', goal: 3.1 },
      { name: 'until all have all, after the last', value: tookMs, unit: 'ms', goal: 1_000 },
      ...deliveryFigures(nodes, said, { oneP99Ms: 100 }),
    ];
  },
};

/** More than 64 wait at once, so they go by session. */
const bulkCount = 400;
const bulkText = 'x'.repeat(1_500);

export const roomBulk: Scenario = {
  id: 'S-ROOM-BULK-SLOW',
  title: '[ROOM-154, ROOM-157] a bulk transfer to fifty, one of them frozen: the others do not wait, and it pulls later',
  worlds: ['sim'],
  async run(world) {
    const nodes = await startAll(await world.addHosts(50));
    await untilAllSeeAll(world, nodes);
    await world.passTime(10_000);
    const [author, slow] = [nth(nodes, 0), nth(nodes, 1)];
    slow.pause();
    const startedMs = world.nowMs();
    const saying = Array.from({ length: bulkCount }, (_, index) => author.say('#everyone', `${index} ${bulkText}`));
    const saidMs = await until(world, saying);
    const said = (await Promise.all(saying)).map((messageId) => ({ author, text: '', messageId, atMs: startedMs }));
    const others = nodes.filter((node) => node !== slow);
    const tookMs = await untilTold(world, others, said, toldMs);
    // Longer than it takes to be dropped, shorter than it takes to expire.
    await world.passTime(slowMs);
    slow.resume();
    const heldMs = await untilHeld(world, nodes, said, introducedMs);
    await expectOneHistory(nodes, said);
    expect((await countersOfAll([slow])).missing).toBe(0);
    return [
      { name: 'the author kept all', value: saidMs, unit: 'ms', goal: 1_000 },
      { name: 'all others have all, after the author', value: tookMs, unit: 'ms', goal: 3_000 },
      { name: 'the slow one has all, after it runs again', value: heldMs, unit: 'ms', goal: 40_000 },
    ];
  },
};

async function until(world: World, saying: readonly Promise<unknown>[]): Promise<number> {
  let isDone = false;
  void Promise.all(saying).then(() => (isDone = true));
  return world.waitUntil('the author keeps all', () => isDone, toldMs);
}

function addressOf(node: WorldNode): string {
  return `${nth(node.host.addressesOf('eth0'), 0)}:${node.record.ready?.event.unicastPort ?? 0}`;
}
