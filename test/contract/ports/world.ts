/** The worlds for the suites of this folder: a simulated one, and the real system. */
import type { InterfaceAddress, Ports } from '../../../src/main/core/ports.ts';
import { createSystemPorts } from '../../../src/main/node/system/system-ports.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createSeededRandom } from '../../fakes/seeded-random.ts';
import { createSimLan } from '../../fakes/sim-lan.ts';

export interface PortsWorld {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'interfaces' | 'udp'>;
  /** An adapter that supports multicast. */
  readonly adapter: InterfaceAddress;
  /** Waits until the condition holds. Rejects if it never does. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void> | void;
}

/** Limit of a wait, in virtual time. */
const simPatienceMs = 10_000;

/** Limit of a wait, in real time: a slow machine must not fail a test about order. */
export const realPatienceMs = 20_000;

export function makeSimWorld(adapterName: 'lo' | 'eth0'): PortsWorld {
  const clock = createFakeClock();
  const random = createSeededRandom('contract');
  const lan = createSimLan({ clock, random });
  const host = lan.addHost('one');
  host.attach(lan.addSegment('office'), { name: 'eth0', ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
  return {
    ports: { clock, random, interfaces: host.interfaces, udp: host.udp },
    adapter: ipv4Of(host.interfaces.list(), adapterName),
    until: (condition) => advanceUntil(clock, condition),
    close: () => undefined,
  };
}

export async function advanceUntil(
  clock: { advance(durationMs: number): Promise<void> },
  condition: () => boolean,
): Promise<void> {
  for (let passedMs = 0; !condition(); passedMs += 1) {
    if (passedMs > simPatienceMs) throw new Error(`not so within ${simPatienceMs} ms of virtual time`);
    await clock.advance(1);
  }
}

/** The test host itself. It uses only the loopback adapter, to disturb no other computer. */
export function makeSystemWorld(): PortsWorld {
  const ports = createSystemPorts();
  const loopback = ports.interfaces.list().find(({ internal, family }) => internal && family === 'ipv4');
  if (loopback === undefined) throw new Error('this host has no loopback adapter that is up');
  return { ports, adapter: loopback, until: waitUntil, close: () => undefined };
}

export async function waitUntil(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + realPatienceMs;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`not so within ${realPatienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export function ipv4Of(listed: readonly InterfaceAddress[], name: string): InterfaceAddress {
  const found = listed.find((address) => address.name === name && address.family === 'ipv4');
  if (found === undefined) throw new Error(`no adapter ${name} with an IPv4 address`);
  return found;
}
