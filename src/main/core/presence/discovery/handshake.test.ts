import { describe, expect, test } from 'vitest';
import { acknowledged, candidate, createHandshakeFixture } from '../../../../../test/fixtures/handshakes.ts';
import { sampleAnnouncement } from '../../../../../test/fixtures/sample-datagrams.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';

/** The times of all HELLOs but the first, in milliseconds since the first. */
function sinceFirst(hellos: ReturnType<typeof createHandshakeFixture>['hellos']): readonly number[] {
  return hellos.map(({ atMs }) => Math.round(atMs - (hellos[0]?.atMs ?? 0)));
}

describe('a handshake', () => {
  test('[HS-1] sends a candidate its HELLO within 5 ms in a small network', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    expect(hellos).toEqual([]);
    await clock.advance(5);
    expect(hellos.map(({ to }) => to)).toEqual(['ana']);
  });

  test('[HS-1] spreads HELLOs over half a millisecond per peer in a large network', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture({}, 1_000);
    for (let index = 0; index < 200; index += 1) handshakes.heard(candidate(`peer ${index}`));
    await clock.advance(199);
    const firsts = new Map(hellos.toReversed().map(({ to, atMs }) => [to, atMs]));
    expect(firsts.size).toBeGreaterThan(50);
    expect(firsts.size).toBeLessThan(110);
    await clock.advance(301);
    expect(new Set(hellos.map(({ to }) => to)).size).toBe(200);
  });

  test('[HS-4] retries a HELLO after 0.2, 0.4 and 0.8 s, and no more', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    await clock.advance(60_000);
    expect(sinceFirst(hellos)).toEqual([0, 200, 600, 1_400]);
    expect(new Set(hellos.map(({ nonce }) => nonce.join())).size).toBe(1);
    expect(clock.pendingTimers()).toBe(0);
  });

  test('[HS-3] ends when an answer with its nonce proves the candidate with its latest beacon', async () => {
    const { clock, handshakes, hellos, unanswered } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    await clock.advance(5);
    handshakes.heard(candidate('ana', { sequence: 2, announcement: sampleAnnouncement({ name: 'Ana R' }) }));
    const proved = acknowledged(handshakes, 'ana', 100, hellos[0]?.nonce ?? new Uint8Array());
    expect(proved).toMatchObject({ peerId: 'ana', sequence: 2, announcement: { name: 'Ana R' } });
    await clock.advance(60_000);
    expect([hellos.length, unanswered, handshakes.size, clock.pendingTimers()]).toEqual([1, [], 0, 0]);
  });

  test('[HS-3] rejects a wrong nonce, incarnation or peer, and a repeated answer', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    handshakes.heard(candidate('bo'));
    await clock.advance(5);
    const nonceOf = (peerId: string): Uint8Array => hellos.find(({ to }) => to === peerId)?.nonce ?? new Uint8Array();
    const nonce = nonceOf('ana');
    expect(nonce).not.toEqual(nonceOf('bo'));
    expect([
      acknowledged(handshakes, 'ana', 100, nonceOf('bo')),
      acknowledged(handshakes, 'ana', 100, nonce.with(7, (nonce[7] ?? 0) ^ 1)),
      acknowledged(handshakes, 'ana', 99, nonce),
      acknowledged(handshakes, 'ana', 101, nonce),
      acknowledged(handshakes, 'caro', 100, nonce),
    ]).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(acknowledged(handshakes, 'ana', 100, nonce)).toMatchObject({ peerId: 'ana' });
    expect(acknowledged(handshakes, 'ana', 100, nonce)).toBeUndefined();
  });

  test('[HS-3] rejects an answer that precedes the HELLO', () => {
    // A sender that guesses the nonce could answer early. This test knows the generator.
    const { handshakes } = createHandshakeFixture();
    const guessed = createSeededRandom('handshake').bytes(8);
    handshakes.heard(candidate('ana'));
    expect(acknowledged(handshakes, 'ana', 100, guessed)).toBeUndefined();
  });

  test('[HS-4] marks a candidate one-way if it beacons without answering, and sends a HELLO per beacon', async () => {
    const { clock, handshakes, hellos, unanswered } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    await clock.advance(5_000);
    expect(unanswered).toEqual([]);
    const asked = hellos.length;
    handshakes.heard(candidate('ana', { sequence: 2 }));
    expect([unanswered, hellos.length]).toEqual([['ana'], asked + 1]);
    await clock.advance(5_000);
    handshakes.heard(candidate('ana', { sequence: 3 }));
    expect([unanswered, hellos.length]).toEqual([['ana', 'ana'], 2 * asked + 1]);
    expect(acknowledged(handshakes, 'ana', 100, hellos.at(-1)?.nonce ?? new Uint8Array())).toMatchObject({ sequence: 3 });
  });

  test('[HS-4] gives the last HELLO its full time before the candidate counts as one-way', async () => {
    const { clock, handshakes, hellos, unanswered } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    // The candidate beacons continuously, as in a burst.
    for (let passedMs = 0; passedMs < 10_000 && unanswered.length === 0; passedMs += 10) {
      await clock.advance(10);
      handshakes.heard(candidate('ana', { sequence: 2 + passedMs }));
    }
    expect(unanswered).toEqual(['ana']);
    const asking = hellos.filter(({ atMs }) => atMs < clock.monotonicMs());
    expect(clock.monotonicMs() - (asking.at(-1)?.atMs ?? 0)).toBeGreaterThanOrEqual(200);
  });

  test('[HS-4] sends no more HELLOs to a candidate that falls silent, and does not mark it one-way', async () => {
    const { clock, handshakes, hellos, unanswered } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    await clock.advance(3_600_000);
    expect([hellos.length <= 5, unanswered, clock.pendingTimers()]).toEqual([true, [], 0]);
  });

  test('[HS-7] starts anew when the peer restarts, and drops the earlier attempt', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    await clock.advance(5);
    handshakes.heard(candidate('ana', { incarnation: 101 }));
    await clock.advance(10_000);
    expect(hellos.filter(({ candidate: asked }) => asked.incarnation === 100)).toHaveLength(1);
    expect(handshakes.size).toBe(1);
    expect(acknowledged(handshakes, 'ana', 100, hellos[0]?.nonce ?? new Uint8Array())).toBeUndefined();
    expect(acknowledged(handshakes, 'ana', 101, hellos[1]?.nonce ?? new Uint8Array())).toMatchObject({ incarnation: 101 });
  });

  test('[HS-2] sends no more HELLOs to a candidate that was proved in another way', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    handshakes.settle('ana');
    handshakes.settle('nobody');
    await clock.advance(10_000);
    expect([hellos, handshakes.size]).toEqual([[], 0]);
  });

  test('[HS-8] throttles HELLOs, however many candidates are heard', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture({ maxHandshakes: 100_000 });
    for (let passedMs = 0; passedMs < 5_000; passedMs += 50) {
      for (let index = 0; index < 50; index += 1) handshakes.heard(candidate(`stranger ${passedMs}/${index}`));
      await clock.advance(50);
    }
    expect(hellos.length).toBeLessThanOrEqual(500 + 5 * 200);
    expect(hellos.length).toBeGreaterThan(1_400);
    expect(handshakes.refused).toBeGreaterThan(1_000);
  });

  test('[HS-8, HS-4] does not mark a candidate one-way if its HELLO was throttled', async () => {
    const { clock, handshakes, hellos, unanswered } = createHandshakeFixture({ hellosPerSecond: 0.01, maxHelloBurst: 1 });
    handshakes.heard(candidate('ana'));
    await clock.advance(5);
    handshakes.heard(candidate('bo'));
    await clock.advance(10_000);
    expect(hellos.map(({ to }) => to)).toEqual(['ana']);
    handshakes.heard(candidate('bo', { sequence: 2 }));
    expect(unanswered).toEqual([]);
  });

  test('[HS-8, HS-10] takes nothing of the rate while its address has no credit', async () => {
    const { clock, handshakes, hellos, state } = createHandshakeFixture({ hellosPerSecond: 0.01, maxHelloBurst: 2 });
    state.hello = 'withheld';
    for (let sequence = 1; sequence <= 50; sequence += 1) {
      handshakes.heard(candidate('low port', { sequence }));
      await clock.advance(10);
    }
    state.hello = 'whole';
    handshakes.heard(candidate('ana'));
    await clock.advance(10);
    expect(hellos.map(({ to }) => to)).toEqual(['ana']);
  });

  test('[HS-8, FLOW-4] has one timer, however often it is heard while HELLOs are throttled', async () => {
    const { clock, handshakes, state } = createHandshakeFixture({ hellosPerSecond: 0.01, maxHelloBurst: 2 });
    handshakes.heard(candidate('ana'));
    await clock.advance(5);
    state.hello = 'withheld';
    await clock.advance(5_000);
    for (let sequence = 2; sequence <= 50; sequence += 1) handshakes.heard(candidate('ana', { sequence }));
    expect(clock.pendingTimers()).toBeLessThanOrEqual(1);
    handshakes.close();
    expect(clock.pendingTimers()).toBe(0);
  });

  test('[HS-8, FLOW-4] is one of a limited number, and evicts an unanswered one', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture({ maxHandshakes: 10 });
    for (let index = 0; index < 50; index += 1) handshakes.heard(candidate(`stranger ${index}`));
    expect([handshakes.size, handshakes.refused, clock.pendingTimers()]).toEqual([10, 40, 10]);
    await clock.advance(10_000);
    handshakes.heard(candidate('ana'));
    await clock.advance(5);
    expect([handshakes.size, hellos.at(-1)?.to]).toEqual([10, 'ana']);
  });

  test('[SUP-4] ends on close and leaves no timer', async () => {
    const { clock, handshakes, hellos } = createHandshakeFixture();
    for (let index = 0; index < 20; index += 1) handshakes.heard(candidate(`peer ${index}`));
    handshakes.close();
    await clock.advance(10_000);
    expect([hellos, handshakes.size, clock.pendingTimers()]).toEqual([[], 0, 0]);
  });
});

describe('a HELLO of a stranger', () => {
  const nonce = new Uint8Array(8).fill(9);

  test('[HS-2, HS-12] gets a HELLO and a HELLO-ACK, and proves nothing until ours is answered', () => {
    const { handshakes, hellos, said } = createHandshakeFixture();
    handshakes.greeted(candidate('ana'), nonce);
    expect(said()).toEqual(['HELLO to 10.0.0.2', 'HELLO-ACK to 10.0.0.2']);
    expect(acknowledged(handshakes, 'ana', 100, nonce)).toBeUndefined();
    expect(acknowledged(handshakes, 'ana', 100, hellos[0]?.nonce)).toMatchObject({ peerId: 'ana' });
    expect(said()).toEqual([]);
  });

  test('[HS-12] gets its HELLO-ACK with the proof of its address, if the credit covered our HELLO alone', () => {
    const { handshakes, hellos, said, state } = createHandshakeFixture();
    state.coversAck = false;
    handshakes.greeted(candidate('ana'), nonce);
    expect(said()).toEqual(['HELLO to 10.0.0.2']);
    acknowledged(handshakes, 'ana', 100, hellos[0]?.nonce);
    expect(said()).toEqual(['HELLO-ACK to 10.0.0.2']);
  });

  test('[HS-12] gets a HELLO-ACK first when it comes again', () => {
    const { handshakes, said } = createHandshakeFixture();
    handshakes.greeted(candidate('ana'), nonce);
    said();
    handshakes.greeted(candidate('ana', { sequence: 2 }), nonce);
    expect(said()).toEqual(['HELLO-ACK to 10.0.0.2']);
  });

  test('[HS-12] gets our beacon too, if a HELLO was lost, came without our note, or was not answered by one', async () => {
    const { clock, handshakes, hellos, said, state } = createHandshakeFixture();
    handshakes.heard(candidate('ana'));
    await clock.advance(5);
    acknowledged(handshakes, 'ana', 100, hellos.at(-1)?.nonce);
    handshakes.greeted(candidate('bo'), nonce);
    await clock.advance(250);
    acknowledged(handshakes, 'bo', 100, hellos.at(-1)?.nonce);
    state.hello = 'cut';
    handshakes.greeted(candidate('caro'), nonce);
    acknowledged(handshakes, 'caro', 100, hellos.at(-1)?.nonce);
    expect(said().filter((one) => one.startsWith('beacon'))).toHaveLength(3);
  });

  test('[HS-10, HS-3] from another address gets another nonce, and the answer counts from that address alone', () => {
    const { handshakes, hellos } = createHandshakeFixture();
    const elsewhere = { ...candidate('ana').source, address: '10.0.0.9' };
    handshakes.greeted(candidate('ana'), nonce);
    const [first] = hellos;
    expect(acknowledged(handshakes, 'ana', 100, first?.nonce, '10.0.0.9')).toBeUndefined();
    handshakes.greeted(candidate('ana', { sequence: 2, source: elsewhere }), nonce);
    expect(acknowledged(handshakes, 'ana', 100, first?.nonce, '10.0.0.9')).toBeUndefined();
    expect(acknowledged(handshakes, 'ana', 100, hellos[1]?.nonce, '10.0.0.9')).toMatchObject({ source: { address: '10.0.0.9' } });
  });

  test('[HS-10, HS-4] waits for credit with the next beacon, and is not one-way before all HELLOs were sent', async () => {
    const { clock, handshakes, hellos, unanswered, state } = createHandshakeFixture();
    state.hello = 'withheld';
    for (let second = 0; second < 60; second += 1) {
      handshakes.heard(candidate('ana', { sequence: second + 1 }));
      await clock.advance(1_000);
    }
    expect([hellos, unanswered, clock.pendingTimers()]).toEqual([[], [], 0]);
    state.hello = 'whole';
    handshakes.heard(candidate('ana', { sequence: 99 }));
    expect(hellos).toHaveLength(1);
  });
});
