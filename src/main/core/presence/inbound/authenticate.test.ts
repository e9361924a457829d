import { describe, expect, test } from 'vitest';
import { sampleAnnouncement } from '../../../../../test/fixtures/sample-datagrams.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { encodeDatagram, type DatagramBody } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import { createAuthenticator } from './authenticate.ts';
import { createReplayWindows } from './replay-window.ts';

const signatures = createSimSignatures();
const [me, ana, bo] = ['me', 'ana', 'bo'].map((name) => signatures.identity(name)) as [
  ReturnType<typeof signatures.identity>,
  ReturnType<typeof signatures.identity>,
  ReturnType<typeof signatures.identity>,
];
const beacon: DatagramBody = { kind: 'beacon', announcement: sampleAnnouncement() };
const source: Arrival = { family: 'ipv4', address: '10.0.0.1', port: 50_000, via: 'group' };

function createAuthenticateFixture() {
  const heard: string[] = [];
  const note =
    (how: string) =>
    (received: { readonly peerId: string; readonly kind: string; readonly sequence: number }): void => {
      const who = [me, ana, bo].findIndex(({ peerId }) => peerId === received.peerId);
      heard.push(`${how} ${received.kind} ${received.sequence} of ${['me', 'ana', 'bo'][who]}`);
    };
  const authenticator = createAuthenticator({
    signatures,
    replayWindows: createReplayWindows({ maxWindows: 100 }),
    ownPeerId: me.peerId,
    isCurrent: () => true,
    mayCheckEarlier: () => false,
    onWrongSignature: () => undefined,
    onReceived: note('new'),
    onOwn: note('own'),
    onRepeated: note('repeated'),
  });
  return { authenticator, heard, handle: (bytes: Uint8Array) => authenticator.handle(bytes, source) };
}

describe('authentication', () => {
  test('[ID-3] a datagram with a valid signature is accepted, with its sender and source', () => {
    const { authenticator, heard, handle } = createAuthenticateFixture();
    handle(encodeDatagram({ incarnation: 5, sequence: 1 }, beacon, ana));
    handle(encodeDatagram({ incarnation: 5, sequence: 2 }, { kind: 'goodbye' }, ana));
    expect(heard).toEqual(['new beacon 1 of ana', 'new goodbye 2 of ana']);
    expect(authenticator.counters()).toMatchObject({ received: 2, badSignature: 0, replayed: 0 });
  });

  test('[ID-3] a changed bit, another key or another signature is counted and has no other effect', () => {
    const { authenticator, heard, handle } = createAuthenticateFixture();
    const valid = encodeDatagram({ incarnation: 5, sequence: 1 }, beacon, ana);
    let broken = 0;
    for (let offset = 0; offset < valid.length; offset += 1) {
      for (const bit of [1, 128]) {
        handle(valid.with(offset, (valid[offset] ?? 0) ^ bit));
        broken += 1;
      }
    }
    const asBo = valid.slice();
    asBo.set(bo.publicKey, 6);
    handle(asBo);
    handle(valid.with(6, 9)); // not a point of the curve
    expect(heard).toEqual([]);
    const { received, malformed, badSignature, replayed } = authenticator.counters();
    const counted = Object.values(malformed).reduce((sum, count) => sum + count, 0) + badSignature;
    expect([received, counted, replayed]).toEqual([broken + 2, broken + 2, 0]);
    expect(badSignature).toBeGreaterThan(broken / 2);
    handle(valid); // earlier failures do not affect it
    expect(heard).toEqual(['new beacon 1 of ana']);
  });

  test('[WIRE-1, WIRE-4] malformed datagrams are counted by reason', () => {
    const { authenticator, heard, handle } = createAuthenticateFixture();
    const valid = encodeDatagram({ incarnation: 5, sequence: 1 }, beacon, ana);
    for (const bytes of [valid.with(0, 0), valid.with(4, 9), valid.with(4, 9), valid.with(5, 99), valid.subarray(0, 80)])
      handle(bytes);
    expect(authenticator.counters().malformed).toEqual({ foreign: 1, version: 2, kind: 1, truncated: 1, text: 0 });
    expect(heard).toEqual([]);
  });

  test('[HS-5] a repeated datagram, or one of an earlier incarnation, is a replay', () => {
    const { authenticator, heard, handle } = createAuthenticateFixture();
    const first = encodeDatagram({ incarnation: 5, sequence: 1 }, beacon, ana);
    handle(first);
    handle(first);
    handle(encodeDatagram({ incarnation: 6, sequence: 1 }, beacon, ana));
    handle(encodeDatagram({ incarnation: 5, sequence: 2 }, { kind: 'goodbye' }, ana));
    expect(heard).toEqual(['new beacon 1 of ana', 'repeated beacon 1 of ana', 'new beacon 1 of ana']);
    expect(authenticator.counters().replayed).toBe(2);
  });

  test('[HS-5, ID-3] a forged datagram with a high sequence does not turn real ones into replays', () => {
    const { heard, handle } = createAuthenticateFixture();
    const forged = encodeDatagram({ incarnation: 2 ** 47, sequence: 2 ** 31 }, { kind: 'goodbye' }, bo);
    forged.set(ana.publicKey, 6);
    handle(forged);
    handle(encodeDatagram({ incarnation: 5, sequence: 1 }, beacon, ana));
    expect(heard).toEqual(['new beacon 1 of ana']);
  });

  test('[REG-6] our own datagrams are recognised every time', () => {
    const { authenticator, heard, handle } = createAuthenticateFixture();
    const own = encodeDatagram({ incarnation: 5, sequence: 1 }, beacon, me);
    handle(own);
    handle(own);
    expect(heard).toEqual(['own beacon 1 of me', 'own beacon 1 of me']);
    expect(authenticator.counters().replayed).toBe(0);
  });
});
