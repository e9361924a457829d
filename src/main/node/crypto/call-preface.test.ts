import { expect, test } from 'vitest';
import { createCallPrefaces, prefaceBytes } from './call-preface.ts';

const ana = 'a'.repeat(52);
const bo = 'b'.repeat(52);
const port = 40_000;
const keys = (...bytes: readonly [number, ...number[]]) => {
  const [first, ...others] = bytes.map((byte) => ({ prefaces: new Uint8Array(32).fill(byte) }));
  return [first as NonNullable<typeof first>, ...others] as const;
};

test('[TLS-14] the layout of a preface never changes', () => {
  const nonce = Uint8Array.from({ length: 16 }, (_, index) => index);
  const preface = createCallPrefaces(keys(7), ana, { drawNonce: () => nonce }).create(bo, port);
  expect(preface).toHaveLength(prefaceBytes);
  expect(Buffer.from(preface).toString('hex')).toBe(
    '48414c43000102030405060708090a0b0c0d0e0fe3b96c8a45a0db6fae87c0ea6b97b30600b8f6edfbcdbbb17016d9c4ec8c1de4',
  );
});

test('[TLS-14] a preface is accepted once, by the receiver that it is made for, at its port', () => {
  const caller = createCallPrefaces(keys(1), ana);
  const receiver = createCallPrefaces(keys(1), bo);
  const preface = caller.create(bo, port);
  expect([receiver.accept(preface, port + 1), caller.accept(preface, port)]).toEqual([false, false]);
  expect([receiver.accept(preface, port), receiver.accept(preface, port)]).toEqual([true, false]);
});

test('[TLS-14] any other bytes are refused, of any length', () => {
  const receiver = createCallPrefaces(keys(1), bo);
  const preface = createCallPrefaces(keys(1), ana).create(bo, port);
  for (let index = 0; index < preface.length; index += 1) {
    const changed = preface.map((byte, at) => (at === index ? byte ^ 1 : byte));
    expect(receiver.accept(changed, port)).toBe(false);
    expect(receiver.accept(preface.subarray(0, index), port)).toBe(false);
  }
  expect(receiver.accept(Uint8Array.of(...preface, 0), port)).toBe(false);
  expect(receiver.accept(preface, port)).toBe(true);
});

test('[TLS-14] a receiver accepts the prefaces of each of its keys', () => {
  const receiver = createCallPrefaces(keys(2, 1), bo);
  const accepted = [1, 2, 3].map((key) => receiver.accept(createCallPrefaces(keys(key), ana).create(bo, port), port));
  expect(accepted).toEqual([true, true, false]);
});

test('[TLS-14] what is remembered of prefaces is bounded', () => {
  const caller = createCallPrefaces(keys(1), ana);
  const receiver = createCallPrefaces(keys(1), bo, { maxNonces: 4 });
  const prefaces = Array.from({ length: 5 }, () => caller.create(bo, port));
  for (const preface of prefaces) expect(receiver.accept(preface, port)).toBe(true);
  // One more than is remembered: the first is forgotten.
  const [first, ...others] = prefaces;
  for (const preface of others) expect(receiver.accept(preface, port)).toBe(false);
  expect(first && receiver.accept(first, port)).toBe(true);
});
