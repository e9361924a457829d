import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { InterfaceAddress } from '../../ports.ts';
import { createWaits } from '../catch-up/waits.ts';
import { createGroupCopies } from './group-copies.ts';
import { isNear, subnetOf } from './subnets.ts';

const own: readonly InterfaceAddress[] = [
  { name: 'eth0', address: '10.1.0.5', family: 'ipv4', prefixLength: 16, internal: false },
];

it('[ROOM-141] peers on our link share a network, others by the usual length of a prefix', () => {
  const named = [
    '10.1.0.9',
    '10.1.200.9',
    '10.2.3.4',
    '10.2.3.5',
    '10.2.4.4',
    '2001:db8:0:1::1',
    '2001:db8:0:1::2',
    '2001:db8:0:2::1',
  ];
  const subnets = named.map((address) => subnetOf(address, own));
  expect({ groups: named.map((_, index) => subnets.indexOf(subnets[index] ?? '')), near: isNear('10.1.9.9', own) }).toEqual({
    ...{ groups: [0, 0, 2, 2, 4, 5, 5, 7], near: true },
  });
  expect([isNear('10.2.0.1', own), isNear(undefined, own)]).toEqual([false, false]);
});

it('[ROOM-152] of three nodes on one network one copies a block to the group, the others hear it', async () => {
  const clock = createFakeClock();
  const waits = createWaits(clock);
  const sent: number[] = [];
  const nodes = [1, 2, 3].map((node) =>
    createGroupCopies({
      waits,
      random: createSeededRandom(`copies ${node}`),
      sendToGroup(bytes) {
        sent.push(node);
        // As the network does, a little later.
        clock.setTimer(() => nodes.forEach((other) => other.heard(bytes)), 0.5);
      },
    }),
  );
  for (let index = 0; index < 20; index += 1) {
    for (const node of nodes) node.plan(new Uint8Array(64).fill(index), false);
    await clock.advance(40);
  }
  const unelected = { copies: sent.length <= 22, isShared: new Set(sent).size };
  sent.length = 0;
  for (let index = 20; index < 40; index += 1) {
    // The elected one gets it last.
    for (const [at, node] of nodes.entries()) {
      node.plan(new Uint8Array(64).fill(index), at === 2);
      await clock.advance(4);
    }
    await clock.advance(40);
  }
  waits.close();
  expect({ unelected, elected: sent }).toEqual({
    unelected: { copies: true, isShared: 3 },
    elected: Array.from({ length: 20 }, () => 3),
  });
});
