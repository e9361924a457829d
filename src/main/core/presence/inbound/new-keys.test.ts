import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { defaultPresenceOptions } from '../options.ts';
import { createNewKeys } from './new-keys.ts';

function createNewKeysFixture() {
  const clock = createFakeClock();
  const random = createSeededRandom('new keys');
  const newKeys = createNewKeys({ clock }, defaultPresenceOptions);
  const inventKey = (): Uint8Array => random.bytes(33);
  /** How many of that many new keys are let through, each from the address that the function gives. */
  const admitted = (count: number, addressOf: (index: number) => string): number =>
    Array.from({ length: count }, (_, index) => newKeys.admit(inventKey(), addressOf(index))).filter(Boolean).length;
  return { clock, newKeys, inventKey, admitted };
}

describe('new keys', () => {
  test('[FLOW-9] of a thousand computers pass at once, when a node starts among them', () => {
    const { admitted } = createNewKeysFixture();
    expect(admitted(1_000, (index) => `10.0.${index >> 8}.${index & 255}`)).toBe(1_000);
  });

  test('[FLOW-9] of a hundred instances on one computer pass at once', () => {
    const { admitted } = createNewKeysFixture();
    expect(admitted(100, () => '10.0.0.1')).toBe(100);
  });

  test('[FLOW-9] of eight addresses are held to 16 a second after a burst, and leave room for others', async () => {
    const { clock, admitted } = createNewKeysFixture();
    const ofAttacker = (): number => admitted(900, (index) => `10.9.0.${index % 8}`);
    expect(ofAttacker()).toBe(208);
    const perSecond: number[] = [];
    for (let second = 0; second < 20; second += 1) {
      await clock.advance(1_000);
      perSecond.push(ofAttacker());
    }
    expect(perSecond.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(20 * 20);
    expect(admitted(500, (index) => `10.1.${index >> 8}.${index & 255}`)).toBe(500);
  });

  test('[FLOW-9] pass again for a minute, however many others come', async () => {
    const { clock, newKeys, inventKey, admitted } = createNewKeysFixture();
    const key = inventKey();
    newKeys.admit(key, '10.0.0.1');
    admitted(900, () => '10.0.0.1');
    const passes = (): boolean => newKeys.admit(key, '10.0.0.1');
    await clock.advance(59_000);
    admitted(900, () => '10.0.0.1');
    expect(passes()).toBe(true);
    await clock.advance(1_000);
    admitted(900, () => '10.0.0.1');
    expect(passes()).toBe(false);
  });

  test('[FLOW-9] are new again after a goodbye', () => {
    const { newKeys, inventKey, admitted } = createNewKeysFixture();
    const key = inventKey();
    newKeys.admit(key, '10.0.0.1');
    admitted(900, () => '10.0.0.1');
    expect(newKeys.admit(key, '10.0.0.1')).toBe(true);
    newKeys.forget(key);
    expect(newKeys.admit(key, '10.0.0.1')).toBe(false);
  });
});
