import { describe, expect, test } from 'vitest';
import { acknowledged, candidate, createHandshakeFixture } from '../../../../../test/fixtures/handshakes.ts';
import type { HandshakeCandidate } from './handshake.ts';

describe('a candidate that is heard from several addresses', () => {
  const from = (address: string): HandshakeCandidate['source'] => ({ ...candidate('ana').source, address });

  test('[HS-14] gets its first HELLO at one of them, and the repeated ones at all', async () => {
    const { clock, handshakes, hellos, said } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    handshakes.heardAlso({ ...candidate('ana'), source: from('fe80::2%eth0') });
    await clock.advance(10);
    expect(said()).toEqual(['HELLO to 10.0.0.2']);
    await clock.advance(200);
    expect(said()).toEqual(['HELLO to fe80::2%eth0', 'HELLO to 10.0.0.2']);
    const proved = acknowledged(handshakes, 'ana', 100, hellos[1]?.nonce, 'fe80::2%eth0');
    expect(proved).toMatchObject({ peerId: 'ana', source: { address: 'fe80::2%eth0' } });
  });

  test('[HS-14] keeps the addresses of earlier beacons, since a steady beacon comes over IPv4 alone', async () => {
    const { clock, handshakes, said, unanswered } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    handshakes.heardAlso({ ...candidate('ana'), source: from('fe80::2%eth0') });
    await clock.advance(3_000);
    said();
    handshakes.heard(candidate('ana', { sequence: 2 }));
    await clock.advance(250);
    expect([unanswered, said()]).toEqual([['ana'], ['HELLO to 10.0.0.2', 'HELLO to 10.0.0.2', 'HELLO to fe80::2%eth0']]);
  });

  test('[HS-14] counts a copy of its current beacon alone, at a limited number of addresses', async () => {
    const { clock, handshakes, said } = createHandshakeFixture();
    handshakes.heard(candidate('ana', { sequence: 2 }));
    for (const change of [{ sequence: 1 }, { incarnation: 99 }, { peerId: 'bo' }])
      handshakes.heardAlso({ ...candidate('ana', { sequence: 2 }), ...change, source: from('fe80::9%eth0') });
    for (let copy = 0; copy < 100; copy += 1)
      handshakes.heardAlso({ ...candidate('ana', { sequence: 2 }), source: from(`10.0.1.${copy}`) });
    await clock.advance(3_000);
    const asked = new Set(said());
    expect([asked.has('HELLO to fe80::9%eth0'), asked.size]).toEqual([false, 8]);
    expect([1, 2].map((sequence) => handshakes.isCurrent('ana', sequence))).toEqual([false, true]);
  });

  test('[HS-8, HS-14] takes a HELLO of the rate for each address', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture({ hellosPerSecond: 1, maxHelloBurst: 2 });
    handshakes.heard(candidate('ana'));
    handshakes.heardAlso({ ...candidate('ana'), source: from('fe80::2%eth0') });
    await clock.advance(300);
    expect(hellos).toHaveLength(2);
  });
});
