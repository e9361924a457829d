/** Closed networks: real team keys on simulated nodes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeDatagram } from '../../src/main/core/presence/wire/datagram.ts';
import { createTeamEnvelope, deriveTeamKey, type TeamKey } from '../../src/main/node/crypto/team-key.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { addAttacker } from './attacker.ts';
import type { SimWorldHost } from './sim-host.ts';
import { createSimNode, type SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

// Key derivation is slow on purpose, so each key is derived once.
const oldKey = deriveTeamKey('the old passphrase');
const newKey = deriveTeamKey('the new passphrase');

let world: SimWorld;
const nodes: SimNode[] = [];

beforeEach(() => void (world = createSimWorld({ seed: 'team-key' })));
afterEach(async () => {
  for (const node of nodes.splice(0)) if (node.state === 'running') await node.kill();
  await world.close();
});

/** @param keys the first one seals, all of them open; none for an open network */
async function startNode(keys: readonly TeamKey[], host?: SimWorldHost): Promise<SimNode> {
  const on = host ?? (await world.addHost());
  const [first, ...others] = keys;
  const node = createSimNode(
    {
      clock: world.clock,
      random: createSeededRandom(`${on.name} ${nodes.length}`),
      identity: world.signatures.identity(on.name),
      signatures: world.signatures,
      envelope: first && createTeamEnvelope([first, ...others]),
      simHost: on.simHost,
      host: on,
      isDeaf: on.isDeaf,
      waitUntil: world.waitUntil,
    },
    { name: on.name, incarnation: world.clock.wallMs() },
  );
  nodes.push(node);
  await world.waitUntil(`${node.name} is ready`, () => node.record.ready !== undefined, 5_000);
  return node;
}

function namesSeenBy(node: SimNode): readonly string[] {
  return [...node.record.peers.values()].map(({ name }) => name).toSorted();
}

function countersOf(node: SimNode): Record<string, unknown> {
  return node.hallway.diagnostics.read().counters;
}

describe('a team key', () => {
  test('[TEAM-1] lets nodes with the same key find each other, and hides them from all others', async () => {
    const [a, b] = [await startNode([oldKey]), await startNode([oldKey])];
    const [other, open, open2] = [await startNode([newKey]), await startNode([]), await startNode([])];
    await world.passTime(60_000);
    expect([a, b, other, open, open2].map(namesSeenBy)).toEqual([['h2'], ['h1'], [], ['h5'], ['h4']]);
    expect(countersOf(a)).toMatchObject({ badSignature: 0, malformed: { foreign: 0 }, otherTeam: expect.any(Number) });
    expect(Number(countersOf(a)['otherTeam'])).toBeGreaterThan(20);
    expect(other.hallway.diagnostics.read().teamKey).toBe(true);
  });

  test('[TEAM-1] makes every datagram unreadable on the wire, multicast or unicast', async () => {
    const kinds: boolean[] = [];
    world.lan.onDatagram(({ bytes, multicast }) => {
      kinds.push(multicast);
      expect(decodeDatagram(bytes)).toEqual({ ok: false, reason: 'foreign' });
      // The 33 bytes that begin every datagram. Two letters of a name could occur by chance.
      for (const name of ['h1', 'h2'])
        expect(Buffer.from(bytes).includes(Buffer.from(world.signatures.identity(name).publicKey))).toBe(false);
    });
    const [a, b] = [await startNode([oldKey]), await startNode([oldKey])];
    await world.passTime(20_000);
    await b.stop();
    expect([namesSeenBy(a), a.record.events.at(-1)?.event]).toMatchObject([[], { event: 'peer-left', reason: 'goodbye' }]);
    expect(new Set(kinds)).toEqual(new Set([true, false]));
  });

  test('[TEAM-1] gives recorded datagrams no effect when they are replayed', async () => {
    const recorded: Uint8Array[] = [];
    const undo = world.lan.onDatagram(({ bytes, multicast }) => multicast && recorded.push(bytes));
    const [a, b] = [await startNode([oldKey]), await startNode([oldKey])];
    await world.passTime(5_000);
    undo();
    await b.stop();
    const attacker = await (
      await world.addHost()
    ).simHost.udp.open({ family: 'ipv4', port: 0, shared: false }, { onDatagram: () => undefined, onError: () => undefined });
    const since = a.record.events.length;
    for (const bytes of recorded) attacker.send(bytes, { family: 'ipv4', address: '224.0.0.187', port: 4_255 });
    await world.passTime(5_000);
    expect(a.record.events.slice(since).map(({ event }) => event.event)).not.toContain('peer-joined');
  });

  test('[TEAM-3] can be replaced at one node after the other, and no peer leaves any list', async () => {
    const hosts = [await world.addHost(), await world.addHost(), await world.addHost()] as const;
    const stages: readonly (readonly TeamKey[])[] = [[oldKey], [oldKey, newKey], [newKey, oldKey], [newKey]];
    const running = new Map<SimWorldHost, SimNode>();
    for (const stage of stages) {
      for (const host of hosts) {
        const before = running.get(host);
        await before?.stop();
        running.set(host, await startNode(stage, host));
        await world.waitUntil(
          `${host.name} and all others see each other`,
          () => [...running.values()].every((node) => namesSeenBy(node).length === running.size - 1),
          5_000,
        );
      }
    }
    // Nodes left only to restart with the new passphrase.
    const reasons = nodes.flatMap(({ record }) =>
      record.events.flatMap(({ event }) => (event.event === 'peer-left' ? [event.reason] : [])),
    );
    expect(new Set(reasons)).toEqual(new Set(['goodbye']));
    expect(nodes.every((node) => Number(countersOf(node)['otherTeam']) === 0)).toBe(true);
  });

  test("[DOC-8] that differs from a nearby node's, or is missing there, is reported by the doctor", async () => {
    const a = await startNode([oldKey]);
    await startNode([oldKey]);
    await world.passTime(10_000);
    expect(a.hallway.diagnostics.examine().findings).toEqual([]);
    await startNode([]);
    await world.passTime(10_000);
    expect(a.hallway.diagnostics.examine().findings).toMatchObject([{ code: 'other-team', severity: 'info' }]);
  });

  test('[FLOW-6] bounds the decryptions under a flood of sealed garbage, and no peer leaves', async () => {
    const [a, b] = [await startNode([oldKey]), await startNode([oldKey])];
    await world.waitUntil('they see each other', () => namesSeenBy(a).length === 1 && namesSeenBy(b).length === 1, 5_000);
    const attacker = await addAttacker(world);
    const unknownPeer = createTeamEnvelope([newKey]);
    const startedMs = world.nowMs();
    for (let sent = 0; sent < 20_000; sent += 200) {
      for (let one = 0; one < 200; one += 1) attacker.toGroup(unknownPeer.seal(new Uint8Array(160)));
      await world.passTime(100);
    }
    const { otherTeam, dropped } = countersOf(a) as { otherTeam: number; dropped: Record<string, number> };
    const seconds = (world.nowMs() - startedMs) / 1_000;
    // A burst worth two seconds, then 500 a second from one address.
    expect(otherTeam).toBeLessThanOrEqual(500 * (2 + seconds));
    expect(otherTeam + (dropped['unopened'] ?? 0)).toBe(20_000);
    expect([namesSeenBy(a), namesSeenBy(b)]).toEqual([['h2'], ['h1']]);
  });

  test('[FLOW-6] of a nearby team causes no flood entry at nodes without a key', async () => {
    const open = await startNode([]);
    const attacker = await addAttacker(world);
    const team = createTeamEnvelope([newKey]);
    for (let sent = 0; sent < 1_000; sent += 100) {
      for (let one = 0; one < 100; one += 1) attacker.toGroup(team.seal(new Uint8Array(160)));
      await world.passTime(1_000);
    }
    expect(countersOf(open)).toMatchObject({ dropped: { sealed: 1_000, foreign: 0 } });
    expect(open.hallway.health.list()).toEqual([]);
  });
});
