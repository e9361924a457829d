import { expect, test } from 'vitest';
import { createIdentity } from '../../node/crypto/identity.ts';
import { createHashes } from '../../node/crypto/hash.ts';
import { safetyNumber } from './safety-number.ts';

const safetyNumberOf = (one: string, other: string): string => safetyNumber(createHashes(), one, other);

const ana = 'a'.repeat(52);
const bo = 'b'.repeat(52);

test('[TRUST-4] the number is the same on both sides: ten groups of five digits', () => {
  expect(safetyNumberOf(ana, bo)).toBe(safetyNumberOf(bo, ana));
  expect(safetyNumberOf(ana, bo)).toMatch(/^(\d{5} ){9}\d{5}$/);
});

test('[TRUST-4] the number of two given keys never changes', () => {
  expect(safetyNumberOf(ana, bo)).toBe('82090 78933 24852 27024 03430 85789 79985 12038 24877 75002');
});

test('[TRUST-4] another key on either side gives another number', () => {
  const others = ['c', 'd', 'e'].map((letter) => letter.repeat(52));
  const codes = [ana, bo, ...others].flatMap((one, index, all) =>
    all.slice(index + 1).map((other) => safetyNumberOf(one, other)),
  );
  expect(new Set(codes).size).toBe(10);
});

test('[TRUST-4] each key gives five groups of its own, so an attacker must match one given key', () => {
  const halves = (code: string): readonly string[] => [code.slice(0, 29), code.slice(30)];
  const cy = 'c'.repeat(52);
  expect(halves(safetyNumberOf(ana, bo))[0]).toBe(halves(safetyNumberOf(ana, cy))[0]);
  expect(halves(safetyNumberOf(ana, bo))[1]).not.toBe(halves(safetyNumberOf(ana, cy))[1]);
});

test('[TRUST-4] real keys have numbers too', () => {
  const [one, other] = [createIdentity().identity.peerId, createIdentity().identity.peerId];
  expect(safetyNumberOf(one, other)).not.toBe(safetyNumberOf(one, one));
});
