/**
 * Messages where presence works and TCP does not: one side cannot be called, neither side can, or
 * larger packets get lost. Either the messages arrive, or the user learns why not.
 */
import { expect } from 'vitest';
import { healedMs, nth, promptly, startAll, untilAllOnline, untilHealth } from './expectations.ts';
import type { Scenario } from './scenario.ts';
import type { World, WorldNode } from './world.ts';

/** A call that nobody answers, the request to call back, and a call that works. */
const calledBackMs = 3_000;
/** The promise to the user. */
const namedMs = 30_000;
/** The longest back-off, a further attempt, and the message itself. */
const afterRepairMs = 30_000;
const overMs = 3_000;
/** Longer than two ordinary frames. */
const longText = 'All work and no play makes Jack a dull boy. '.repeat(100);

async function startTwo(world: World): Promise<readonly [WorldNode, WorldNode]> {
  const nodes = await startAll(await world.addHosts(2));
  await untilAllOnline(world, nodes, healedMs);
  return [nth(nodes, 0), nth(nodes, 1)];
}

/** Virtual time does not pass by itself while a message is persisted. */
async function write(world: World, from: WorldNode, to: WorldNode, text: string): Promise<void> {
  const sending = from.send(to.peerId, text);
  await world.passTime(1);
  await sending;
}

function untilArrived(world: World, node: WorldNode, text: string, deadlineMs: number): Promise<number> {
  return world.waitUntil(
    `${node.name} has the message`,
    () => node.record.messages.some((message) => message.text === text),
    deadlineMs,
  );
}

function problemsOf(node: WorldNode): readonly string[] {
  return node.record.health.map(({ code }) => code);
}

export const calledBack: Scenario = {
  id: 'S-CALL-BACK',
  title:
    '[CALL-7, CALL-8, SESS-18] a firewall that stops all calls to one side stops no message, in either direction',
  async run(world) {
    const [ana, bo] = await startTwo(world);
    const undo = await world.block({ from: [ana.host], to: [bo.host], traffic: 'calls' });
    await write(world, ana, bo, 'are you there?');
    const thereMs = await untilArrived(world, bo, 'are you there?', calledBackMs);
    await write(world, bo, ana, 'yes');
    const backMs = await untilArrived(world, ana, 'yes', calledBackMs);
    expect({ ana: problemsOf(ana), bo: problemsOf(bo) }).toEqual({ ana: [], bo: [] });
    await undo();
    return [promptly('a message by a call back', thereMs, calledBackMs), promptly('the answer', backMs, calledBackMs)];
  },
};

export const nobodyCanCall: Scenario = {
  id: 'S-NO-CALLS',
  title: '[HEALTH-4] where neither side can be called, the author learns within 30 s that messages wait, until they arrive',
  async run(world) {
    const [ana, bo] = await startTwo(world);
    const undo = await world.block({ from: [ana.host, bo.host], to: [ana.host, bo.host], traffic: 'calls' });
    await write(world, ana, bo, 'are you there?');
    const shownMs = await untilHealth(world, ana, 'messages-blocked', true, namedMs);
    expect(ana.record.health.map(({ title }) => title)).toEqual([
      `${bo.name} is here, but your messages to them can't get through`,
    ]);
    // Nothing of Bo's waits.
    expect(problemsOf(bo)).toEqual([]);
    await undo();
    const arrivedMs = await untilArrived(world, bo, 'are you there?', afterRepairMs);
    const overAfterMs = await untilHealth(world, ana, 'messages-blocked', false, overMs);
    return [
      promptly('named', shownMs, namedMs),
      promptly('delivered after the repair', arrivedMs, afterRepairMs),
      promptly('no longer named', overAfterMs, overMs),
    ];
  },
};

export const largePacketsLost: Scenario = {
  id: 'S-JUMBO',
  title: '[HEALTH-5] where a switch loses jumbo frames, the author learns within 30 s that larger packets get lost',
  async run(world) {
    const [ana, bo] = await startTwo(world);
    const undos = [await ana.host.sendJumboFrames('eth0'), await bo.host.sendJumboFrames('eth0')];
    await write(world, ana, bo, longText);
    const shownMs = await untilHealth(world, ana, 'messages-stalled', true, namedMs);
    expect(ana.record.health.map(({ title }) => title)).toEqual([
      `Your messages to ${bo.name} get stuck: larger packets are lost on the way`,
    ]);
    for (const undo of undos) await undo();
    const arrivedMs = await untilArrived(world, bo, longText, 2 * afterRepairMs);
    const overAfterMs = await untilHealth(world, ana, 'messages-stalled', false, overMs);
    return [
      promptly('named', shownMs, namedMs),
      promptly('delivered after the repair', arrivedMs, 2 * afterRepairMs),
      promptly('no longer named', overAfterMs, overMs),
    ];
  },
};
