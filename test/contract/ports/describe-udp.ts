/**
 * The contract of UDP, as one suite for SimLan and the real system. It needs one host with one
 * adapter that supports multicast. Adapters that come and go are in describe-adapters.ts.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Endpoint, InterfaceAddress, UdpOptions, UdpSocket } from '../../../src/main/core/ports.ts';
import { PortError } from '../../../src/main/core/ports.ts';
import type { PortsWorld } from './world.ts';
import { bytesOf, createListener } from './listener.ts';
import type { Listener } from './listener.ts';

/** Larger than any UDP datagram over IPv4. */
const tooLarge = new Uint8Array(65_508);

/** Registers hooks, so it must be called within a `describe`. */
export function describeUdp(makeWorld: () => Promise<PortsWorld> | PortsWorld): void {
  let world: PortsWorld;
  let sockets: UdpSocket[];
  let group: string;

  beforeEach(async () => {
    world = await makeWorld();
    sockets = [];
    // A group of its own: on Linux a socket also receives groups that other programs of the host
    // joined (IP_MULTICAST_ALL).
    group = `239.${[1, 2, 3].map(() => Math.floor(world.ports.random.fraction() * 256)).join('.')}`;
  });

  afterEach(async () => {
    for (const socket of sockets) socket.close();
    await world.close();
  });

  async function open(options: Partial<UdpOptions>, listener: Listener): Promise<UdpSocket> {
    const socket = await world.ports.udp.open({ family: 'ipv4', port: 0, shared: false, ...options }, listener);
    sockets.push(socket);
    return socket;
  }

  function on(socket: UdpSocket): Endpoint {
    return { family: 'ipv4', address: world.adapter.address, port: socket.port };
  }

  function toGroup(port: number): Endpoint {
    return { family: 'ipv4', address: group, port };
  }

  /** A multicast sender on the adapter, opened as presence does. */
  function openSender(listener: Listener = createListener()): Promise<UdpSocket> {
    return open({ address: world.adapter.address, multicast: { interface: world.adapter, hops: 1 } }, listener);
  }

  /**
   * Sends a datagram that must arrive, and waits for it. Earlier ones have then arrived or never
   * will.
   */
  async function settle(sender: UdpSocket, receiver: UdpSocket, listener: Listener): Promise<void> {
    const count = listener.texts().filter((text) => text === 'settled').length;
    sender.send(bytesOf('settled'), on(receiver));
    await world.until(() => listener.texts().filter((text) => text === 'settled').length > count);
  }

  test('a socket receives datagrams for its port, with their source', async () => {
    const listener = createListener();
    const receiver = await open({ address: world.adapter.address }, listener);
    const sender = await openSender();
    sender.send(bytesOf('one'), on(receiver));
    sender.send(bytesOf(''), on(receiver));
    await world.until(() => listener.heard.length === 2);
    const source = { family: 'ipv4', address: world.adapter.address, port: sender.port };
    expect(listener.heard).toEqual([
      { text: 'one', source },
      { text: '', source },
    ]);
  });

  test('a socket may send to itself', async () => {
    const listener = createListener();
    const socket = await openSender(listener);
    socket.send(bytesOf('me'), on(socket));
    await world.until(() => listener.heard.length > 0);
    expect(listener.heard).toEqual([{ text: 'me', source: on(socket) }]);
  });

  test('the system picks a different port for each socket that requests none', async () => {
    const ports = await Promise.all([1, 2, 3].map(async () => (await open({}, createListener())).port));
    expect(new Set(ports).size).toBe(3);
    for (const port of ports) expect(port).toBeGreaterThan(1_023);
  });

  test('a second close does nothing, and the port is free again', async () => {
    const first = await open({}, createListener());
    first.close();
    first.close();
    const second = await open({ port: first.port }, createListener());
    expect(second.port).toBe(first.port);
  });

  test('no handler runs after close, even with a datagram and a failure pending', async () => {
    const closing = createListener();
    const closed = await openSender(closing);
    const listener = createListener();
    const sender = await openSender(listener);
    sender.send(bytesOf('too late'), on(closed));
    closed.send(tooLarge, on(sender));
    closed.close();
    await settle(sender, sender, listener);
    expect(closing).toMatchObject({ heard: [], errors: [] });
  });

  test('a closed socket sends nothing and emits nothing', async () => {
    const listener = createListener();
    const receiver = await open({}, listener);
    const failures = createListener();
    const closed = await openSender(failures);
    closed.close();
    closed.send(bytesOf('ghost'), on(receiver));
    await settle(receiver, receiver, listener);
    expect(listener.texts()).toEqual(['settled']);
    expect(failures.errors).toEqual([]);
  });

  test.for([
    { first: false, second: false },
    { first: false, second: true },
    { first: true, second: false },
  ])('a port in use is refused (shared: $first, then $second)', async ({ first, second }, context) => {
    if (process.platform === 'win32' && second) context.skip('Windows lets a socket that shares take any port');
    const { port } = await open({ shared: first }, createListener());
    await expect(open({ port, shared: second }, createListener())).rejects.toMatchObject({
      name: 'PortError',
      code: 'EADDRINUSE',
    });
  });

  test('a port in use on all addresses is in use on each', async () => {
    const { port } = await open({}, createListener());
    const refused = open({ port, address: world.adapter.address }, createListener());
    await expect(refused).rejects.toMatchObject({ name: 'PortError', code: 'EADDRINUSE' });
  });

  test('an address of no adapter cannot be bound', async () => {
    const refused = open({ address: '192.0.2.1' }, createListener());
    await expect(refused).rejects.toMatchObject({ name: 'PortError', code: 'EADDRNOTAVAIL' });
  });

  test('a shared port receives each multicast on every socket, and each unicast on one', async () => {
    const [one, other] = [createListener(), createListener()];
    const first = await open({ shared: true }, one);
    const second = await open({ shared: true, port: first.port }, other);
    for (const socket of [first, second]) socket.join(group, world.adapter);
    const sender = await openSender();
    sender.send(bytesOf('all'), toGroup(first.port));
    sender.send(bytesOf('one'), on(first));
    await world.until(() => one.heard.length + other.heard.length === 3);
    expect([...one.texts(), ...other.texts()].sort()).toEqual(['all', 'all', 'one']);
  });

  test('each receiver owns its bytes', async () => {
    const spoiled: string[] = [];
    const spoiler: Listener = {
      ...createListener(),
      onDatagram(bytes) {
        bytes.fill(0);
        spoiled.push('spoiled');
      },
    };
    const first = await open({ shared: true }, spoiler);
    const between = createListener();
    const second = await open({ shared: true, port: first.port }, between);
    const third = await open({ shared: true, port: first.port }, spoiler);
    for (const socket of [first, second, third]) socket.join(group, world.adapter);
    const sent = bytesOf('mine');
    (await openSender()).send(sent, toGroup(first.port));
    await world.until(() => between.heard.length === 1 && spoiled.length === 2);
    expect(between.texts()).toEqual(['mine']);
    expect(sent).toEqual(bytesOf('mine'));
  });

  test('our own multicast comes back to this host, with the sender as its source', async () => {
    const listener = createListener();
    const receiver = await open({ shared: true }, listener);
    receiver.join(group, world.adapter);
    const sender = await openSender();
    sender.send(bytesOf('hello'), toGroup(receiver.port));
    await world.until(() => listener.heard.length > 0);
    expect(listener.heard).toEqual([
      { text: 'hello', source: { family: 'ipv4', address: world.adapter.address, port: sender.port } },
    ]);
  });

  test('a group is received between join and leave, and after joining again', async () => {
    const listener = createListener();
    const receiver = await open({ shared: true }, listener);
    const sender = await openSender();
    for (const step of ['before', 'joined', 'left', 'joined again'] as const) {
      if (step.startsWith('joined')) receiver.join(group, world.adapter);
      if (step === 'left') receiver.leave(group, world.adapter);
      sender.send(bytesOf(step), toGroup(receiver.port));
      await settle(sender, receiver, listener);
    }
    expect(listener.texts().filter((text) => text !== 'settled')).toEqual(['joined', 'joined again']);
  });

  test('joining twice counts once: each datagram arrives once, and one leave ends it', async () => {
    const listener = createListener();
    const receiver = await open({ shared: true }, listener);
    const sender = await openSender();
    receiver.join(group, world.adapter);
    receiver.join(group, world.adapter);
    sender.send(bytesOf('heard'), toGroup(receiver.port));
    await settle(sender, receiver, listener);
    receiver.leave(group, world.adapter);
    sender.send(bytesOf('not heard'), toGroup(receiver.port));
    await settle(sender, receiver, listener);
    expect(listener.texts()).toEqual(['heard', 'settled', 'settled']);
  });

  test('leaving a group never joined, or on an absent adapter, does nothing', async () => {
    const receiver = await open({ shared: true }, createListener());
    const leave = (what: string, adapter: InterfaceAddress) => () => receiver.leave(what, adapter);
    expect(leave(group, world.adapter)).not.toThrow();
    expect(leave(group, absentAdapter)).not.toThrow();
    expect(leave('no group', world.adapter)).not.toThrow();
    receiver.close();
    expect(leave(group, world.adapter)).not.toThrow();
  });

  test('joining on an absent adapter, or an address that is not a group, is refused', async () => {
    const receiver = await open({ shared: true }, createListener());
    expect(() => receiver.join(group, absentAdapter)).toThrow(PortError);
    expect(() => receiver.join('10.1.2.3', world.adapter)).toThrow(PortError);
    receiver.close();
    expect(() => receiver.join(group, world.adapter)).toThrow(PortError);
  });

  test('a multicast sender cannot open on an absent adapter', async () => {
    const refused = open({ multicast: { interface: absentAdapter, hops: 1 } }, createListener());
    await expect(refused).rejects.toMatchObject({ name: 'PortError', code: 'EADDRNOTAVAIL' });
  });

  test.each([
    { what: 'a datagram that is too large', bytes: tooLarge, destination: { address: '127.0.0.1', port: 9 }, code: 'EMSGSIZE' },
    { what: 'a port that is none', bytes: bytesOf('x'), destination: { address: '127.0.0.1', port: 0 }, code: 'EINVAL' },
    {
      what: 'a name instead of an address',
      bytes: bytesOf('x'),
      destination: { address: 'localhost', port: 9 },
      code: 'EINVAL',
    },
  ])('$what fails at onError, and the socket keeps working', async ({ bytes, destination, code }) => {
    const listener = createListener();
    const socket = await openSender(listener);
    socket.send(bytes, { family: 'ipv4', ...destination });
    expect(listener.errors).toEqual([]);
    await world.until(() => listener.errors.length > 0);
    expect(listener.errors).toEqual([code]);
    await settle(socket, socket, listener);
  });

  test('a port without a listener drops datagrams silently', async () => {
    const nobody = await open({}, createListener());
    nobody.close();
    const listener = createListener();
    const socket = await openSender(listener);
    socket.send(bytesOf('anybody?'), on(nobody));
    await settle(socket, socket, listener);
    await settle(socket, socket, listener);
    expect(listener.errors).toEqual([]);
  });

  test('the two address families have separate ports', async (context) => {
    if (!world.ports.interfaces.list().some(({ address }) => address === '::1')) context.skip('this host has no IPv6');
    const listener = createListener();
    const { port } = await open({}, createListener());
    const six = await open({ family: 'ipv6', port }, listener);
    six.send(bytesOf('six'), { family: 'ipv6', address: '::1', port });
    await world.until(() => listener.heard.length > 0);
    expect(listener.heard).toEqual([{ text: 'six', source: { family: 'ipv6', address: '::1', port } }]);
  });
}

/** An address for documentation (RFC 5737), which no adapter has. */
const absentAdapter: InterfaceAddress = {
  name: 'absent0',
  family: 'ipv4',
  address: '192.0.2.1',
  prefixLength: 24,
  internal: false,
};
