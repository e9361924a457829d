/**
 * Whole nodes under broken datagrams: each is counted and has no other effect. HALLWAY_LONG=1 sends
 * ten times as many; HALLWAY_SEED=… picks others.
 */
import { looksLikeBlock } from '../../src/main/core/presence/wire/datagram.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeDatagram } from '../../src/main/core/presence/wire/datagram.ts';
import { defaultPresenceOptions } from '../../src/main/core/presence/options.ts';
import type { Peer } from '../../src/shared/contract/presence.ts';
import { brokenDatagram, pick, randomDatagram } from '../fixtures/sample-datagrams.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSimSignatures } from '../fakes/sim-identity.ts';
import { addAttacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'fuzz-1';
const isLong = process.env['HALLWAY_LONG'] === '1';
const count = isLong ? 1_000_000 : 100_000;
/** Real time, on a machine with other load. */
const timeoutMs = isLong ? 1_200_000 : 120_000;
const perStep = 100;
const stepMs = 5;

interface Counters {
  readonly received: number;
  readonly malformed: Readonly<Record<string, number>>;
  readonly badSignature: number;
  readonly replayed: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued: number;
}

let world: SimWorld;

afterEach(() => world.close());

/** Lifts every flow limit, so that all datagrams reach the decoder and the signature check. */
const withoutLimits = {
  maxPerPeerPerSecond: 1e9,
  maxPerSourcePerSecond: 1e9,
  maxUnknownPerSecond: 1e9,
  maxQueued: 1e6,
  datagramsPerTurn: 1e6,
};

async function threeNodes(presence: object): Promise<readonly SimNode[]> {
  world = createSimWorld({ seed, presence });
  await world.addHosts(3);
  for (const host of world.hosts) await host.start();
  await world.waitUntil('all see all', () => world.nodes.every((node) => node.record.peers.size === 2), 5_000);
  return world.nodes;
}

function isAsBefore(at: SimNode, { peerId, name, host, status, note, presence }: Peer): boolean {
  const sender = world.nodes.find((node) => node !== at && node.peerId === peerId);
  return sender?.name === name && sender.host.name === host && status === 'available' && note === '' && presence === 'online';
}

function countersOf(node: SimNode | undefined): Counters {
  return node?.hallway.diagnostics.read()['counters'] as unknown as Counters;
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, one) => total + one, 0);

/**
 * Creates broken datagrams, from those that the nodes sent and from strangers. None is valid by
 * chance.
 */
function createBreaker(nodesSent: readonly Uint8Array[]): () => Uint8Array {
  const random = createSeededRandom(seed);
  // a registry of its own: no node accepts their signatures
  const unknownPeers = createSimSignatures();
  const invented = Array.from({ length: 500 }, (_, index) =>
    randomDatagram(random, unknownPeers.identity(`stranger ${index % 20}`)),
  );
  const isRight = (bytes: Uint8Array): boolean => {
    const decoded = decodeDatagram(bytes);
    return decoded.ok && world.signatures.verify(decoded.datagram.publicKey, decoded.signedBytes, decoded.signature);
  };
  return function next(): Uint8Array {
    const pool = pick(random, [nodesSent, invented]);
    const bytes = brokenDatagram(random, pool);
    return isRight(bytes) ? next() : bytes;
  };
}

describe('broken datagrams', () => {
  test(
    `[WIRE-1, ID-3, FLOW-5] ${count} at whole nodes: no crash, no entry, all counted, and the list stays right`,
    { timeout: timeoutMs },
    async () => {
      const sent: Uint8Array[] = [];
      const [victim, ...others] = await (async () => {
        const nodes = await threeNodes(withoutLimits);
        world.lan.onDatagram(({ bytes }) => sent.push(bytes));
        await world.passTime(12_000);
        return nodes;
      })();
      const nodesSent = sent.splice(0);
      expect(nodesSent.length).toBeGreaterThan(5);
      const attacker = await addAttacker(world);
      const next = createBreaker(nodesSent);
      const before = world.nodes.map(countersOf);
      const blocks = { toOne: 0, toAll: 0 };
      const eventsBefore = world.nodes.map((node) => node.record.events.length);

      for (let done = 0; done < count; done += perStep) {
        for (let one = 0; one < perStep; one += 1) {
          // Nine in ten go to one node, the others to all.
          const broken = next();
          // Rooms read blocks, and count what they drop.
          const isBlock = looksLikeBlock(broken);
          if (victim && one % 10 > 0) {
            attacker.toNode(victim, broken);
            if (isBlock) blocks.toOne += 1;
          } else {
            attacker.toGroup(broken);
            if (isBlock) blocks.toAll += 1;
          }
        }
        await world.passTime(stepMs);
      }
      await world.passTime(1_000);

      const after = world.nodes.map(countersOf);
      const counted = after.map((counters, index) => {
        const earlier = before[index] as Counters;
        const bad =
          sum(counters.malformed) -
          sum(earlier.malformed) +
          counters.badSignature -
          earlier.badSignature +
          counters.replayed -
          earlier.replayed;
        return bad + sum(counters.dropped) - sum(earlier.dropped);
      });
      expect(counted, `seed ${seed}`).toEqual([
        count - blocks.toOne - blocks.toAll,
        count / 10 - blocks.toAll,
        count / 10 - blocks.toAll,
      ]);
      expect(blocks.toOne + blocks.toAll).toBeLessThan(count / 100);
      expect(after.map(({ queued }) => queued)).toEqual([0, 0, 0]);
      const reached = Object.entries(after[0]?.malformed ?? {}).filter(([, times]) => times > 0);
      expect(reached.map(([reason]) => reason).toSorted(), `seed ${seed}`).toEqual(['kind', 'text', 'truncated', 'version']);
      expect(after[0]?.badSignature).toBeGreaterThan(count / 20);

      for (const [index, node] of world.nodes.entries()) {
        expect(node.record.violations, `seed ${seed}`).toEqual([]);
        const news = node.record.events.slice(eventsBefore[index]).map(({ event }) => event);
        // Only the addresses of a peer may change: one that was silent for too long is dropped.
        const changed = news.filter((event) => event.event !== 'peer-updated' || !isAsBefore(node, event.peer));
        expect(
          changed.filter(({ event }) => event.startsWith('peer-')),
          `seed ${seed}, ${node.name}`,
        ).toEqual([]);
        expect([...node.record.peers.keys()].toSorted(), `seed ${seed}`).toEqual(
          world.nodes
            .filter((other) => other !== node)
            .map(({ peerId }) => peerId)
            .toSorted(),
        );
      }
      expect(others).toHaveLength(2);
    },
  );

  test('[FLOW-3, FLOW-5, WIRE-3] under 20,000 a second for 10 s known peers stay, a new one is listed, and health reports a flood', async () => {
    await threeNodes({});
    const attacker = await addAttacker(world);
    const random = createSeededRandom(seed);
    const unknownPeers = createSimSignatures();
    const invented = Array.from({ length: 300 }, (_, index) =>
      randomDatagram(random, unknownPeers.identity(`stranger ${index}`)),
    );
    const first = world.nodes[0] as SimNode;
    let longestQueue = 0;
    for (let passedMs = 0; passedMs < 10_000; passedMs += stepMs) {
      for (let one = 0; one < perStep; one += 1)
        attacker.toGroup(one % 2 === 0 ? pick(random, invented) : brokenDatagram(random, invented));
      await world.passTime(stepMs);
      longestQueue = Math.max(longestQueue, countersOf(first).queued);
    }
    expect(first.record.health.map(({ code }) => code)).toContain('flooded');
    expect(longestQueue).toBeLessThanOrEqual(2 * 1_024);
    const newcomer = await (await world.addHost()).start();
    await world.waitUntil('the newcomer is listed', () => world.nodes.every((node) => node.record.peers.size === 3), 10_000);
    await world.passTime(40_000);
    for (const node of world.nodes) {
      expect(
        node.record.events.filter(({ event }) => event.event === 'peer-left'),
        `seed ${seed}`,
      ).toEqual([]);
      expect(node.record.peers.size, `seed ${seed}`).toBe(3);
      expect(node.record.health).toEqual([]);
    }
    expect(newcomer.record.violations).toEqual([]);
  });

  test('[FLOW-2, FLOW-9] datagrams with invented keys are throttled before any key is parsed', async () => {
    const [first] = await threeNodes({});
    const attacker = await addAttacker(world);
    const random = createSeededRandom(seed);
    const unknownPeers = createSimSignatures();
    const looked = { times: 0 };
    const peerIdOf = world.signatures.peerIdOf.bind(world.signatures);
    Object.assign(world.signatures, { peerIdOf: (key: Uint8Array) => ((looked.times += 1), peerIdOf(key)) });
    const seconds = 4;
    const perSecond = 5_000;
    for (let sent = 0; sent < seconds * perSecond; sent += 1) {
      if (first) attacker.toNode(first, randomDatagram(random, unknownPeers.identity(`stranger ${sent}`)));
      if (sent % 25 === 24) await world.passTime(5);
    }
    await world.passTime(100);
    // New keys of one address get a burst, and then their rate. The three nodes also talk to each
    // other.
    const { maxFurtherKeyBurstPerSource, maxFurtherKeysPerSourcePerSecond } = defaultPresenceOptions;
    expect(looked.times, `seed ${seed}`).toBeGreaterThan(maxFurtherKeyBurstPerSource);
    expect(looked.times, `seed ${seed}`).toBeLessThan(
      maxFurtherKeyBurstPerSource + maxFurtherKeysPerSourcePerSecond * seconds + 200,
    );
  });

  test("[FLOW-3] a flood with a known peer's key from elsewhere does not remove that peer", async () => {
    const [first, second] = await threeNodes({});
    const beacons: Uint8Array[] = [];
    world.lan.onDatagram(({ from, bytes }) => from === second?.name && beacons.push(bytes));
    await world.passTime(12_000);
    const attacker = await addAttacker(world);
    const forged = (beacons[0] ?? new Uint8Array()).slice();
    forged.fill(0, forged.length - 64); // its key in front, without a signature
    for (let passedMs = 0; passedMs < 60_000; passedMs += 50) {
      for (let one = 0; one < 50; one += 1) attacker.toGroup(forged);
      await world.passTime(50);
    }
    const left = first?.record.events.filter(({ event }) => event.event === 'peer-left').map(({ event }) => event);
    expect(left, `seed ${seed}`).toEqual([]);
    expect(first?.record.peers.get(second?.peerId ?? '')?.presence).toBe('online');
  });
});
