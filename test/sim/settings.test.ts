/** Settings that change while nodes run, as peers notice them, on virtual time. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HallwayEvent } from '../../src/main/core/hallway.ts';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { behindAll } from '../fakes/cursors.ts';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

/** Time for a beacon or a message and its answer, with slack. */
const soonMs = 2_000;

let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'settings' })));
afterEach(() => world.close());

async function meet(): Promise<readonly [SimNode, SimNode]> {
  for (const name of ['ana', 'bo']) await (await world.addHost()).start({ name });
  const [ana, bo] = [nth(world.nodes, 0), nth(world.nodes, 1)];
  await world.waitUntil(
    'they see each other',
    () => [ana, bo].every(({ hallway }) => hallway.presence.peers().length === 1),
    10_000,
  );
  return [ana, bo];
}

test('[SET-2] peers see a changed or reset name, status and note at once', async () => {
  const [ana, bo] = await meet();
  const seen = () => bo.hallway.presence.peers().map(({ name, status, note }) => ({ name, status, note }));
  const results = await Promise.all([
    ana.hallway.settings.set('name', 'Ana Berg'),
    ana.hallway.settings.set('status', 'busy'),
    ana.hallway.settings.set('note', ' at\u202e lunch '),
    ana.hallway.settings.set('name', 'BO'),
  ]);
  await world.passTime(soonMs);
  const chosen = seen();
  await ana.hallway.settings.reset('name');
  await world.passTime(soonMs);

  expect(results.map((result) => result.ok || result.code)).toEqual([true, true, true, 'name-in-use']);
  expect({ chosen, reset: seen() }).toEqual({
    chosen: [{ name: 'Ana Berg', status: 'busy', note: 'at lunch' }],
    reset: [{ name: 'ana', status: 'busy', note: 'at lunch' }],
  });
});

test('[SET-2, DELIVER-9] turning read receipts off and on applies to the next message', async () => {
  const [ana, bo] = await meet();
  const states: string[] = [];
  ana.hallway.subscribe((event: HallwayEvent) => event.type === 'delivery' && states.push(event.state));

  const last: string[] = [];
  for (const readReceipts of [true, false, true]) {
    await bo.hallway.settings.set('readReceipts', readReceipts);
    const sending = ana.send(bo.peerId, 'hello');
    await world.passTime(soonMs);
    await sending;
    const reading = bo.hallway.messages?.markRead(conversationOf(ana.peerId), behindAll);
    await world.passTime(soonMs);
    await reading;
    last.push(states.at(-1) ?? 'none');
  }
  expect(last).toEqual(['read', 'delivered', 'read']);
});

test('[SET-2, CALL-1] manual addresses get beacons once they are set, and none after a reset', async () => {
  const [ana] = await meet();
  await ana.hallway.settings.set('manualAddresses', ['10.200.0.9:50000', '10.200.0.8:50000']);
  const set = ana.hallway.network.settings().manualAddresses;
  await ana.hallway.settings.set('manualAddresses', ['10.200.0.8:50000']);
  const fewer = ana.hallway.network.settings().manualAddresses;
  const own = ana.hallway.diagnostics.read().unicastPort;
  const [address] = ana.hallway.profile.self().interfaces;
  const refused = await ana.hallway.settings.set('manualAddresses', [`${address?.address}:${own}`]);
  await ana.hallway.settings.reset('manualAddresses');

  expect({ set, fewer, refused, reset: ana.hallway.network.settings().manualAddresses }).toMatchObject({
    set: ['10.200.0.9:50000', '10.200.0.8:50000'],
    fewer: ['10.200.0.8:50000'],
    refused: { ok: false, code: 'bad-address' },
    reset: [],
  });
});
