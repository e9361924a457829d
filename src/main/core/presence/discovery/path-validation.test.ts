import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { samplePeerRecord } from '../../../../../test/fixtures/sample-peer.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createPathValidation } from './path-validation.ts';
import type { Arrival } from '../../lib/endpoint.ts';

function createAddressValidationFixture() {
  const clock = createFakeClock();
  const pings: { readonly to: string; readonly at: string; readonly nonce: Uint8Array }[] = [];
  const proof = createPathValidation({
    clock,
    random: createSeededRandom('address proof'),
    sendPing: ({ peerId }, { address }, nonce) => pings.push({ to: peerId, at: address, nonce }),
  });
  return { clock, proof, pings };
}

const ana = samplePeerRecord('ana');
const bo = samplePeerRecord('bo');
const nothing = new Uint8Array(8);

function from(address: string): Arrival {
  return { family: 'ipv4', address, port: 50_000, via: 'unicast' };
}

describe('path validation', () => {
  test('[HS-9] sends a PING to the address, and its nonce validates the address once', () => {
    const { proof, pings } = createAddressValidationFixture();
    proof.ask(ana, from('10.0.0.9'));
    expect(pings.map(({ to, at }) => [to, at])).toEqual([['ana', '10.0.0.9']]);
    const nonce = pings[0]?.nonce ?? nothing;
    expect(proof.answered('ana', nonce)).toEqual(from('10.0.0.9'));
    expect(proof.answered('ana', nonce)).toBeUndefined();
  });

  test('[HS-9] ignores a wrong nonce, a wrong peer and an answer after a second', async () => {
    const { clock, proof, pings } = createAddressValidationFixture();
    proof.ask(ana, from('10.0.0.9'));
    proof.ask(bo, from('10.0.0.9'));
    const nonce = pings[0]?.nonce ?? nothing;
    expect(nonce).not.toEqual(pings[1]?.nonce);
    expect([
      proof.answered('ana', pings[1]?.nonce ?? nothing),
      proof.answered('bo', nonce),
      proof.answered('ana', nonce.with(0, (nonce[0] ?? 0) ^ 1)),
    ]).toEqual([undefined, undefined, undefined]);
    await clock.advance(1_000);
    expect(proof.answered('ana', nonce)).toBeUndefined();
  });

  test('[HS-9] has one PING in flight per address, and sends another after a second', async () => {
    const { clock, proof, pings } = createAddressValidationFixture();
    for (let times = 0; times < 10; times += 1) proof.ask(ana, from('10.0.0.9'));
    proof.ask(ana, from('10.0.0.8'));
    expect(pings.map(({ at }) => at)).toEqual(['10.0.0.9', '10.0.0.8']);
    await clock.advance(1_000);
    proof.ask(ana, from('10.0.0.9'));
    expect(pings.map(({ at }) => at)).toEqual(['10.0.0.9', '10.0.0.8', '10.0.0.9']);
    // The second PING to an address supersedes the first.
    expect(proof.answered('ana', pings[0]?.nonce ?? nothing)).toBeUndefined();
    expect(proof.answered('ana', pings[2]?.nonce ?? nothing)?.address).toBe('10.0.0.9');
  });

  test('[HS-9, FLOW-4] sends at most 20 PINGs a second for replays from many addresses, and tracks 64', async () => {
    const { clock, proof, pings } = createAddressValidationFixture();
    for (let passedMs = 0; passedMs < 10_000; passedMs += 10) {
      proof.ask(ana, from(`10.0.${Math.floor(passedMs / 2_560)}.${(passedMs / 10) % 256}`));
      await clock.advance(10);
    }
    expect(pings.length).toBeLessThanOrEqual(64 + 10 * 20);
    expect(pings.length).toBeGreaterThan(200);
    expect(pings.filter(({ nonce }) => proof.answered('ana', nonce)).length).toBeLessThanOrEqual(64);
  });
});
