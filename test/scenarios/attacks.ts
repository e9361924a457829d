/**
 * Forgers, liars and replays on the same network must not change the peers that nodes show. The
 * attacker programs are in test/attackers; floods are in floods.ts.
 */
import { expect } from 'vitest';
import { maxHostBytes, maxNameBytes, maxNoteBytes } from '../../src/shared/contract/profile.ts';
import { masks } from '../attackers/liars.ts';
import {
  departures,
  expectExactly,
  healedMs,
  nth,
  pastExpiryMs,
  startAll,
  untilAllOnline,
  untilAllSeeAll,
} from './expectations.ts';
import type { Scenario } from './scenario.ts';
import type { Host, World, WorldNode } from './world.ts';

const lieMs = 28_000;

interface Lie {
  readonly id: string;
  readonly title: string;
  readonly kind: 'forge' | 'replay';
}

function lie({ id, title, kind }: Lie): Scenario {
  return {
    id,
    title,
    async run(world) {
      const hosts = await world.addHosts(3);
      const attacker = await world.addHost();
      const nodes = await startAll(hosts);
      await untilAllOnline(world, nodes, healedMs);
      const [stayer, other, leaver] = [nth(nodes, 0), nth(nodes, 1), nth(nodes, 2)];
      const startedMs = world.nowMs();
      const attacking = attacker.attack({ kind, durationMs: lieMs });
      await world.passTime(lieMs / 4);
      // A peer that left stays away, and a peer that returned stays listed, whatever the attacker
      // replays.
      await leaver.stop();
      const leftMs = world.nowMs();
      await world.passTime(lieMs / 4);
      expect(departures([stayer, other], startedMs).toSorted()).toEqual(
        [stayer, other].map((node) => `${node.name}: ${leaver.name} goodbye`).toSorted(),
      );
      expectExactly([stayer, other]);
      await other.stop();
      const returned = await nth(hosts, 1).start();
      await untilAllOnline(world, [stayer, returned], healedMs);
      const returnedMs = world.nowMs();
      const { sent = 0 } = await attacking;
      await world.passTime(pastExpiryMs);
      expect(departures([stayer, returned], returnedMs)).toEqual([]);
      expect(stayer.record.events.filter(({ atMs, event }) => atMs > leftMs && isAbout(event, leaver.peerId))).toEqual([]);
      expectExactly([stayer, returned]);
      expect(sent).toBeGreaterThan(0);
      return [{ name: 'sent by the attacker', value: sent, unit: 'count' }];
    },
  };
}

function isAbout(event: WorldNode['record']['events'][number]['event'], peerId: string): boolean {
  return (event.event === 'peer-joined' || event.event === 'peer-updated') && event.peer.peerId === peerId;
}

export const forgeries = lie({
  id: 'S-FORGED',
  title: '[ID-3, BUDDY-4, BYE-2] goodbyes, beacons, HELLOs, PINGs and suspicions in others’ names, or from strangers, do nothing',
  kind: 'forge',
});

export const replays = lie({
  id: 'S-REPLAYED',
  title: '[HS-6, AUTO-4] replaying everything that the group heard, at once and repeatedly, neither removes nor lists a peer',
  kind: 'replay',
});

export const slander: Scenario = {
  id: 'S-SLANDER',
  title: '[BUDDY-2] a peer that sends suspicions of all others makes no peer leave or become suspect',
  async run(world) {
    const { nodes, startedMs, attacker } = await threeAndAnAttacker(world);
    await attacker.attack({ kind: 'slander', durationMs: lieMs / 2 });
    const emitted = nodes.flatMap((node) =>
      node.record.events.flatMap(({ atMs, event }) =>
        atMs >= startedMs && event.event === 'peer-updated' && event.peer.presence !== 'online' ? [event.peer] : [],
      ),
    );
    expect(emitted.filter(({ peerId }) => nodes.some((node) => node.peerId === peerId))).toEqual([]);
    expect(departures(nodes, startedMs).filter((departure) => !departure.includes(': Slanderer '))).toEqual([]);
    expect(
      nodes.map((node) =>
        node.record.events.some(({ event }) => event.event === 'peer-joined' && event.peer.name === 'Slanderer'),
      ),
    ).toEqual(nodes.map(() => true));
    return [];
  },
};

/** Characters that a terminal or a browser would obey or hide. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\u2060\ufeff\u00ad\u2800\u3164\u{e0000}-\u{e007f}]/u;

export const hostileTexts: Scenario = {
  id: 'S-HOSTILE-TEXT',
  title: '[WIRE-6, WIRE-7] names, hosts and notes with controls, overrides and excess length are shown clean and short',
  async run(world) {
    const { nodes, startedMs, attacker } = await threeAndAnAttacker(world);
    await attacker.attack({ kind: 'masquerade', durationMs: lieMs / 6 });
    const own = new Set(nodes.map((node) => node.peerId));
    for (const node of nodes) {
      const unknownPeers = [...node.record.peers.values()].filter(({ peerId }) => !own.has(peerId));
      expect(unknownPeers).toHaveLength(masks.length);
      const bytes = (text: string): number => new TextEncoder().encode(text).length;
      for (const { name, host, note } of unknownPeers) {
        expect([name, host, note].filter((text) => unsafe.test(text) || text !== text.trim())).toEqual([]);
        expect(bytes(name)).toBeLessThanOrEqual(maxNameBytes);
        expect(bytes(host)).toBeLessThanOrEqual(maxHostBytes);
        expect(bytes(note)).toBeLessThanOrEqual(maxNoteBytes);
      }
    }
    // A peer with the name of another is an entry of its own, and changes nothing about the first.
    const namesakes = [...nth(nodes, 1).record.peers.values()].filter(({ name }) => name === nth(nodes, 0).name);
    expect(new Set(namesakes.map(({ peerId }) => peerId)).size).toBe(2);
    expect(departures(nodes, startedMs)).toEqual([]);
    return [];
  },
};

async function threeAndAnAttacker(
  world: World,
): Promise<{ readonly nodes: readonly WorldNode[]; readonly startedMs: number; readonly attacker: Host }> {
  const hosts = await world.addHosts(3);
  const attacker = await world.addHost();
  const nodes = await startAll(hosts);
  await untilAllSeeAll(world, nodes);
  return { nodes, startedMs: world.nowMs(), attacker };
}
