/**
 * Findings of the network doctor about the past: restarts, stalls, floods, and datagrams of other
 * programs.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeDatagram } from '../../src/main/core/presence/wire/datagram.ts';
import { sampleAnnouncement } from '../fixtures/sample-datagrams.ts';
import { addAttacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { findingsOf, found } from './doctor-findings.ts';

let world: SimWorld;

beforeEach(() => void (world = createSimWorld({ seed: 'doctor' })));
afterEach(() => world.close());

async function startNodes(count: number): Promise<readonly SimNode[]> {
  const hosts = await world.addHosts(count);
  const nodes = await Promise.all(hosts.map(async (host) => (await host.start()) as SimNode));
  await world.passTime(6_000);
  return nodes;
}

describe('[DOC-8] the doctor finds', () => {
  test('a port in exclusive use by another program', async () => {
    const host = await world.addHost();
    const release = await host.occupyPort(4_255);
    const node = (await host.start({ awaitReady: false })) as SimNode;
    await world.passTime(6_000);
    expect(found(node)).toContain('error port-taken');
    await release();
    await world.passTime(30_000);
    expect(found(node)).toEqual(['warning restarted', 'info nobody-here']);
    expect(String(findingsOf(node)[0]?.values['causes'])).toContain('EADDRINUSE');
    await world.passTime(600_000);
    expect(found(node)).toEqual(['info nobody-here']);
  });

  test('a stall of the process, and a sleep of the computer', async () => {
    const [node, other] = await startNodes(2);
    if (!node || !other) throw new Error('two nodes were started');
    node.pause();
    await world.passTime(4_000);
    node.resume();
    await world.passTime(2_000);
    expect(found(node)).toEqual(['info stalled']);
    world.clock.jumpWall(3_600_000);
    await world.passTime(5_000);
    expect(found(other)).toEqual(['info clock-jumped']);
    expect(findingsOf(other)[0]?.values).toEqual({ direction: 'ahead', byMs: 3_600_000 });
  });

  test('a flood of garbage', async () => {
    const [node] = await startNodes(2);
    const attacker = await world.addHost();
    await attacker.attack({ kind: 'garbage', datagramsPerSecond: 4_000, durationMs: 3_000 });
    // The most severe finding comes first. Foreign or wrongly signed datagrams may be reported
    // after it.
    expect(node && found(node)[0]).toBe('warning flooded');
    expect(node && findingsOf(node)[0]?.values).toMatchObject({
      count: expect.toSatisfy((count) => count > 1_000),
      reason: 'foreign',
    });
  });

  test('[WIRE-4] another program on our port, another version, and wrong signatures', async () => {
    const [node] = await startNodes(2);
    const attacker = await addAttacker(world);
    const mallory = world.signatures.identity('mallory');
    for (let sequence = 1; sequence <= 25; sequence += 1) {
      const beacon = encodeDatagram(
        { incarnation: 1, sequence },
        { kind: 'beacon', announcement: sampleAnnouncement() },
        mallory,
      );
      attacker.toGroup(new TextEncoder().encode('M-SEARCH * HTTP/1.1'));
      attacker.toGroup(beacon.with(beacon.length - 1, (beacon.at(-1) ?? 0) ^ 1));
      attacker.toGroup(beacon.with(4, 2));
      await world.passTime(100);
    }
    expect(node && found(node)).toEqual(['info other-version', 'info port-shared', 'info wrong-signatures']);
  });
});
