/**
 * The behaviour of sockets when adapters lose their cable, vanish, return or change address. One
 * suite covers SimLan and the kernel. The host has two adapters on one segment: `eth0` with
 * 10.0.0.1/24 and fe80::1/64, `eth1` with 10.0.0.2/24 and fe80::2/64.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AddressFamily, Endpoint, InterfaceAddress, UdpSocket } from '../../../src/main/core/ports.ts';
import type { Listener } from './listener.ts';
import { bytesOf, createListener } from './listener.ts';
import type { PortsWorld } from './world.ts';

/** The changes that the suite makes to `eth0`. */
export interface AdaptersWorld extends Omit<PortsWorld, 'adapter'> {
  setCarrier(carrier: boolean): void;
  /** Removes the adapter from the host. */
  remove(): void;
  /** Adds a new adapter with the old one's name and addresses. */
  putBack(): void;
  /** Replaces 10.0.0.1 by 10.0.0.9, or back. */
  changeIpv4(to: '10.0.0.9' | '10.0.0.1'): void;
}

const groups: Readonly<Record<AddressFamily, string>> = { ipv4: '224.0.0.187', ipv6: 'ff12::4255' };

export function describeAdapters(name: string, makeWorld: () => Promise<AdaptersWorld> | AdaptersWorld): void {
  describe(`${name}: adapters`, () => {
    describeInWorld(makeWorld);
  });
}

function describeInWorld(makeWorld: () => Promise<AdaptersWorld> | AdaptersWorld): void {
  let world: AdaptersWorld;
  let sockets: UdpSocket[];
  let listener: Listener;
  let failures: Listener;

  beforeEach(async () => {
    world = await makeWorld();
    sockets = [];
    listener = createListener();
    failures = createListener();
  });

  afterEach(async () => {
    for (const socket of sockets) socket.close();
    await world.close();
  });

  function listed(adapterName: string, family: AddressFamily): InterfaceAddress | undefined {
    return world.ports.interfaces.list().find((address) => address.name === adapterName && address.family === family);
  }

  async function adapter(adapterName: string, family: AddressFamily = 'ipv4'): Promise<InterfaceAddress> {
    await world.until(() => listed(adapterName, family) !== undefined);
    return listed(adapterName, family) as InterfaceAddress;
  }

  async function openReceiver(family: AddressFamily = 'ipv4'): Promise<UdpSocket> {
    const socket = await world.ports.udp.open({ family, port: 0, shared: true }, listener);
    sockets.push(socket);
    return socket;
  }

  async function openSender(on: InterfaceAddress): Promise<UdpSocket> {
    const address = on.family === 'ipv6' ? `${on.address}%${on.name}` : on.address;
    const options = { family: on.family, address, port: 0, shared: false, multicast: { interface: on, hops: 1 } };
    const socket = await world.ports.udp.open(options, failures);
    sockets.push(socket);
    return socket;
  }

  function toGroup({ port }: UdpSocket, family: AddressFamily = 'ipv4'): Endpoint {
    return { family, address: groups[family], port };
  }

  /**
   * Sends to the receiver over loopback. After it arrives, earlier datagrams have arrived or never
   * will.
   */
  async function settle(receiver: UdpSocket, family: AddressFamily = 'ipv4'): Promise<void> {
    const before = listener.heard.length;
    receiver.send(bytesOf('settled'), { family, address: family === 'ipv4' ? '127.0.0.1' : '::1', port: receiver.port });
    await world.until(() => listener.texts().lastIndexOf('settled') >= before);
  }

  function heard(): string[] {
    return listener.texts().filter((text) => text !== 'settled');
  }

  test('both adapters are listed with their addresses', async () => {
    for (const [name, last] of [
      ['eth0', 1],
      ['eth1', 2],
    ] as const) {
      expect(await adapter(name)).toEqual({
        name,
        family: 'ipv4',
        address: `10.0.0.${last}`,
        prefixLength: 24,
        internal: false,
      });
      expect(await adapter(name, 'ipv6')).toEqual({
        name,
        family: 'ipv6',
        address: `fe80::${last}`,
        prefixLength: 64,
        internal: false,
      });
    }
  });

  test('our own IPv4 multicast comes back once, even with two adapters on the segment', async () => {
    const [receiver, sender] = [await openReceiver(), await openSender(await adapter('eth0'))];
    for (const name of ['eth0', 'eth1']) receiver.join(groups.ipv4, await adapter(name));
    sender.send(bytesOf('once'), toGroup(receiver));
    await settle(receiver);
    expect(heard()).toEqual(['once']);
  });

  test('a group joined on one adapter is not received from the other', async () => {
    const [receiver, sender] = [await openReceiver(), await openSender(await adapter('eth0'))];
    receiver.join(groups.ipv4, await adapter('eth1'));
    sender.send(bytesOf('elsewhere'), toGroup(receiver));
    await settle(receiver);
    expect(heard()).toEqual([]);
  });

  test('our own IPv6 multicast comes back from each adapter on the segment, with that adapter as zone', async () => {
    const [receiver, sender] = [await openReceiver('ipv6'), await openSender(await adapter('eth0', 'ipv6'))];
    for (const name of ['eth0', 'eth1']) receiver.join(groups.ipv6, await adapter(name, 'ipv6'));
    const sources = (): string[] => [...new Set(listener.heard.map(({ source }) => source.address))].sort();
    // Repeated, because a switch takes a moment to forward to a new cable.
    let undo = (): void => undefined;
    const sendAgain = (): void => {
      sender.send(bytesOf('twice'), toGroup(receiver, 'ipv6'));
      undo = world.ports.clock.setTimer(sendAgain, 20);
    };
    sendAgain();
    await world.until(() => sources().length === 2);
    undo();
    expect(sources()).toEqual(['fe80::1%eth0', 'fe80::1%eth1']);
  });

  test("link-local unicast leaves by its zone, and without a zone by its sender's adapter", async () => {
    const [one, other] = [await openSender(await adapter('eth0', 'ipv6')), await openReceiver('ipv6')];
    for (const address of ['fe80::1%eth0', 'fe80::1']) one.send(bytesOf(address), { family: 'ipv6', address, port: other.port });
    await world.until(() => listener.heard.length === 2);
    expect(listener.heard.map(({ source }) => source.address)).toEqual(['fe80::1%eth0', 'fe80::1%eth0']);
  });

  test('without a cable the adapter is unlisted and unicast is lost silently, but our own multicast still comes back', async () => {
    const [receiver, sender] = [await openReceiver(), await openSender(await adapter('eth0'))];
    receiver.join(groups.ipv4, await adapter('eth0'));
    world.setCarrier(false);
    await world.until(() => listed('eth0', 'ipv4') === undefined);
    sender.send(bytesOf('own'), toGroup(receiver));
    sender.send(bytesOf('lost'), { family: 'ipv4', address: '10.0.0.77', port: 9 });
    await settle(receiver);
    world.setCarrier(true);
    await adapter('eth0');
    sender.send(bytesOf('again'), toGroup(receiver));
    await settle(receiver);
    expect({ heard: heard(), errors: failures.errors }).toEqual({ heard: ['own', 'again'], errors: [] });
  });

  test('when the adapter vanishes, sends fail and leaving does nothing', async () => {
    const eth0 = await adapter('eth0');
    const [receiver, sender] = [await openReceiver(), await openSender(eth0)];
    receiver.join(groups.ipv4, eth0);
    world.remove();
    await world.until(() => listed('eth0', 'ipv4') === undefined);
    receiver.leave(groups.ipv4, eth0);
    sender.send(bytesOf('x'), toGroup(receiver));
    await world.until(() => failures.errors.length > 0);
    expect({ heard: heard(), errors: failures.errors }).toEqual({ heard: [], errors: ['ENETUNREACH'] });
    expect(() => receiver.join(groups.ipv4, eth0)).toThrow(expect.objectContaining({ name: 'PortError', code: 'ENODEV' }));
  });

  test('after the adapter returns, old sockets neither send nor receive until they are reopened and joined again', async () => {
    const eth0 = await adapter('eth0');
    const [receiver, before] = [await openReceiver(), await openSender(eth0)];
    receiver.join(groups.ipv4, eth0);
    world.remove();
    world.putBack();
    await adapter('eth0');
    const after = await openSender(eth0);
    before.send(bytesOf('old sender'), toGroup(receiver));
    after.send(bytesOf('old membership'), toGroup(receiver));
    await world.until(() => failures.errors.length > 0);
    await settle(receiver);
    receiver.leave(groups.ipv4, eth0);
    receiver.join(groups.ipv4, eth0);
    after.send(bytesOf('both new'), toGroup(receiver));
    await settle(receiver);
    expect({ heard: heard(), errors: failures.errors }).toEqual({ heard: ['both new'], errors: ['ENODEV'] });
  });

  test('after an address change its sender fails, while the membership stays and moves to the new address', async () => {
    const eth0 = await adapter('eth0');
    const [receiver, before] = [await openReceiver(), await openSender(eth0)];
    receiver.join(groups.ipv4, eth0);
    world.changeIpv4('10.0.0.9');
    await world.until(() => listed('eth0', 'ipv4')?.address === '10.0.0.9');
    const changed = await adapter('eth0');
    const after = await openSender(changed);
    before.send(bytesOf('old'), toGroup(receiver));
    after.send(bytesOf('still joined'), toGroup(receiver));
    await world.until(() => failures.errors.length > 0);
    receiver.join(groups.ipv4, changed);
    after.send(bytesOf('joined anew'), toGroup(receiver));
    await settle(receiver);
    receiver.leave(groups.ipv4, changed);
    after.send(bytesOf('left'), toGroup(receiver));
    await settle(receiver);
    expect({ heard: heard(), errors: failures.errors }).toEqual({
      heard: ['still joined', 'joined anew'],
      errors: ['ENETUNREACH'],
    });
  });

  test('IPv6 names adapters by name, and an absent one can be neither joined nor bound', async () => {
    const receiver = await openReceiver('ipv6');
    const absent: InterfaceAddress = { name: 'absent0', family: 'ipv6', address: 'fe80::3', prefixLength: 64, internal: false };
    expect(() => receiver.join(groups.ipv6, absent)).toThrow(expect.objectContaining({ name: 'PortError' }));
    receiver.leave(groups.ipv6, absent);
    await expect(openSender(absent)).rejects.toMatchObject({ name: 'PortError', code: 'EADDRNOTAVAIL' });
  });

  test('a destination without a route is refused', async () => {
    const sender = await openSender(await adapter('eth0'));
    sender.send(bytesOf('x'), { family: 'ipv4', address: '192.168.7.7', port: 9 });
    sender.send(bytesOf('x'), { family: 'ipv6', address: 'fe80::77%eth0', port: 9 });
    await world.until(() => failures.errors.length === 2);
    expect([...failures.errors].sort()).toEqual(['EINVAL', 'ENETUNREACH']);
  });
}
