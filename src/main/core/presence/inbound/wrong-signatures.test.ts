import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { defaultPresenceOptions } from '../options.ts';
import { createWrongSignatures } from './wrong-signatures.ts';

function createWrongSignaturesFixture() {
  const clock = createFakeClock();
  const signatures = createWrongSignatures({ clock }, { ...defaultPresenceOptions, maxPeers: 100 });
  const wrong = (peerId: string, count: number): void => {
    for (let index = 0; index < count; index += 1) signatures.wrong(peerId);
  };
  return { clock, signatures, wrong, isDistrusted: signatures.isDistrusted };
}

test('[FLOW-11] twenty in a row cost a peer its trust for a minute, and no other peer', async () => {
  const { clock, wrong, isDistrusted } = createWrongSignaturesFixture();
  wrong('ana', 19);
  expect(isDistrusted('ana')).toBe(false);
  wrong('ana', 1);
  expect([isDistrusted('ana'), isDistrusted('bo')]).toEqual([true, false]);
  await clock.advance(59_999);
  expect(isDistrusted('ana')).toBe(true);
  await clock.advance(1);
  expect(isDistrusted('ana')).toBe(false);
});

test('[FLOW-11] a right one in between starts the count anew', () => {
  const { signatures, wrong, isDistrusted } = createWrongSignaturesFixture();
  for (let round = 0; round < 50; round += 1) {
    wrong('ana', 19);
    signatures.right('ana');
  }
  expect(isDistrusted('ana')).toBe(false);
});

test('[FLOW-4] the table is bounded and forgets the longest unchanged entry', () => {
  const { wrong, isDistrusted } = createWrongSignaturesFixture();
  for (let number = 0; number < 101; number += 1) wrong(`${number}`, 20);
  expect([0, 1, 100].map((number) => isDistrusted(`${number}`))).toEqual([false, true, true]);
});
