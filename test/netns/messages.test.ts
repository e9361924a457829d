/**
 * Two real processes that write to each other, killed at the worst moments and out of room at the worst moments: in the end both have the same,
 * and all that was accepted. Every instant of it is tried in test/sim/kill-at-every-step.test.ts; this is that the system keeps its part.
 */
import { existsSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasHealth, nth, untilAllSeeAll } from '../scenarios/expectations.ts';
import { countEmittedTwice, expectAgreement, expectArrived, untilDelivered, type Histories } from '../scenarios/histories.ts';
import type { WorldNode } from '../scenarios/world.ts';
import type { NetnsHost, NetnsStartOptions } from './netns-host.ts';
import { builtCommand, createNetnsWorld, type NetnsWorld } from './netns-world.ts';
import type { SmallDisk } from './small-disk.ts';
import { mustSkipNetns } from './tools.ts';

/** Real processes on a busy machine. */
const waitMs = 60_000;
const rounds = 6;
/** A new profile takes a tenth of it. */
const diskBytes = 3 * 1024 * 1024;
/** Texts that soon use up what a database has left inside its files. */
const longText = 'x'.repeat(10_000);
const dayMs = 86_400_000;
/** As a computer whose clock was set: the wall clock of this process only. */
const yesterday = `--import=data:text/javascript,const{now}=Date;Date.now=()=>now()-${dayMs}`;

interface Text {
  readonly messageId: string;
  readonly text: string;
}

let world: NetnsWorld;
let hosts: { readonly ana: NetnsHost; readonly bo: NetnsHost };
let nodes: { ana: WorldNode; bo: WorldNode };
let accepted: { readonly ana: Text[]; readonly bo: Text[] };
let number = 0;

type Side = keyof typeof nodes;

beforeEach(async () => {
  world = await createNetnsWorld();
  const [ana, bo] = await world.addHosts(2);
  hosts = { ana: nth([ana], 0) as NetnsHost, bo: nth([bo], 0) as NetnsHost };
  accepted = { ana: [], bo: [] };
});
afterEach(() => world.close());

async function start(side: Side, options: NetnsStartOptions = {}): Promise<void> {
  nodes[side] = await hosts[side].start({ name: side, ...options });
}

async function startBoth(): Promise<void> {
  const [ana, bo] = await Promise.all([hosts.ana.start({ name: 'ana' }), hosts.bo.start({ name: 'bo' })]);
  nodes = { ana, bo };
  await untilAllSeeAll(world, [ana, bo], waitMs);
}

/** @returns the refusal */
async function write(from: Side, extra = ''): Promise<string | undefined> {
  const to = from === 'ana' ? 'bo' : 'ana';
  number += 1;
  const text = `${number} from ${from}${extra}`;
  try {
    accepted[from].push({ messageId: await nodes[from].send(nodes[to].peerId, text), text });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function has(side: Side, { messageId }: Text): boolean {
  return nodes[side].record.messages.some((message) => message.messageId === messageId);
}

/** Once all is delivered: both have the same, nothing that was accepted is missing, nothing was told twice. */
async function expectNothingLost(): Promise<Histories> {
  const { ana, bo } = nodes;
  const histories = await untilDelivered(world, [ana, bo], waitMs);
  expectAgreement(histories);
  expectArrived(histories, [
    ...accepted.ana.map((message) => ({ ...message, from: ana, to: bo })),
    ...accepted.bo.map((message) => ({ ...message, from: bo, to: ana })),
  ]);
  expect(countEmittedTwice(world)).toBe(0);
  expect(world.nodes.flatMap(({ record }) => record.violations)).toEqual([]);
  expect(world.nodes.filter(({ state }) => state === 'crashed')).toEqual([]);
  return histories;
}

describe.skipIf(mustSkipNetns())('two that write to each other', () => {
  beforeAll(() => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
  });

  test('[DELIVER-1, DELIVER-3] an author that is killed as soon as it has accepted', async () => {
    await startBoth();
    for (let round = 0; round < rounds; round += 1) {
      // In turns: the other takes it, or is frozen and cannot.
      if (round % 2 === 1) nodes.bo.pause();
      const others = Promise.all([write('ana'), write('ana'), write('ana')]);
      await write('ana');
      await nodes.ana.kill();
      await others;
      if (nodes.bo.state === 'paused') nodes.bo.resume();
      await start('ana');
    }
    expect(accepted.ana.length).toBeGreaterThanOrEqual(rounds);
    await expectNothingLost();
  });

  test('[DELIVER-2, DELIVER-3] a receiver that is killed when it has kept a message and its acknowledgement has not arrived', async () => {
    await startBoth();
    for (let round = 0; round < rounds; round += 1) {
      // A session, over which the answers then get lost.
      await write('ana');
      await write('bo');
      await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
      const heal = await world.block({ from: [hosts.bo], to: [hosts.ana], traffic: 'all' });
      await write('ana');
      const last = nth(accepted.ana, accepted.ana.length - 1);
      await world.waitUntil('it was received', () => has('bo', last), waitMs);
      await nodes.bo.kill();
      // In turns: only the receiver, both.
      if (round % 2 === 1) await nodes.ana.kill();
      await heal();
      expect(wasDelivered(last), 'told to be delivered, although no acknowledgement can have arrived').toBe(false);
      await Promise.all([start('bo'), ...(round % 2 === 1 ? [start('ana')] : [])]);
      await world.waitUntil('it is delivered', () => round % 2 === 1 || wasDelivered(last), waitMs);
    }
    await expectNothingLost();
  });

  test('[DELIVER-2, DELIVER-3] a receiver that is killed when its system has a message and it has not', async () => {
    await startBoth();
    await write('ana');
    await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
    for (let round = 0; round < rounds; round += 1) {
      nodes.bo.pause();
      await write('ana');
      const last = nth(accepted.ana, accepted.ana.length - 1);
      await world.waitUntil('it is on its way', () => statesOf(last).includes('sent'), waitMs);
      await nodes.bo.kill();
      if (round % 2 === 1) await nodes.ana.kill();
      await Promise.all([start('bo'), ...(round % 2 === 1 ? [start('ana')] : [])]);
      await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
    }
    await expectNothingLost();
  });

  test.each<{ readonly whose: string; readonly sides: readonly Side[] }>([
    { whose: 'the author', sides: ['ana'] },
    { whose: 'the receiver', sides: ['bo'] },
    { whose: 'both', sides: ['ana', 'bo'] },
  ])('[DELIVER-2, KEEP-2, STORE-8] the disk of $whose is full, also after a crash, and has room again', async ({ sides }) => {
    const disks: SmallDisk[] = [];
    for (const side of sides) disks.push(await world.giveSmallDisk(hosts[side], diskBytes));
    await startBoth();
    await write('ana');
    await write('bo');
    await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
    for (const disk of disks) disk.fill();
    await writeUntilFull(sides);
    // What was kept before can be read, and a full disk is no reason not to be here.
    expect((await nodes.ana.history(nodes.bo.peerId, 10)).length).toBeGreaterThan(0);
    // And so after a crash.
    for (const side of sides) {
      await nodes[side].kill();
      await start(side);
    }
    await untilAllSeeAll(world, [nodes.ana, nodes.bo], waitMs);
    await Promise.all([write('ana', longText), write('bo', longText)]);
    for (const disk of disks) disk.free();
    for (const side of ['ana', 'bo'] as const) expect(await write(side)).toBeUndefined();
    // Whatever could not be saved at the start can be now.
    for (const side of sides) await nodes[side].changeProfile({ note: 'there is room again' });
    await expectNothingLost();
    const health = (side: Side) => nodes[side].record.health;
    await world.waitUntil('nothing is wrong any more', () => health('ana').length + health('bo').length === 0, waitMs);
  });

  test('[STORE-5, DELIVER-4] a clock that is set back a day between two starts', async () => {
    await startBoth();
    for (const text of ['', ' and more']) await write('ana', text);
    await write('bo');
    await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
    const stale = nodes.ana;
    await stale.kill();
    await start('ana', { environment: { NODE_OPTIONS: yesterday } });
    await Promise.all([write('ana'), write('bo')]);
    await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
    await start('ana', await nodes.ana.stop().then(() => ({})));
    await Promise.all([write('bo'), write('ana')]);
    const histories = await expectNothingLost();
    const own = histories
      .get(nodes.ana)
      ?.get(nodes.bo)
      ?.own.map(({ text }) => text);
    expect(own).toEqual(accepted.ana.map(({ text }) => text));
  });
});

function statesOf({ messageId }: Text): readonly string[] {
  return world.nodes.flatMap(({ record }) =>
    record.events.flatMap(({ event }) => (event.event === 'delivery' && event.messageId === messageId ? [event.state] : [])),
  );
}

function wasDelivered(message: Text): boolean {
  return statesOf(message).includes('delivered');
}

/** Until each of them has said so: an author by refusing, a receiver by its health. */
async function writeUntilFull(sides: readonly Side[]): Promise<void> {
  const isFull = (side: Side): boolean => hasHealth(nodes[side], 'messages-not-kept');
  // No more than there is room for afterwards, twice over: in the database and in its log.
  const mostTexts = diskBytes / (4 * longText.length);
  for (let count = 0; !sides.every(isFull) && count < mostTexts; count += 1) {
    await Promise.all([write('ana', longText), write('bo', longText)]);
  }
  await world.waitUntil('the full disk is said', () => sides.every(isFull), waitMs);
  for (const side of sides) expect(await write(side, longText)).toContain('not-kept');
}
