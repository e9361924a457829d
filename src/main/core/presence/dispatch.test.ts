import { describe, expect, test } from 'vitest';
import {
  beacon,
  createDispatchFixture,
  hello,
  helloAck,
  incarnation,
  nonce,
  ownTag,
  ping,
} from '../../../../test/fixtures/dispatch.ts';
import { samplePublicKey } from '../../../../test/fixtures/sample-peer.ts';
import type { Arrival } from '../lib/endpoint.ts';
import { recipientTag, type DatagramBody } from './wire/datagram.ts';

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

  test('[HS-2, HS-3] is not listed by its HELLO, but by its answer to ours, from the address that we asked', () => {
    const { arrive, said, presenceOf, hellos } = createDispatchFixture();
    arrive('ana', hello('ana'), { port: 40_000 });
    expect([said(), hellos.length, presenceOf('ana')]).toEqual([['hello-ack to 10.0.0.2:50000'], 1, undefined]);
    arrive('ana', helloAck(hellos[0]?.nonce), { address: '10.0.0.9' });
    expect(presenceOf('ana')).toBeUndefined();
    arrive('ana', helloAck(hellos[0]?.nonce));
    expect(presenceOf('ana')).toBe('online');
  });

  test('[HS-2] gets the HELLO-ACK alone once it is listed, as long as it hears us', () => {
    const { enter, arrive, said, hellos, registry } = createDispatchFixture();
    enter('ana');
    arrive('ana', hello('ana'));
    expect([said(), hellos.length]).toEqual([['hello-ack to 10.0.0.2:50000'], 0]);
    registry.setPresence('ana', 'one-way');
    arrive('ana', hello('ana'));
    expect(hellos.map(({ to }) => to)).toEqual(['ana']);
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

  test('[PROBE-3, HS-10] a PING from an address that is not proved gets what its credit covers', () => {
    const { enter, arrive, said, registry } = createDispatchFixture();
    enter('ana');
    arrive('ana', ping(), { address: '10.0.0.9' });
    registry.setPresence('ana', 'one-way');
    arrive('ana', ping());
    expect(said()).toEqual(['pong to 10.0.0.9:50000 by credit', 'pong to 10.0.0.2:50000 by credit']);
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

  test('[CALL-8] a call request for us reaches its part, and one for another node does not', () => {
    const { enter, arrive, asked, dispatch } = createDispatchFixture();
    enter('ana');
    arrive('ana', { kind: 'call-me', to: recipientTag(samplePublicKey('other')) });
    arrive('ana', { kind: 'call-me', to: ownTag });
    expect({ asked: asked(), misdirected: dispatch.counters().misdirected }).toEqual({ asked: ['call ana'], misdirected: 1 });
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
