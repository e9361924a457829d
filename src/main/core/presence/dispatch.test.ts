import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { sampleAnnouncement } from '../../../../test/fixtures/sample-datagrams.ts';
import { samplePublicKey } from '../../../../test/fixtures/sample-peer.ts';
import { createSeededRandom } from '../../../../test/fakes/seeded-random.ts';
import { createPathValidation } from './discovery/path-validation.ts';
import { recipientTag, type DatagramBody } from './wire/datagram.ts';
import { formatEndpoint, type Arrival } from '../lib/endpoint.ts';
import { createExpiringRegistry } from './registry/registry.ts';
import { createHandshakes } from './discovery/handshake.ts';
import { createDispatch } from './dispatch.ts';
import { defaultPresenceOptions } from './options.ts';
import type { Received } from './inbound/authenticate.ts';

const ownTag = recipientTag(samplePublicKey('me'));
const incarnation = 7;
const nonce = new Uint8Array(8).fill(5);

/** Dispatch with real parts, and a failure detector that only records its calls. */
function createDispatchFixture(maxPeers = 100) {
  const clock = createFakeClock();
  const options = { ...defaultPresenceOptions, maxPeers };
  const registry = createExpiringRegistry({ clock }, { ...options, ownPeerId: 'me' });
  const said: string[] = [];
  const asked: string[] = [];
  const hellos: { readonly to: string; readonly nonce: Uint8Array }[] = [];
  const proving: { readonly at: string; readonly nonce: Uint8Array }[] = [];
  const random = createSeededRandom('meaning');
  let pongIsExpected = true;
  const handshakes = createHandshakes(
    {
      clock,
      random,
      population: () => registry.size,
      sendHello: ({ peerId: to }, helloNonce) => hellos.push({ to, nonce: helloNonce }),
      onUnanswered: (candidate) => dispatch.enterOneWay(candidate),
    },
    options,
  );
  const dispatch = createDispatch({
    ownTag,
    incarnation,
    registry,
    handshakes,
    failureDetector: {
      ringMonitor: { name: 'ring-monitor', run: () => Promise.resolve() },
      heard: (peerId) => asked.push(`heard ${peerId}`),
      heardSelf: () => undefined,
      onPing: ({ peerId, unanswered }) => asked.push(`ping ${peerId} ${unanswered}`),
      onPong: () => pongIsExpected,
      onSuspect: ({ peerId }) => asked.push(`suspect ${peerId}`),
      mayExpire: () => true,
      isDoubtful: () => false,
      startOver: () => undefined,
      close: () => undefined,
    },
    peerExchange: {
      name: 'calls',
      run: () => Promise.resolve(),
      addManual: () => true,
      removeManual: () => undefined,
      manual: () => [],
      callMissing: () => undefined,
      peersFor: ({ peerId }) => [{ family: 'ipv4', address: '10.0.0.77', port: peerId.length + 2_000 }],
      introduced: (peerId) => asked.push(`introduced by ${peerId}`),
    },
    pathValidation: createPathValidation({
      clock,
      random,
      sendPing: (_record, address, pingNonce) => proving.push({ at: formatEndpoint(address), nonce: pingNonce }),
    }),
    outbound: {
      multicast: ({ kind }) => void said.push(`${kind} to the group`),
      unicast: ({ kind }, to) => void said.push(`${kind} to ${formatEndpoint(to)}`),
      toPeer: ({ kind }, { peerId }) => void said.push(`${kind} to ${peerId}`),
      fallSilent: () => undefined,
      speak: () => undefined,
      sentMulticast: 0,
      sentUnicast: 0,
    },
    announcement: () => sampleAnnouncement({ name: 'me' }),
    onCallMe: (peerId) => asked.push(`call ${peerId}`),
  });
  let sequence = 0;

  function arrive(
    peerId: string,
    body: DatagramBody,
    change: Partial<Arrival & { readonly incarnation: number }> = {},
  ): Received {
    sequence += 1;
    const { incarnation: its = 100, ...where } = change;
    const source: Arrival = { family: 'ipv4', address: '10.0.0.2', port: 50_000, via: 'unicast', ...where };
    const received = { ...body, peerId, publicKey: samplePublicKey(peerId), incarnation: its, sequence, source };
    dispatch.receive(received);
    return received;
  }

  return {
    clock,
    registry,
    dispatch,
    hellos,
    proving,
    arrive,
    expectNoPong: () => void (pongIsExpected = false),
    said: () => said.splice(0),
    asked: () => asked.splice(0).filter((one) => !one.startsWith('heard')),
    presenceOf: (peerId: string) => registry.get(peerId)?.presence,
    addressesOf: (peerId: string) => registry.get(peerId)?.addresses.map(formatEndpoint),
    /** Lists the peer by a HELLO. */
    enter: (peerId: string) => {
      arrive(peerId, hello(peerId));
      said.length = 0;
    },
  };
}

function hello(name: string, echoedIncarnation = incarnation): DatagramBody {
  return { kind: 'hello', to: ownTag, echoedIncarnation, nonce, announcement: sampleAnnouncement({ name, unicastPort: 50_000 }) };
}

function beacon(name: string): DatagramBody {
  return { kind: 'beacon', announcement: sampleAnnouncement({ name, unicastPort: 50_000 }) };
}

function ping(change: Partial<Extract<DatagramBody, { kind: 'ping' }>> = {}): DatagramBody {
  return { kind: 'ping', to: ownTag, nonce, unanswered: 0, wantsBeacon: false, ...change };
}

describe('a candidate', () => {
  test('[HS-1, HS-3, CALL-1] gets a HELLO for its beacon, multicast or unicast, and its answer lists it', async () => {
    const { clock, hellos, arrive, presenceOf, dispatch } = createDispatchFixture();
    arrive('ana', beacon('ana'), { via: 'group' });
    arrive('bo', beacon('bo'));
    expect([presenceOf('ana'), presenceOf('bo')]).toEqual([undefined, undefined]);
    await clock.advance(5);
    expect(hellos.map(({ to }) => to).toSorted()).toEqual(['ana', 'bo']);
    arrive('ana', { kind: 'hello-ack', to: ownTag, nonce });
    expect([presenceOf('ana'), dispatch.counters().unexpected]).toEqual([undefined, 1]);
    arrive('ana', { kind: 'hello-ack', to: ownTag, nonce: hellos.find(({ to }) => to === 'ana')?.nonce ?? nonce });
    expect(presenceOf('ana')).toBe('online');
  });

  test('[HS-2] is listed by its HELLO, after the answer went to the port that it signed', () => {
    const { arrive, said, presenceOf } = createDispatchFixture();
    arrive('ana', hello('ana'), { port: 40_000 });
    expect([said(), presenceOf('ana')]).toEqual([['hello-ack to 10.0.0.2:50000'], 'online']);
  });

  test('[HS-2] is not listed by a HELLO for another node or for another incarnation of ours', () => {
    const { arrive, said, registry, dispatch } = createDispatchFixture();
    arrive('ana', { ...hello('ana'), to: recipientTag(samplePublicKey('other')) } as DatagramBody);
    arrive('ana', hello('ana', incarnation - 1));
    expect([said(), registry.size, dispatch.counters().misdirected]).toEqual([[], 0, 2]);
  });

  test('[REG-9] is counted, neither listed nor answered, if the registry is full', () => {
    const { arrive, enter, said, registry, dispatch } = createDispatchFixture(1);
    enter('ana');
    arrive('bo', hello('bo'));
    expect([said(), registry.size, dispatch.counters().refusedPeers]).toEqual([[], 1, 1]);
  });
});

describe('probes', () => {
  test('[PROBE-3] a PING from a listed peer gets a PONG at once, and a beacon if it asks for one', () => {
    const { enter, arrive, said, asked } = createDispatchFixture();
    enter('ana');
    arrive('ana', ping(), { port: 40_000 });
    arrive('ana', ping({ wantsBeacon: true, unanswered: 4 }));
    expect(said()).toEqual(['pong to 10.0.0.2:50000', 'pong to 10.0.0.2:50000', 'beacon to 10.0.0.2:50000']);
    expect(asked()).toEqual(['ping ana 0', 'ping ana 4']);
  });

  test('[PROBE-3] a PING from an unknown peer or incarnation, or for another node, gets no answer', () => {
    const { enter, arrive, said, asked, dispatch } = createDispatchFixture();
    enter('ana');
    arrive('stranger', ping());
    arrive('ana', ping(), { incarnation: 99 });
    arrive('ana', ping({ to: recipientTag(samplePublicKey('other')) }));
    const { unexpected, misdirected } = dispatch.counters();
    expect([said(), asked(), unexpected, misdirected]).toEqual([[], [], 2, 1]);
  });

  test('[PROBE-3] an expected PONG proves both directions, any other does not', () => {
    const { enter, arrive, registry, presenceOf, expectNoPong, dispatch } = createDispatchFixture();
    enter('ana');
    registry.setPresence('ana', 'one-way');
    arrive('ana', { kind: 'pong', to: ownTag, nonce });
    expect(presenceOf('ana')).toBe('online');
    registry.setPresence('ana', 'one-way');
    expectNoPong();
    arrive('ana', { kind: 'pong', to: ownTag, nonce });
    expect([presenceOf('ana'), dispatch.counters().unexpected]).toEqual(['one-way', 1]);
  });

  test('[CALL-3] only an online peer gets the addresses of our peers', () => {
    const { enter, arrive, registry, said } = createDispatchFixture();
    enter('ana');
    arrive('ana', { kind: 'ask-peers', to: ownTag, nonce });
    arrive('stranger', { kind: 'ask-peers', to: ownTag, nonce });
    arrive('ana', { kind: 'ask-peers', to: recipientTag(samplePublicKey('other')), nonce });
    registry.setPresence('ana', 'one-way');
    arrive('ana', { kind: 'ask-peers', to: ownTag, nonce });
    expect(said()).toEqual(['peers to ana']);
  });

  test('[BUDDY-2, CALL-3] suspicions and introductions reach the parts that handle them', () => {
    const { enter, arrive, asked } = createDispatchFixture();
    enter('ana');
    arrive('ana', { kind: 'suspect', suspect: ownTag, suspectIncarnation: incarnation });
    arrive('ana', { kind: 'peers', to: ownTag, nonce, endpoints: [] });
    expect(asked()).toEqual(['suspect ana', 'introduced by ana']);
  });
});

describe('signs of life', () => {
  test('[PROBE-2] any datagram of a peer ends a suspicion, even one for other peers', () => {
    const { enter, arrive, registry, presenceOf, clock } = createDispatchFixture();
    enter('ana');
    const bodies: readonly DatagramBody[] = [
      beacon('ana'),
      ping(),
      ping({ to: recipientTag(samplePublicKey('other')) }),
      { kind: 'pong', to: ownTag, nonce },
      { kind: 'suspect', suspect: ownTag, suspectIncarnation: 1 },
    ];
    for (const body of bodies) {
      registry.setPresence('ana', 'suspect');
      arrive('ana', body);
      expect([body.kind, presenceOf('ana')]).toEqual([body.kind, 'online']);
    }
    expect(clock.monotonicMs()).toBe(0);
  });

  test('[PROBE-2] a datagram of another incarnation is no sign of life', () => {
    const { enter, arrive, registry, presenceOf } = createDispatchFixture();
    enter('ana');
    registry.setPresence('ana', 'suspect');
    arrive('ana', ping(), { incarnation: 99 });
    expect(presenceOf('ana')).toBe('suspect');
  });

  test('[HS-4] a one-way peer stays one-way until an answer proves both directions', () => {
    const { enter, arrive, registry, presenceOf } = createDispatchFixture();
    enter('ana');
    registry.setPresence('ana', 'one-way');
    arrive('ana', beacon('ana'), { via: 'group' });
    arrive('ana', ping());
    expect(presenceOf('ana')).toBe('one-way');
  });

  test('[HS-9] a datagram from a new address is a sign of life; the address counts after the right PONG', () => {
    const { enter, arrive, proving, addressesOf, expectNoPong } = createDispatchFixture();
    enter('ana');
    expectNoPong();
    arrive('ana', ping(), { address: '10.0.0.9' });
    expect([addressesOf('ana'), proving.map(({ at }) => at)]).toEqual([['10.0.0.2:50000'], ['10.0.0.9:50000']]);
    arrive('ana', { kind: 'pong', to: ownTag, nonce }, { address: '10.0.0.9' });
    expect(addressesOf('ana')).toEqual(['10.0.0.2:50000']);
    arrive('ana', { kind: 'pong', to: ownTag, nonce: proving[0]?.nonce ?? nonce }, { address: '10.0.0.9' });
    expect(addressesOf('ana')?.toSorted()).toEqual(['10.0.0.2:50000', '10.0.0.9:50000']);
  });

  test('[HS-9] only a copy of the current beacon from a new address starts path validation', () => {
    const { enter, arrive, dispatch, proving } = createDispatchFixture();
    enter('ana');
    const old = arrive('ana', beacon('ana'), { via: 'group' });
    const current = arrive('ana', beacon('ana'), { via: 'group' });
    const elsewhere: Arrival = { family: 'ipv4', address: '10.0.0.9', port: 50_000, via: 'group' };
    const said = arrive('ana', ping());
    dispatch.receiveRepeated({ ...old, source: elsewhere });
    dispatch.receiveRepeated({ ...said, source: elsewhere });
    dispatch.receiveRepeated({ ...current, incarnation: 99, source: elsewhere });
    dispatch.receiveRepeated({ ...current, peerId: 'stranger', source: elsewhere });
    expect(proving).toEqual([]);
    dispatch.receiveRepeated({ ...current, source: elsewhere });
    expect(proving.map(({ at }) => at)).toEqual(['10.0.0.9:50000']);
  });
});

describe('leaving', () => {
  test('[BYE-2] a goodbye removes its sender and ends its handshake', async () => {
    const { clock, enter, arrive, hellos, registry } = createDispatchFixture();
    enter('ana');
    arrive('bo', beacon('bo'));
    arrive('ana', { kind: 'goodbye' });
    arrive('bo', { kind: 'goodbye' });
    await clock.advance(5_000);
    expect([registry.size, registry.departed().map(({ record, reason }) => [record.peerId, reason]), hellos]).toEqual([
      0,
      [['ana', 'goodbye']],
      [],
    ]);
  });
});
