import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Endpoint } from '../../ports.ts';
import { createAddressCredit } from './address-credit.ts';

const limits = { unprovedPerSecond: 4, maxUnprovedBurst: 3, maxSources: 2 };

function at(address: string, port = 50_000): Endpoint {
  return { family: address.includes(':') ? 'ipv6' : 'ipv4', address, port };
}

describe('the credit of an address', () => {
  test('[HS-10] is what came from there, with the headers of each datagram', () => {
    const credit = createAddressCredit({ clock: createFakeClock() }, limits);
    credit.received(at('10.0.0.2', 40_000), 300);
    expect([credit.covers(at('10.0.0.2'), 300), credit.covers(at('10.0.0.2'), 301), credit.covers(at('10.0.0.3'), 1)]).toEqual([
      true,
      false,
      false,
    ]);
    // Two answers have two headers.
    expect([credit.spend(at('10.0.0.2'), 150), credit.spend(at('10.0.0.2'), 150), credit.spend(at('10.0.0.2'), 122)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('[HS-10] is none at a low port, or at an address that no node has', () => {
    const credit = createAddressCredit({ clock: createFakeClock() }, { ...limits, maxSources: 10 });
    const never = [
      at('10.0.0.2', 53),
      at('10.0.0.2', 1_023),
      at('224.0.0.187'),
      at('255.255.255.255'),
      at('0.0.0.0'),
      at('ff02::1'),
    ];
    for (const endpoint of never) credit.received(endpoint, 1_000);
    expect(never.map((endpoint) => credit.spend(endpoint, 1))).toEqual(never.map(() => false));
  });

  test('[HS-11] is spent by few datagrams a second, until something there answers', async () => {
    const clock = createFakeClock();
    const credit = createAddressCredit({ clock }, limits);
    credit.received(at('10.0.0.2'), 16_000);
    const spend = (): number => Array.from({ length: 10 }, () => credit.spend(at('10.0.0.2'), 100)).filter(Boolean).length;
    const sent = [spend()];
    await clock.advance(500);
    sent.push(spend());
    credit.answered(at('10.0.0.2'));
    credit.answered(at('10.0.0.9'));
    sent.push(spend());
    expect(sent).toEqual([3, 2, 3]);
  });

  test('[HS-10, FLOW-4] is kept for a limited number of addresses, and up to a limit', () => {
    const credit = createAddressCredit({ clock: createFakeClock() }, limits);
    for (let datagram = 0; datagram < 100; datagram += 1) credit.received(at('10.0.0.2'), 1_200);
    expect(credit.covers(at('10.0.0.2'), 17_000)).toBe(false);
    for (const address of ['10.0.0.3', '10.0.0.4']) credit.received(at(address), 1_000);
    expect(['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((address) => credit.covers(at(address), 100))).toEqual([false, true, true]);
  });
});
