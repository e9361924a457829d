/** Calls to IPv6 addresses that are not link-local, between nodes that know one another or not. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startOnHost } from './start-on-host.ts';

let world: SimWorld;
const nodes: SimNode[] = [];

beforeEach(() => void (world = createSimWorld({ seed: 'global-ipv6' })));
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.kill();
  await world.close();
});

test.each([
  ['of a listed peer on the same link', ['near', 'near'], 'fd00:1::2'],
  ['of a stranger behind a router', ['near', 'far'], 'fd00:1::2'],
  ['that the user wrote in another form', ['near', 'far'], 'FD00:1:0::0002'],
] as const)('[CALL-1, SOCK-9] an address %s is called with success', async (_, places, address) => {
  const segments = { near: world.lan.addSegment('near'), far: world.lan.addSegment('far') };
  world.lan.connect(segments.near, segments.far);
  for (const [index, place] of places.entries()) {
    const host = world.lan.addHost(`host${index}`);
    const number = index + 1;
    host.attach(segments[place], {
      name: 'eth0',
      ipv4: `10.50.0.${number}/24`,
      ipv6: [`fe80::${number}/64`, `fd00:1::${number}/64`],
    });
    nodes.push(await startOnHost(world, host));
  }
  const [ana, bo] = nodes;
  const port = bo?.hallway.diagnostics.read().unicastPort;
  const connecting = ana?.hallway.network.connect(`[${address}]:${port}`);
  await world.passTime(3_500);
  expect(await connecting).toEqual({ ok: true, peerId: bo?.peerId });
});
