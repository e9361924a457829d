import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { assertNothingLeft } from '../../../test/support/leak-check.ts';
import { createSeededRandom } from '../../../test/support/seeded-random.ts';
import { createSimLan, type DatagramOnWire, type SimHost } from '../../../test/support/sim-lan.ts';
import { PortError, type Udp, type UdpOptions } from '../ports.ts';
import { defaultPresenceOptions, type PresenceOptions } from './options.ts';
import { createPresenceSockets, type Arrival } from './sockets.ts';

const bytes = Uint8Array.of(1, 2, 3);
const ignore = { onDatagram: () => undefined, onError: () => undefined };

interface SocketsOptions extends Partial<PresenceOptions> {
  /** A fault of the system: throws or not, by what is being opened. */
  readonly refuse?: (options: UdpOptions) => string | undefined;
}

const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b));

function scene(seed = 'sockets') {
  const clock = createFakeClock();
  const lan = createSimLan({ clock, random: createSeededRandom(seed) });
  const segment = lan.addSegment('lan');
  const wire: DatagramOnWire[] = [];
  lan.onDatagram((datagram) => wire.push(datagram));

  function addHost(name: string) {
    const host = lan.addHost(name);
    return {
      host,
      attach: (adapter: string, addresses: object, on = segment) => host.attach(on, { name: adapter, ...addresses }),
    };
  }

  function socketsOn(host: SimHost, { refuse = () => undefined, ...change }: SocketsOptions = {}) {
    const heard: { readonly bytes: Uint8Array; readonly source: Arrival }[] = [];
    const opened: UdpOptions[] = [];
    let changes = 0;
    const udp: Udp = {
      open(options, handlers) {
        const code = refuse(options);
        if (code) return Promise.reject(new PortError(code, 'refused by the test'));
        opened.push(options);
        return host.udp.open(options, handlers);
      },
    };
    const sockets = createPresenceSockets(
      {
        clock,
        random: createSeededRandom(`${seed}/${host.name}`),
        udp,
        interfaces: host.interfaces,
        log: { write: () => undefined },
        onDatagram: (datagram, source) => heard.push({ bytes: datagram, source }),
        onChange: () => void (changes += 1),
      },
      { ...defaultPresenceOptions, ...change },
    );
    const stopping = new AbortController();
    let outcome: unknown = 'stopped';
    let running: Promise<void> | undefined;
    return {
      sockets,
      heard,
      opened,
      changes: () => changes,
      outcome: () => outcome,
      names: () => sockets.addresses().map((bound) => `${bound.interface.name} ${bound.interface.address}`),
      async start(signal = stopping.signal) {
        outcome = 'starting';
        running = sockets.run({ signal, ready: () => void (outcome = 'ready') }).then(
          () => void (outcome = 'stopped'),
          (error: unknown) => void (outcome = error),
        );
        await clock.advance(0);
      },
      async stop() {
        stopping.abort();
        await clock.advance(0);
        await running;
      },
    };
  }

  return { clock, lan, segment, wire, addHost, socketsOn };
}

describe('sockets', () => {
  test('[SOCK-1, SOCK-2] one receiver per family on the group’s port, one sender per address, all senders on one port', async () => {
    const { addHost, socketsOn } = scene();
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

  test('[SOCK-1] two nodes on one host both hear the group, and each its own unicast', async () => {
    const { clock, addHost, socketsOn } = scene();
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

  test('[SOCK-2] multicast leaves by every adapter that is wanted, from its own address and the unicast port', async () => {
    const { clock, lan, wire, addHost, socketsOn } = scene();
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

  test('[SOCK-2] the unicast port is kept across restarts, and another is taken only when it is taken', async () => {
    const { clock, addHost, socketsOn } = scene();
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

  test('[SOCK-6] the port of the last run is taken again, and another only when it is taken', async () => {
    const { clock, addHost, socketsOn } = scene();
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
    // What it has taken instead it keeps, though the preferred one is free again.
    await first.stop();
    const taken = second.sockets.unicastPort();
    await second.stop();
    const again = new AbortController();
    await second.start(again.signal);
    expect(second.sockets.unicastPort()).toBe(taken);
    again.abort();
    await clock.advance(0);
  });

  test('[SOCK-2] our own multicast that comes back is told from others’', async () => {
    const { clock, addHost, socketsOn } = scene();
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

  test('[SOCK-3] a port that a program keeps to itself fails the start with its code, and leaves nothing open', async () => {
    const { clock, addHost, socketsOn } = scene();
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

  test('[SOCK-4] unicast leaves by the adapter on whose link the destination is, else by any of its family', async () => {
    const { clock, lan, wire, addHost, socketsOn } = scene();
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

  test('[SOCK-4] without an address of that family nothing is sent, and that is said', async () => {
    const { addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const { sockets, start } = socketsOn(host);
    await start();
    expect(sockets.unicast(bytes, { family: 'ipv6', address: 'fe80::9%eth0', port: 5_000 })).toBe(false);
  });

  test('[SOCK-5] a sender that cannot be opened is skipped and said, tried again at every look, and used when it can', async () => {
    const { clock, addHost, socketsOn } = scene();
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

  test('[SOCK-5] IPv6 that the system refuses does not keep IPv4 from working', async () => {
    const { clock, addHost, socketsOn } = scene();
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

  test('[SOCK-5] one destination that cannot be reached does not take the adapter out of use', async () => {
    const { clock, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const other = addHost('h2');
    other.attach('eth0', { ipv4: '10.0.0.2/24' });
    const [{ sockets, start }, listener] = [socketsOn(host), socketsOn(other.host)];
    await start();
    await listener.start();
    // A peer with an address of another subnet, and one that announces the port 0; and one that announces the group's.
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

  test('[SUP-4] stopping closes every socket, also in the middle of a start', async () => {
    for (const stopAfterOpened of [0, 1, 2, 3, 4]) {
      const { clock, addHost, socketsOn } = scene();
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

describe('adapters that come, go and change', () => {
  test('[MEM-2] an adapter that appears, changes its address, or disappears is followed at the next look', async () => {
    const { clock, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    const eth0 = attach('eth0', { ipv4: '10.0.0.1/24' });
    const { start, names, changes } = socketsOn(host);
    await start();
    const before = changes();
    const eth1 = attach('eth1', { ipv4: '10.1.0.1/24' });
    await clock.advance(2_000);
    expect(names()).toEqual(['eth0 10.0.0.1', 'eth1 10.1.0.1']);
    expect(host.memberships()).toEqual(['eth0 224.0.0.187', 'eth1 224.0.0.187']);
    eth0.changeAddress({ ipv4: '10.0.0.77/24' });
    await clock.advance(2_000);
    expect(names().toSorted()).toEqual(['eth0 10.0.0.77', 'eth1 10.1.0.1']);
    eth1.detach();
    await clock.advance(2_000);
    expect([names(), host.memberships()]).toEqual([['eth0 10.0.0.77'], ['eth0 224.0.0.187']]);
    expect(changes()).toBe(before + 3);
    await clock.advance(60_000);
    expect(changes()).toBe(before + 3);
    expect(host.openSockets()).toBe(2);
  });

  test('[MEM-2] after a change of address multicast leaves from the new one, and unicast reaches it on the same port', async () => {
    const { clock, wire, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    const eth0 = attach('eth0', { ipv4: '10.0.0.1/24' });
    const other = addHost('h2');
    other.attach('eth0', { ipv4: '10.0.0.2/24' });
    const [one, two] = [socketsOn(host), socketsOn(other.host)];
    await one.start();
    await two.start();
    eth0.changeAddress({ ipv4: '10.0.0.77/24' });
    await clock.advance(2_000);
    one.sockets.multicast(bytes);
    two.sockets.unicast(bytes, { family: 'ipv4', address: '10.0.0.77', port: one.sockets.unicastPort() });
    await clock.advance(1);
    expect(wire.map(({ source }) => source)).toEqual([
      `10.0.0.77:${one.sockets.unicastPort()}`,
      `10.0.0.2:${two.sockets.unicastPort()}`,
    ]);
    expect(one.heard.map(({ source }) => source.via)).toEqual(expect.arrayContaining(['unicast']));
  });

  test('[MEM-2, MEM-3] an adapter that was recreated under the same address is heard on again within three multicasts and a look', async () => {
    const { clock, segment, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    const eth0 = attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    const { sockets, heard, start } = socketsOn(host);
    await start();
    eth0.detach();
    host.attach(segment, { name: 'eth0', ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    expect(host.memberships()).toEqual([]);
    for (let sent = 0; sent < 3; sent += 1) {
      sockets.multicast(bytes);
      await clock.advance(1_500);
    }
    await clock.advance(2_000);
    expect(host.memberships().toSorted()).toEqual(['eth0 224.0.0.187', 'eth0 ff12::4255']);
    heard.length = 0;
    sockets.multicast(bytes);
    await clock.advance(1);
    expect(heard.map(({ source }) => source.family).toSorted()).toEqual(['ipv4', 'ipv6']);
  });

  test('[MEM-3] three multicasts in a row that do not come back: everything is joined anew, without a burst', async () => {
    const { clock, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const { sockets, start, opened, changes } = socketsOn(host);
    await start();
    const [openedBefore, changesBefore] = [opened.length, changes()];
    // Nobody tells the sockets that their multicasts came back.
    sockets.multicast(bytes);
    sockets.multicast(bytes);
    await clock.advance(10_000);
    expect(opened.length).toBe(openedBefore);
    sockets.multicast(bytes);
    await clock.advance(2_000);
    expect(opened.slice(openedBefore).map(({ port }) => port)).toEqual([4_255]);
    expect([changes(), host.openSockets(), host.memberships()]).toEqual([changesBefore, 2, ['eth0 224.0.0.187']]);
    await clock.advance(60_000);
    expect(opened.length).toBe(openedBefore + 1);
  });

  test('[MEM-3] what comes back keeps the memberships as they are', async () => {
    const { clock, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    const { sockets, start, opened, heard } = socketsOn(host);
    await start();
    const before = opened.length;
    for (let sent = 0; sent < 20; sent += 1) {
      sockets.multicast(bytes);
      await clock.advance(500);
      for (const { source } of heard.splice(0)) sockets.noteLoopback(source);
    }
    expect(opened.length).toBe(before);
  });

  test('[MEM-1, SOCK-4] two subnets are two senders, and each is answered from its own', async () => {
    const { clock, wire, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    attach('eth1', { ipv4: '10.5.0.1/24' });
    const { sockets, start } = socketsOn(host);
    await start();
    sockets.multicast(bytes);
    for (const address of ['10.5.0.9', '10.0.0.9']) sockets.unicast(bytes, { family: 'ipv4', address, port: 5_000 });
    await clock.advance(1);
    expect(wire.map(({ source }) => source.split(':')[0])).toEqual(['10.0.0.1', '10.5.0.1', '10.5.0.1', '10.0.0.1']);
  });

  test('[MEM-4] without any adapter it starts, keeps its port, and goes on when one appears', async () => {
    const { clock, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    const { sockets, start, outcome, names, changes } = socketsOn(host);
    await start();
    expect([outcome(), names()]).toEqual(['ready', []]);
    expect(sockets.unicast(bytes, { family: 'ipv4', address: '10.0.0.9', port: 5_000 })).toBe(false);
    const port = sockets.unicastPort();
    expect(port).toBeGreaterThanOrEqual(49_152);
    await clock.advance(100_000);
    expect(changes()).toBe(0);
    attach('eth0', { ipv4: '10.0.0.1/24' });
    await clock.advance(2_000);
    expect([names(), sockets.unicastPort(), changes()]).toEqual([['eth0 10.0.0.1'], port, 1]);
  });

  test('[MEM-4] when the last adapter goes, the sockets stay up, and come back with it', async () => {
    const { clock, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    const eth0 = attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    const { start, outcome, names } = socketsOn(host);
    await start();
    eth0.setCarrier(false);
    await clock.advance(2_000);
    expect([outcome(), names(), host.openSockets()]).toEqual(['ready', [], 1]);
    eth0.setCarrier(true);
    await clock.advance(2_000);
    expect(names()).toEqual(['eth0 10.0.0.1', 'eth0 fe80::1']);
    expect(host.memberships().toSorted()).toEqual(['eth0 224.0.0.187', 'eth0 ff12::4255']);
  });

  test('[SUP-4] a hundred changes leave no socket, membership or timer behind', async () => {
    const { clock, addHost, socketsOn } = scene();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
    const { sockets, start, stop } = socketsOn(host);
    await start();
    let eth1 = attach('eth1', { ipv4: '10.1.0.1/24', ipv6: 'fe80::2/64' });
    for (let change = 0; change < 100; change += 1) {
      await clock.advance(1_700);
      sockets.multicast(bytes);
      eth1.detach();
      if (change % 3 > 0) await clock.advance(1_100);
      eth1 = attach('eth1', { ipv4: `10.1.0.${1 + (change % 2)}/24`, ipv6: 'fe80::2/64' });
    }
    await clock.advance(4_000);
    expect(host.openSockets()).toBe(6);
    await stop();
    assertNothingLeft({ clock, hosts: [host] });
  });
});
