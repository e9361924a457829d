/** Rooms where multicast reaches nobody, or not all: each message goes along the halving list of its author, and nobody misses it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeBlock } from '../../src/main/core/rooms/wire/block.ts';
import { toHex } from '../../src/main/core/lib/hex.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { untilAllOnline } from '../scenarios/expectations.ts';
import { describeFigure } from '../scenarios/figures.ts';
import { countersOf, eachSays, expectOneHistory, talk, untilHeld, untilTold, type Said } from '../scenarios/room-talk.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import type { SimNode } from './sim-node.ts';

let world: SimWorld;
beforeEach(() => {
  world = createSimWorld({ seed: 'rooms-tree' });
});
afterEach(() => world.close());

/** T of the spec of presence: a beacon comes at least this often. */
const beaconMs = 5_000;
/** Long enough that nobody waits for multicast any more. */
const deafMs = 40_000;

/** Nodes whose switch drops multicast, and that found each other by the addresses of the first. */
async function startWithoutMulticast(count: number): Promise<readonly SimNode[]> {
  await world.addHosts(count);
  await world.block({ traffic: 'multicast' });
  const [first, ...others] = await Promise.all(world.hosts.map((host) => host.start()));
  if (!first) return [];
  const address = `${first.host.addressesOf('eth0')[0]}:${first.record.ready?.event.unicastPort}`;
  for (const other of others) await other.connect(address);
  await untilAllOnline(world, world.nodes, 300_000);
  await world.passTime(deafMs);
  return world.nodes;
}

interface Relay {
  readonly from: string;
  readonly to: string;
  readonly block: string;
  readonly hops: number;
  readonly listed: number;
  readonly sizeBytes: number;
}

function recordRelays(): readonly Relay[] {
  const relays: Relay[] = [];
  world.onFrame(({ from, to, frame, sizeBytes }) => {
    if (frame.type !== 'relay') return;
    for (const bytes of frame.blocks) {
      const decoded = decodeBlock(bytes);
      const block = decoded.ok ? `${toHex(decoded.block.publicKey.subarray(1, 5))} ${decoded.block.first}` : '?';
      const name = world.nodes.find(({ peerId }) => peerId === to)?.name ?? '?';
      relays.push({ from, to: name, block, hops: frame.hops, listed: frame.tags.length, sizeBytes });
    }
  });
  return relays;
}

/** The round in which the last node got a block, if each node sends to one other in a round: the longest list first. */
function roundsOf(relays: readonly Relay[]): number {
  const rounds = new Map<string, number>();
  const sent = new Map<string, number>();
  for (const { from, to } of relays.toSorted((a, b) => a.hops - b.hops || b.listed - a.listed)) {
    sent.set(from, (sent.get(from) ?? 0) + 1);
    rounds.set(to, (rounds.get(from) ?? 0) + (sent.get(from) ?? 0));
  }
  return Math.max(...rounds.values());
}

describe('a switch that drops multicast', () => {
  test.each([8, 16, 50])(
    '[ROOM-140, ROOM-150] %i nodes have each message after ⌈log2 n⌉ rounds, each node once',
    async (count) => {
      const nodes = await startWithoutMulticast(count);
      const relays = recordRelays();
      const said = await talk(world, nodes, createSeededRandom(`${count}`), { count: 20, gapMs: 200 });
      const tookMs = await untilTold(world, nodes, said, 5_000);
      await expectOneHistory(nodes, said);
      const blocks = [...new Set(relays.map(({ block }) => block))];
      const rounds = blocks.map((block) => roundsOf(relays.filter((relay) => relay.block === block)));
      const frames = relays.length / blocks.length;
      const bytes = relays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / blocks.length;
      for (const [name, value] of Object.entries({ rounds: Math.max(...rounds), frames, bytes }))
        console.log(describeFigure('SIM', { name: `${count} nodes: ${name} per message`, value, unit: 'count' }));
      console.log(
        describeFigure('SIM', { name: `${count} nodes: until all have all, after the last`, value: tookMs, unit: 'ms' }),
      );
      const relayed = await Promise.all(nodes.map(async (node) => (await countersOf(node)).relayed));
      expect({
        rounds: Math.max(...rounds),
        frames,
        isRelayCounted: relayed.reduce((sum, one) => sum + one, 0) > 0,
      }).toEqual({ rounds: Math.ceil(Math.log2(count)), frames: count - 1, isRelayCounted: true });
    },
  );
});

/** Most sessions of the tree are open then: the hash of a block decides which ones it takes. */
async function warmUp(nodes: readonly SimNode[]): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await untilTold(world, nodes, await eachSays(world, nodes, `warm up ${round}`), 10_000);
    await world.passTime(2_000);
  }
}

describe('a relay that fails', () => {
  test.each([1, 2, 3, 4])('[ROOM-143] in round %i of 16 nodes: nobody else misses the message', async (round) => {
    const nodes = await startWithoutMulticast(16);
    await warmUp(nodes);
    const [author] = nodes as [SimNode];
    let victim: SimNode | undefined;
    world.onFrame(({ to, frame }) => {
      // A list of 15 is halved in each round, so its length names the round. The order of frames
      // does not: one that waits for its session leaves later.
      if (frame.type !== 'relay' || victim || frame.tags.length + 1 !== 2 ** (4 - round)) return;
      victim = world.nodes.find(({ peerId }) => peerId === to);
      void victim?.kill();
    });
    const messageId = await sayBy(author, 'is everybody here?');
    const said = [{ author, text: '', messageId, atMs: world.nowMs() }];
    const waitedMs = await world.waitUntil('a relay crashes', () => victim !== undefined, 5_000);
    const others = nodes.filter((node) => node !== victim);
    const tookMs = waitedMs + (await untilTold(world, others, said, 5_000));
    console.log(
      describeFigure('SIM', { name: `round ${round}: all others have it, after`, value: tookMs, unit: 'ms', goal: 2_000 }),
    );
    const copies = others.map((node) => node.record.roomMessages.filter((told) => told.messageId === messageId).length);
    expect({ others: others.length, copies }).toEqual({
      others: 15,
      copies: others.map((node) => (node === author ? 0 : 1)),
    });
  });

  test('[ROOM-142] frozen: what it does not take within 1 s goes past it, and it pulls when it runs again', async () => {
    const nodes = await startWithoutMulticast(16);
    await warmUp(nodes);
    const [author, frozen] = nodes as [SimNode, SimNode];
    frozen.pause();
    const said: Said[] = [];
    for (let index = 0; index < 16; index += 1) {
      said.push({ author, text: '', messageId: await sayBy(author, `line ${index}`), atMs: world.nowMs() });
      await world.passTime(300);
    }
    const others = nodes.filter((node) => node !== frozen);
    const tookMs = await untilTold(world, others, said, 5_000);
    frozen.resume();
    await untilHeld(world, nodes, said, 60_000);
    const missing = others.filter((node) => node !== author).map((node) => said.length - new Set(idsOf(node, said)).size);
    expect({ missing, isLate: tookMs > 2_000 }).toEqual({ missing: missing.map(() => 0), isLate: false });
  });

  test('[ROOM-145] it takes a block and dies: digests find it, and nobody has it twice', async () => {
    const nodes = await startWithoutMulticast(16);
    await warmUp(nodes);
    const [author] = nodes as [SimNode];
    let victim: SimNode | undefined;
    world.onFrame(({ from, frame }) => {
      if (frame.type !== 'relay' || from === author.name || victim) return;
      victim = world.nodes.find(({ name }) => name === from);
      // What it says from now on is lost: it has just said that it took the block.
      if (victim) void world.block({ from: [victim.host], traffic: 'all' });
    });
    const said = [{ author, text: '', messageId: await sayBy(author, 'taken'), atMs: world.nowMs() }];
    await world.passTime(900);
    const soon = nodes.filter((node) => idsOf(node, said).length > 0).length;
    const others = nodes.filter((node) => node !== victim);
    const tookMs = await untilTold(world, others, said, beaconMs);
    console.log(
      describeFigure('SIM', { name: 'a relay took it and died: all others have it, after', value: tookMs, unit: 'ms' }),
    );
    const copies = others.filter((node) => node !== author).map((node) => idsOf(node, said).length);
    expect({ missedSome: soon < nodes.length - 1, copies }).toEqual({ missedSome: true, copies: copies.map(() => 1) });
  });
});

/** @returns the id, once it is persisted */
async function sayBy(author: SimNode, text: string): Promise<string> {
  let messageId: string | undefined;
  void author.say('#everyone', text).then((id) => (messageId = id));
  await world.waitUntil('it is persisted', () => messageId !== undefined, 5_000);
  return messageId ?? '';
}

/** Those of them that the node told of, as often as it did. */
function idsOf(node: SimNode, said: readonly { readonly messageId: string }[]): readonly string[] {
  const ids = new Set(said.map(({ messageId }) => messageId));
  return node.record.roomMessages.map(({ messageId }) => messageId).filter((messageId) => ids.has(messageId));
}
