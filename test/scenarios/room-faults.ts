/**
 * Rooms when authors crash, restart or come late, when the network was divided, when clocks differ
 * and when blocks are replayed: whoever was there has the same list, and nothing twice. rooms.ts
 * has many hosts that lose datagrams.
 */
import { expect } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { healedMs, nth, pastExpiryMs, startAll, untilAllOnline } from './expectations.ts';
import {
  countersOf,
  eachSays,
  everyone,
  expectAuthorsOrder,
  expectOneHistory,
  expectSameEnd,
  talk,
  untilHeld,
  untilTold,
} from './room-talk.ts';
import type { Scenario } from './scenario.ts';
import type { World, WorldNode } from './world.ts';

/** A beacon, the wait before a pull, and the pull. */
const pulledGoalMs = 10_000;
/** With slack for a busy machine. */
const pulledDeadlineMs = 60_000;
const dayMs = 86_400_000;

async function startHere(world: World, count: number): Promise<readonly WorldNode[]> {
  const nodes = await startAll(await world.addHosts(count));
  await untilAllOnline(world, nodes, healedMs);
  return nodes;
}

export const roomLateComer: Scenario = {
  id: 'S-ROOM-LATE-COMER',
  title: '[ROOM-43] a newcomer gets what was said in a room before it came, in the same order',
  async run(world) {
    const nodes = await startHere(world, 4);
    const said = await talk(world, nodes, createSeededRandom('late comer'), { count: 120, gapMs: 20 });
    await untilTold(world, nodes, said, pulledDeadlineMs);
    const newcomer = await (await world.addHost()).start();
    const tookMs = await untilHeld(world, [newcomer], said, pulledDeadlineMs);
    await expectOneHistory([...nodes, newcomer], said);
    return [{ name: 'it has all', value: tookMs, unit: 'ms', goal: pulledGoalMs }];
  },
};

export const roomCrashedAuthor: Scenario = {
  id: 'S-ROOM-CRASHED-AUTHOR',
  title: '[ROOM-23, ROOM-72] what half of the hosts heard from an author that crashed right then, the other half has soon',
  async run(world) {
    const nodes = await startHere(world, 6);
    const [author, ...others] = nodes as [WorldNode, ...WorldNode[]];
    const deaf = others.slice(0, 2).map(({ host }) => host);
    const unblock = await world.block({ from: [author.host], to: deaf, traffic: 'multicast' });
    const said = await eachSays(world, [author, author, author], 'last words of');
    await author.kill();
    await unblock();
    const tookMs = await untilHeld(world, others, said, pulledDeadlineMs);
    await expectOneHistory(others, said);
    const returned = await author.host.start();
    await untilHeld(world, [returned], said, pulledDeadlineMs);
    await expectOneHistory([...others, returned], said);
    return [{ name: 'all others have it', value: tookMs, unit: 'ms', goal: pulledGoalMs }];
  },
};

export const roomRestart: Scenario = {
  id: 'S-ROOM-RESTART',
  title: '[ROOM-41, ROOM-43] who restarts goes on in a room, in a new log after a crash, and no one shows a message twice',
  async run(world) {
    const nodes = await startHere(world, 4);
    const [first, other, listener] = [nth(nodes, 0), nth(nodes, 1), nth(nodes, 2)];
    const said = [...(await eachSays(world, [first, other, listener], 'hello by'))];
    await untilTold(world, nodes, said, pulledDeadlineMs);
    await first.stop();
    const again = await first.host.start();
    await untilAllOnline(world, [again, ...nodes.slice(1)], healedMs);
    said.push(...(await eachSays(world, [again, other], 'again by')));
    await untilTold(world, nodes.slice(1), said, pulledDeadlineMs);
    expect(await countersOf(other), 'after an orderly end').toMatchObject({ logs: 3, missing: 0 });
    await Promise.all([again.kill(), listener.kill()]);
    const restarted = [await first.host.start(), await listener.host.start()];
    const running = [...restarted, other, nth(nodes, 3)];
    await untilAllOnline(world, running, pastExpiryMs);
    said.push(...(await eachSays(world, running, 'back:')));
    await untilHeld(world, running, said, pulledDeadlineMs);
    const ids = await expectSameEnd(running, said.length + 1);
    expect(ids).toHaveLength(said.length);
    for (const host of [first.host, listener.host]) expectToldOnce(world.nodes.filter((node) => node.host === host));
    // Two of them began a new log, and one spoke for the first time.
    expect(await countersOf(other), 'after a crash').toMatchObject({ logs: 6, missing: 0 });
    return [];
  },
};

/** Over all runs of a profile. */
function expectToldOnce(runs: readonly WorldNode[]): void {
  const told = runs.flatMap(({ record }) => record.roomMessages.map(({ messageId }) => messageId));
  expect(told.toSorted()).toEqual([...new Set(told)].toSorted());
}

const recordMs = 8_000;
const replayMs: Record<World['kind'], number> = { sim: 3_600_000, netns: 30_000 };

export const roomReplays: Scenario = {
  id: 'S-ROOM-REPLAY',
  title:
    '[ROOM-6, ROOM-19] blocks that are replayed for long list no one, neither here nor at a newcomer, and show nothing twice',
  async run(world) {
    const nodes = await startHere(world, 2);
    const [author, witness] = nodes as [WorldNode, WorldNode];
    const attacker = await world.addHost();
    const freshHost = await world.addHost();
    const attacking = attacker.attack({ kind: 'replay-blocks', recordMs, durationMs: recordMs + replayMs[world.kind] });
    // The program of the attacker needs some time to start, so the talk takes half of its time.
    await world.passTime(recordMs / 4);
    const said = await talk(world, nodes, createSeededRandom('replayed'), { count: 20, gapMs: recordMs / 40 });
    await untilTold(world, nodes, said, pulledDeadlineMs);
    await author.stop();
    await witness.stop();
    const leftMs = world.nowMs();
    await world.passTime(recordMs);
    const fresh = await freshHost.start();
    await world.passTime(replayMs[world.kind] / 4);
    await fresh.kill();
    const runs = [fresh, await freshHost.start()];
    const returned = await witness.host.start();
    const { sent = 0 } = await attacking;
    const joins = [...runs, returned].flatMap(({ name, record }) =>
      record.events.flatMap(({ event }) => (event.event === 'peer-joined' ? [`${name}: ${event.peer.name}`] : [])),
    );
    expect(joins.toSorted()).toEqual([`${returned.name}: ${fresh.name}`, `${fresh.name}: ${returned.name}`].toSorted());
    expectToldOnce(runs);
    expectToldOnce([witness, returned]);
    expect((await returned.roomHistory(everyone, said.length + 1)).length).toBe(said.length);
    expect(sent).toBeGreaterThan(said.length);
    return [
      { name: 'blocks sent by the attacker', value: sent, unit: 'count' },
      { name: 'time without their authors', value: (world.nowMs() - leftMs) / 1_000, unit: 's' },
    ];
  },
};

const apartMs: Record<World['kind'], number> = { sim: 180_000, netns: 45_000 };

export const roomPartition: Scenario = {
  id: 'S-ROOM-PARTITION',
  title: '[ROOM-23, ROOM-30] two halves that were apart for minutes have one list of all that both said',
  async run(world) {
    const nodes = await startHere(world, 8);
    const halves = [nodes.slice(0, 4), nodes.slice(4)] as const;
    const heal = await world.partition(halves.map((half) => half.map(({ host }) => host)));
    const random = createSeededRandom('apart');
    const pace = { count: 60, gapMs: apartMs[world.kind] / 60 };
    const said = (await Promise.all(halves.map((half, index) => talk(world, half, random.fork(`half ${index}`), pace)))).flat();
    await heal();
    const tookMs = await untilTold(world, nodes, said, pulledDeadlineMs);
    await expectOneHistory(nodes, said);
    return [{ name: 'one list on all', value: tookMs, unit: 'ms', goal: 2 * pulledGoalMs }];
  },
};

/** Of ten hosts, in milliseconds: within two minutes, and a day ahead and behind. */
const offsetsMs = [-120_000, -80_000, -40_000, -10_000, 10_000, 40_000, 80_000, 120_000, -dayMs, dayMs];

/** Longer than the clocks of all but the one a day ahead differ. */
const clocksMeetMs = 300_000;

export const roomClocks: Scenario = {
  id: 'S-ROOM-CLOCKS',
  title: '[ROOM-27, ROOM-29, ROOM-30, ROOM-32] ten whose clocks differ by up to a day show one list, and what is ahead last',
  worlds: ['sim'],
  async run(world) {
    const hosts = await Promise.all(offsetsMs.map((clockOffsetMs) => world.addHost({ clockOffsetMs })));
    const others = await startAll(hosts.slice(0, -1));
    await untilAllOnline(world, others, healedMs);
    // It hears no one yet, so it knows of no other clock.
    const aheadHost = nth(hosts, hosts.length - 1);
    const unblock = await world.block({ to: [aheadHost], traffic: 'all' });
    const ahead = await aheadHost.start();
    const early = await eachSays(world, [ahead, ahead], 'tomorrow is nice, says');
    await untilTold(world, others, early, pulledDeadlineMs);
    await unblock();
    const nodes = [...others, ahead];
    await untilAllOnline(world, nodes, pastExpiryMs);
    const random = createSeededRandom('clocks');
    const said = [...(await talk(world, nodes, random.fork('together'), { count: 60, gapMs: 100 }))];
    const halves = [nodes.slice(0, 5), nodes.slice(5)] as const;
    const heal = await world.partition(halves.map((half) => half.map(({ host }) => host)));
    const pace = { count: 30, gapMs: 4_000 };
    for (const part of await Promise.all(halves.map((half, index) => talk(world, half, random.fork(`half ${index}`), pace))))
      said.push(...part);
    await heal();
    const tookMs = await untilTold(world, nodes, [...said, ...early], pulledDeadlineMs);
    const ids = await expectSameEnd(nodes, said.length + early.length);
    expect(ids.toSorted()).toEqual([...said, ...early].map(({ messageId }) => messageId).toSorted());
    expectAuthorsOrder(
      ids,
      said.filter(({ author }) => author !== ahead),
    );
    // The time of messages from two minutes ahead has come.
    await world.passTime(clocksMeetMs);
    const aheadIds = await Promise.all(nodes.map(idsAhead));
    expect(aheadIds).toEqual(nodes.map(() => ids.slice(-nth(aheadIds, 0).length)));
    expect(early.filter(({ messageId }) => !nth(aheadIds, 0).includes(messageId))).toEqual([]);
    const byOthers = [...said, ...early].filter(
      ({ author, messageId }) => author !== ahead && nth(aheadIds, 0).includes(messageId),
    );
    expect(byOthers).toEqual([]);
    return [{ name: 'one list on all', value: tookMs, unit: 'ms', goal: 2 * pulledGoalMs }];
  },
};

async function idsAhead(node: WorldNode): Promise<readonly string[]> {
  const history = await node.roomHistory(everyone, 1_000);
  return history.filter(({ ahead }) => ahead).map(({ messageId }) => messageId);
}
