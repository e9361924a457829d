/**
 * Two real processes that message each other, killed and out of disk space at the worst moments. In
 * the end both hold the same messages, including every accepted one.
 * test/sim/kill-at-every-step.test.ts covers every step; this one shows that the system keeps its
 * part.
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
/** Texts that soon fill the free space inside a database's files. */
const longText = 'x'.repeat(10_000);
const dayMs = 86_400_000;
/** Sets this process's wall clock, like a changed computer clock. */
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

/**
 * Waits until all is delivered. Both sides then hold the same messages, every accepted one
 * included, and no event was emitted twice.
 */
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

describe.skipIf(mustSkipNetns())('two peers that message each other', () => {
  beforeAll(() => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
  });

  test('[DELIVER-1, DELIVER-3] an author killed as soon as it accepts a message', async () => {
    await startBoth();
    for (let round = 0; round < rounds; round += 1) {
      // By turns: the receiver is running, or frozen.
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

  test('[DELIVER-2, DELIVER-3] a receiver killed after persisting a message, before its acknowledgement arrives', async () => {
    await startBoth();
    for (let round = 0; round < rounds; round += 1) {
      // A session that will lose the acknowledgements.
      await write('ana');
      await write('bo');
      await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
      const heal = await world.block({ from: [hosts.bo], to: [hosts.ana], traffic: 'all' });
      await write('ana');
      const last = nth(accepted.ana, accepted.ana.length - 1);
      await world.waitUntil('it was received', () => has('bo', last), waitMs);
      await nodes.bo.kill();
      // By turns: only the receiver, or both.
      if (round % 2 === 1) await nodes.ana.kill();
      // Before the network heals: then the system of the receiver may still send what it was given.
      expect(wasDelivered(last), 'told to be delivered, although no acknowledgement can have arrived').toBe(false);
      await heal();
      await Promise.all([start('bo'), ...(round % 2 === 1 ? [start('ana')] : [])]);
      await world.waitUntil('it is delivered', () => round % 2 === 1 || wasDelivered(last), waitMs);
    }
    await expectNothingLost();
  });

  test('[DELIVER-2, DELIVER-3] a receiver killed after its system got a message, before it read it', async () => {
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
  ])('[DELIVER-2, KEEP-2, STORE-8] the disk of $whose fills up, also before a crash, and gets room again', async ({ sides }) => {
    const disks: SmallDisk[] = [];
    for (const side of sides) disks.push(await world.giveSmallDisk(hosts[side], diskBytes));
    await startBoth();
    await write('ana');
    await write('bo');
    await untilDelivered(world, [nodes.ana, nodes.bo], waitMs);
    for (const disk of disks) disk.fill();
    await writeUntilFull(sides);
    // Stored messages are readable, and a node with a full disk is still present.
    expect((await nodes.ana.history(nodes.bo.peerId, 10)).length).toBeGreaterThan(0);
    // The same after a crash.
    for (const side of sides) {
      await nodes[side].kill();
      await start(side);
    }
    await untilAllSeeAll(world, [nodes.ana, nodes.bo], waitMs);
    await Promise.all([write('ana', longText), write('bo', longText)]);
    for (const disk of disks) disk.free();
    for (const side of ['ana', 'bo'] as const) expect(await write(side)).toBeUndefined();
    // Files that could not be saved at the start are saved now.
    for (const side of sides) await nodes[side].changeProfile({ note: 'there is room again' });
    await expectNothingLost();
    const health = (side: Side) => nodes[side].record.health;
    await world.waitUntil('nothing is wrong any more', () => health('ana').length + health('bo').length === 0, waitMs);
  });

  test('[STORE-5, DELIVER-4] a clock set back by a day between two starts', async () => {
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

/**
 * Writes until each side reports the full disk: an author by refusing, a receiver by its health.
 */
async function writeUntilFull(sides: readonly Side[]): Promise<void> {
  const isFull = (side: Side): boolean => hasHealth(nodes[side], 'messages-not-kept');
  // At most what the disk could hold twice over, in the database and its log.
  const mostTexts = diskBytes / (4 * longText.length);
  for (let count = 0; !sides.every(isFull) && count < mostTexts; count += 1) {
    await Promise.all([write('ana', longText), write('bo', longText)]);
  }
  await world.waitUntil('the full disk is said', () => sides.every(isFull), waitMs);
  for (const side of sides) expect(await write(side, longText)).toContain('not-kept');
}
