/**
 * Tests the namespaces themselves: their cables, losses and blocks must work before they may judge
 * Hallway.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNetnsWorld } from './netns-world.ts';
import type { NetnsWorld } from './netns-world.ts';
import type { NetnsHost } from './netns-host.ts';
import { listNamespaces, mustSkipNetns, removeLeftovers, runTool } from './tools.ts';

const group = '239.77.0.1';
const port = 5007;
const finishDeadlineMs = 10_000;
/** Time for datagrams in transit when the sender ends: a local bridge takes microseconds. */
const arrivalMs = 100;

/** @returns how many of the datagrams that `from` sends arrive at each of `listeners` */
async function hearing(
  world: NetnsWorld,
  from: NetnsHost,
  listeners: readonly NetnsHost[],
  count: number,
): Promise<readonly number[]> {
  return arriving(world, from, listeners, group, count);
}

async function arriving(
  world: NetnsWorld,
  from: NetnsHost,
  listeners: readonly NetnsHost[],
  address: string,
  count: number,
): Promise<readonly number[]> {
  const runs = await Promise.all(listeners.map((listener) => listener.runHostTool('listen', group, String(port))));
  const sender = await from.runHostTool('send', address, String(port), String(count));
  await sender.finish(finishDeadlineMs);
  await world.passTime(arrivalMs);
  return Promise.all(runs.map(async (run) => Number((await run.finish(finishDeadlineMs))['heard'])));
}

describe.skipIf(mustSkipNetns())('the namespaces themselves', () => {
  let world: NetnsWorld;
  let hosts: readonly NetnsHost[];
  beforeAll(async () => {
    world = await createNetnsWorld();
    hosts = await world.addHosts(3);
  });
  afterAll(() => world.close());

  const pick = (index: number): NetnsHost => {
    const host = hosts[index];
    if (!host) throw new Error(`no host ${index}`);
    return host;
  };

  test('every host, the sender included, receives every multicast datagram', async () => {
    expect(await hearing(world, pick(0), hosts, 200)).toEqual([200, 200, 200]);
  });

  test('20 % loss drops between 15 and 25 % of 1000 multicast datagrams, never looped ones, and can end', async () => {
    await world.setLoss(0.2);
    const [own, ...others] = await hearing(world, pick(0), hosts, 1000);
    await world.setLoss(0);
    expect(own).toBe(1000);
    for (const heard of others) {
      expect(heard).toBeGreaterThan(750);
      expect(heard).toBeLessThan(850);
    }
    expect(await hearing(world, pick(0), hosts, 100)).toEqual([100, 100, 100]);
  });

  test('a block is directional, affects only its hosts, and can be undone', async () => {
    const undo = await world.block({ from: [pick(0)], to: [pick(1)], traffic: 'all' });
    const blocked = [await hearing(world, pick(0), hosts, 20), await hearing(world, pick(1), hosts, 20)];
    await undo();
    await undo();
    expect([...blocked, await hearing(world, pick(0), hosts, 20)]).toEqual([
      [20, 0, 20],
      [20, 20, 20],
      [20, 20, 20],
    ]);
  });

  test('multicast and unicast are blocked separately', async () => {
    const [address = ''] = pick(1).addressesOf('eth0');
    const results: (readonly number[])[] = [];
    for (const traffic of ['multicast', 'unicast'] as const) {
      const undo = await world.block({ traffic });
      results.push(await hearing(world, pick(0), [pick(1)], 20), await arriving(world, pick(0), [pick(1)], address, 20));
      await undo();
    }
    expect(results).toEqual([[0], [20], [20], [0]]);
  });

  test('a partition separates its groups, and no other host', async () => {
    const undo = await world.partition([[pick(0), pick(1)], [pick(2)]]);
    const parted = [await hearing(world, pick(0), hosts, 20), await hearing(world, pick(2), hosts, 20)];
    await undo();
    expect(parted).toEqual([
      [20, 20, 0],
      [0, 0, 20],
    ]);
  });

  test('segments are separate, and a host on both reaches both', async () => {
    const far = await world.addHost({ interfaces: [{ name: 'eth0', segment: 'far' }] });
    expect(await hearing(world, pick(0), [pick(1), far], 20)).toEqual([20, 0]);
    await pick(0).addInterface({ name: 'eth1', segment: 'far' });
    expect(await hearing(world, far, [pick(0), pick(1)], 20)).toEqual([20, 0]);
    await pick(0).removeInterface('eth1');
  });

  test('a deafened host receives nothing, not even from itself, and can still send', async () => {
    const undo = await pick(0).deafen();
    const heard = await hearing(world, pick(0), hosts, 20);
    await undo();
    expect([heard, await hearing(world, pick(0), hosts, 20)]).toEqual([
      [0, 20, 20],
      [20, 20, 20],
    ]);
  });

  test('addresses, cables and adapters change on command', async () => {
    const host = pick(2);
    const seen = async (): Promise<string> => {
      const listed = await runTool('ip', ['-n', host.namespace, '-brief', 'address', 'show', 'eth0']);
      return listed.trim().split(/\s+/).slice(1).join(' ').replaceAll(/\/\d+/g, '');
    };
    const states: string[] = [];
    const before = host.addressesOf('eth0').join(' ');
    for (const action of [
      'pullCable',
      'plugCable',
      'removeAddresses',
      'restoreAddresses',
      'disableInterface',
      'enableInterface',
    ] as const) {
      await host[action]('eth0');
      states.push(`${action}: ${await seen()}`);
    }
    await host.recreateInterface('eth0');
    expect([...states, await seen()]).toEqual([
      `pullCable: DOWN ${before}`,
      `plugCable: UP ${before}`,
      'removeAddresses: UP',
      `restoreAddresses: UP ${before}`,
      `disableInterface: DOWN ${host.addressesOf('eth0')[0]}`,
      `enableInterface: UP ${before}`,
      `UP ${before}`,
    ]);
    await host.changeAddress('eth0');
    expect(host.addressesOf('eth0').join(' ')).not.toBe(before);
    expect(await seen()).toBe(`UP ${host.addressesOf('eth0').join(' ')}`);
    expect(await hearing(world, pick(0), [host], 20)).toEqual([20]);
  });

  test('an occupied port is free afterwards', async () => {
    const undo = await pick(0).occupyPort(port);
    await expect(pick(0).runHostTool('listen', group, String(port))).rejects.toThrow('failed');
    await undo();
    expect(await hearing(world, pick(1), [pick(0)], 20)).toEqual([20]);
  });

  test('closing a world leaves nothing behind', async () => {
    const other = await createNetnsWorld();
    const host = await other.addHost();
    const run = await host.runHostTool('listen', group, String(port));
    const names = host.namespace.slice(0, host.namespace.lastIndexOf('-'));
    expect(listNamespaces(names)).toHaveLength(2);
    const ended = new Promise((resolve) => run.process.once('close', resolve));
    await other.close();
    await ended;
    expect(listNamespaces(names)).toEqual([]);
  });

  test('leftovers of a dead run are removed, with its processes', async () => {
    const dead = spawn('true');
    await new Promise((resolve) => dead.once('close', resolve));
    const left = `hallway-netns-${dead.pid}-beef-1`;
    await runTool('ip', ['netns', 'add', left]);
    const sleeper = spawn('ip', ['netns', 'exec', left, 'sleep', '1000']);
    const ended = new Promise((resolve) => sleeper.once('close', (_, signal) => resolve(signal)));
    await expect.poll(async () => (await runTool('ip', ['netns', 'pids', left])).trim()).toBe(String(sleeper.pid));
    removeLeftovers();
    expect([await ended, existsSync(`/run/netns/${left}`)]).toEqual(['SIGKILL', false]);
  });
});
