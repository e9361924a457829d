import { describe, expect, test } from 'vitest';
import { assertNothingLeft } from '../../../../../test/fakes/leak-check.ts';
import { createPresenceSocketsFixture } from '../../../../../test/fixtures/presence-sockets.ts';

const bytes = Uint8Array.of(1, 2, 3);
const ignore = { onDatagram: () => undefined, onError: () => undefined };
const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b));

describe('sockets', () => {
  test('[SOCK-1, SOCK-2] one group listener per family and one interface socket per address, all on one port', async () => {
    const { addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    attach('wlan0', { ipv4: '10.1.0.1/24' });
    const { opened, sockets, start, outcome } = socketsOn(host);
    await start();
    expect(outcome()).toBe('ready');
    const unicastPort = sockets.unicastPort();
    expect(unicastPort).toBeGreaterThanOrEqual(49_152);
    expect(opened.map(({ family, address, port, shared }) => ({ family, address, port, shared }))).toEqual([
      { family: 'ipv4', address: '10.0.0.1', port: unicastPort, shared: false },
      { family: 'ipv6', address: 'fe80::1%eth0', port: unicastPort, shared: false },
      { family: 'ipv4', address: '10.1.0.1', port: unicastPort, shared: false },
      { family: 'ipv4', address: undefined, port: 4_255, shared: true },
      { family: 'ipv6', address: undefined, port: 4_255, shared: true },
    ]);
    expect(host.memberships().toSorted()).toEqual(['eth0 224.0.0.187', 'eth0 ff12::4255', 'wlan0 224.0.0.187']);
  });

  test('[SOCK-1] two nodes on one host both receive multicast, and each its own unicast', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const other = addHost('h2');
    other.attach('eth0', { ipv4: '10.0.0.2/24' });
    const [one, two, three] = [socketsOn(host), socketsOn(host, { maxSenders: 31 }), socketsOn(other.host)];
    for (const node of [one, two, three]) await node.start();
    expect([one, two, three].map(({ outcome }) => outcome())).toEqual(['ready', 'ready', 'ready']);
    expect(one.sockets.unicastPort()).not.toBe(two.sockets.unicastPort());
    three.sockets.multicast(bytes);
    three.sockets.unicast(Uint8Array.of(9), { family: 'ipv4', address: '10.0.0.1', port: two.sockets.unicastPort() });
    await clock.advance(1);
    const arrivals = (node: typeof one): readonly (readonly unknown[])[] =>
      node.heard.map((arrival) => [arrival.bytes[0], arrival.source.via]);
    expect(arrivals(one)).toEqual([[1, 'group']]);
    expect(arrivals(two).toSorted(byText)).toEqual([
      [1, 'group'],
      [9, 'unicast'],
    ]);
    expect(arrivals(three)).toEqual([[1, 'group']]); // looped back
  });

  test('[SOCK-2] multicast leaves by every selected adapter, from its address and the unicast port', async () => {
    const { clock, lan, wire, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    attach('eth1', { ipv4: '10.1.0.1/24' }, lan.addSegment('other'));
    const { sockets, start } = socketsOn(host);
    await start();
    sockets.multicast(bytes);
    sockets.multicast(bytes, ({ family }) => family === 'ipv6');
    await clock.advance(1);
    const port = sockets.unicastPort();
    expect(wire.map(({ segment, source, destination }) => [segment, source, destination])).toEqual([
      ['lan', `10.0.0.1:${port}`, '224.0.0.187:4255'],
      ['lan', `[fe80::1]:${port}`, '[ff12::4255]:4255'],
      ['other', `10.1.0.1:${port}`, '224.0.0.187:4255'],
      ['lan', `[fe80::1]:${port}`, '[ff12::4255]:4255'],
    ]);
  });

  test('[SOCK-2] the unicast port stays across restarts, unless another program takes it', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const { sockets, start } = socketsOn(host);
    const ports: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const stopping = new AbortController();
      await start(stopping.signal);
      ports.push(sockets.unicastPort());
      stopping.abort();
      await clock.advance(0);
    }
    expect(new Set(ports).size).toBe(1);
    await host.udp.open({ family: 'ipv4', address: '10.0.0.1', port: sockets.unicastPort(), shared: false }, ignore);
    await start();
    expect(sockets.unicastPort()).not.toBe(ports[0]);
    expect(sockets.addresses()).toMatchObject([{ joined: true, failure: undefined }]);
  });

  test('[SOCK-6] the port of the last run is used again, unless another program took it', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    attach('eth1', { ipv4: '10.1.0.1/24' });
    const first = socketsOn(host, { preferredUnicastPort: 51_234 });
    await first.start();
    expect(first.sockets.addresses().map(({ joined, failure }) => [joined, failure])).toEqual(
      Array.from({ length: 2 }, () => [true, undefined]),
    );
    const second = socketsOn(host, { preferredUnicastPort: 51_234 });
    await second.start();
    expect([first.sockets.unicastPort(), second.outcome()]).toEqual([51_234, 'ready']);
    expect(second.sockets.unicastPort()).not.toBe(51_234);
    expect(second.sockets.addresses()).toMatchObject([{ failure: undefined }, { failure: undefined }]);
    // It keeps the replacement even when the preferred port is free again.
    await first.stop();
    const taken = second.sockets.unicastPort();
    await second.stop();
    const again = new AbortController();
    await second.start(again.signal);
    expect(second.sockets.unicastPort()).toBe(taken);
    again.abort();
    await clock.advance(0);
  });

  test('[SOCK-2] our own multicast is recognised when it comes back', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    const { sockets, heard, start } = socketsOn(host);
    await start();
    await clock.advance(70);
    sockets.multicast(bytes);
    await clock.advance(1);
    expect(heard.map(({ source }) => sockets.noteLoopback(source))).toEqual([true, true]);
    expect(sockets.addresses().map(({ lastLoopbackMs }) => lastLoopbackMs)).toEqual([71, 71]);
    const own = { family: 'ipv4', address: '10.0.0.1', port: sockets.unicastPort() } as const;
    expect(
      [
        { ...own, port: own.port + 1 },
        { ...own, address: '10.0.0.2' },
      ].map((source) => sockets.noteLoopback(source)),
    ).toEqual([false, false]);
  });

  test('[SOCK-3] a port in exclusive use fails the start with its code, and leaves nothing open', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const occupier = await host.udp.open({ family: 'ipv4', port: 4_255, shared: false }, ignore);
    const { sockets, start, outcome } = socketsOn(host);
    await start();
    expect(outcome()).toMatchObject({ name: 'PortError', code: 'EADDRINUSE' });
    expect([host.openSockets(), clock.pendingTimers()]).toEqual([1, 0]);
    const port = sockets.unicastPort();
    occupier.close();
    await start();
    expect([outcome(), sockets.unicastPort()]).toEqual(['ready', port]);
  });

  test("[SOCK-4] unicast leaves by the adapter on the destination's link, else by any of its family", async () => {
    const { clock, lan, wire, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    attach('eth1', { ipv4: '10.1.0.1/24', ipv6: 'fe80::2/64' }, lan.addSegment('other'));
    const { sockets, start } = socketsOn(host);
    await start();
    const port = sockets.unicastPort();
    const sendTo = (family: 'ipv4' | 'ipv6', address: string): boolean =>
      sockets.unicast(bytes, { family, address, port: 5_000 });
    expect([sendTo('ipv4', '10.1.0.9'), sendTo('ipv4', '10.0.0.9'), sendTo('ipv6', 'fe80::9%eth1')]).toEqual([true, true, true]);
    await clock.advance(1);
    expect(wire.map(({ source, destination }) => `${source} > ${destination}`)).toEqual([
      `10.1.0.1:${port} > 10.1.0.9:5000`,
      `10.0.0.1:${port} > 10.0.0.9:5000`,
      `[fe80::2]:${port} > [fe80::9]:5000`,
    ]);
  });

  test('[SOCK-4] without an address of that family no datagram is sent, and the call returns false', async () => {
    const { addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const { sockets, start } = socketsOn(host);
    await start();
    expect(sockets.unicast(bytes, { family: 'ipv6', address: 'fe80::9%eth0', port: 5_000 })).toBe(false);
  });

  test('[SOCK-9] a global IPv6 address serves unicast alone, from its own socket', async () => {
    const { clock, lan, segment, wire, addHost, socketsOn } = createPresenceSocketsFixture();
    lan.connect(segment, lan.addSegment('far'));
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv6: ['fe80::1/64', 'fd00:1::1/64', 'fd00:2::1/64'] });
    const other = addHost('h2');
    other.attach('eth0', { ipv6: ['fe80::2/64', 'fd00:1::2/64'] });
    const [one, two] = [socketsOn(host), socketsOn(other.host)];
    await one.start();
    await two.start();
    const [from, to] = [one.sockets.unicastPort(), two.sockets.unicastPort()];
    const sendTo = (address: string): boolean => one.sockets.unicast(bytes, { family: 'ipv6', address, port: to });
    one.sockets.multicast(bytes);
    expect(['fd00:1::2', 'fd00:2::9', 'fd00:9::9', 'fe80::2%eth0', 'fe80::2%eth9'].map(sendTo)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    await clock.advance(1);
    expect(wire.map(({ source, destination }) => `${source} > ${destination}`)).toEqual([
      `[fe80::1]:${from} > [ff12::4255]:4255`,
      `[fd00:1::1]:${from} > [fd00:1::2]:${to}`,
      `[fd00:2::1]:${from} > [fd00:2::9]:${to}`,
      `[fd00:1::1]:${from} > [fd00:9::9]:${to}`,
      `[fe80::1]:${from} > [fe80::2]:${to}`,
    ]);
    const heard = two.heard.map(({ source }) => ({ local: source.local, via: source.via }));
    expect(heard).toContainEqual({ local: 'eth0 fd00:1::2/64', via: 'unicast' });
    expect(two.sockets.isOwnEndpoint({ family: 'ipv6', address: 'fd00:1::2', port: to })).toBe(true);
    // Only addresses that multicast are adapters for users.
    expect(one.names()).toEqual(['eth0 fe80::1']);
  });

  test('[SOCK-4] an adapter that the limit leaves out is still reached, and an excluded one is not', async () => {
    const { addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    attach('eth1', { ipv4: '10.1.0.1/24' });
    attach('eth2', { ipv4: '10.2.0.1/24' });
    const { sockets, start, names } = socketsOn(host, { maxSenders: 1, excludedInterfaces: () => ['eth2'] });
    await start();
    expect({ names: names(), leftOut: sockets.leftOut() }).toEqual({ names: ['eth0 10.0.0.1'], leftOut: ['eth1'] });
    const sendTo = (address: string): boolean => sockets.unicast(bytes, { family: 'ipv4', address, port: 5_000 });
    expect(['10.1.0.9', '10.2.0.9'].map(sendTo)).toEqual([true, false]);
  });

  test('[SOCK-5] a socket that fails to open is skipped, reported and retried at every poll', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    attach('eth1', { ipv4: '10.1.0.1/24' });
    let broken = true;
    const { sockets, start, outcome, changes } = socketsOn(host, {
      refuse: ({ address }) => (broken && address === '10.1.0.1' ? 'EACCES' : undefined),
    });
    await start();
    expect(outcome()).toBe('ready');
    await clock.advance(7_000);
    expect(sockets.addresses()).toMatchObject([
      { interface: { name: 'eth0' }, joined: true, failure: undefined },
      { interface: { name: 'eth1' }, failure: { code: 'EACCES', sinceMs: 0 } },
    ]);
    const changesBefore = changes();
    broken = false;
    await clock.advance(2_000);
    expect(sockets.addresses()).toMatchObject([{ failure: undefined }, { joined: true, failure: undefined }]);
    expect(changes()).toBe(changesBefore + 1);
  });

  test('[SOCK-5] IPv4 works if the system refuses IPv6', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    const { sockets, heard, start, outcome } = socketsOn(host, {
      refuse: ({ family }) => (family === 'ipv6' ? 'EAFNOSUPPORT' : undefined),
    });
    await start();
    sockets.multicast(bytes);
    await clock.advance(10_000);
    expect([outcome(), heard.length]).toEqual(['ready', 1]);
    expect(sockets.addresses()).toMatchObject([{ joined: true, failure: undefined }, { failure: { code: 'EAFNOSUPPORT' } }]);
  });

  test('[SOCK-5] an unreachable destination does not disable the adapter', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const other = addHost('h2');
    other.attach('eth0', { ipv4: '10.0.0.2/24' });
    const [{ sockets, start }, listener] = [socketsOn(host), socketsOn(other.host)];
    await start();
    await listener.start();
    // A peer on another subnet, a peer that announces port 0, and one that announces the group's
    // port.
    for (const [address, port] of [
      ['192.168.7.7', 5_000],
      ['10.0.0.2', 0],
      ['192.168.7.7', 4_255],
    ] as const) {
      sockets.unicast(bytes, { family: 'ipv4', address, port });
      await clock.advance(10);
      expect(sockets.addresses(), `${address}:${port}`).toMatchObject([{ joined: true, failure: undefined }]);
      sockets.multicast(Uint8Array.of(7));
      await clock.advance(10);
      expect(
        listener.heard.splice(0).map((arrival) => arrival.bytes[0]),
        `after ${address}:${port}`,
      ).toEqual([7]);
    }
  });

  test('[SUP-4] stopping closes every socket, even during a start', async () => {
    for (const stopAfterOpened of [0, 1, 2, 3, 4]) {
      const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
      const { host, attach } = addHost('h1');
      attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
      attach('eth1', { ipv4: '10.1.0.1/24' });
      const stopping = new AbortController();
      const { start, opened, outcome } = socketsOn(host, {
        refuse() {
          if (opened.length === stopAfterOpened) stopping.abort();
          return undefined;
        },
      });
      await start(stopping.signal);
      expect(outcome(), `after ${stopAfterOpened}`).toBe('stopped');
      assertNothingLeft({ clock, hosts: [host] });
    }
  });
});
