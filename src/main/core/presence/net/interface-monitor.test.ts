import { describe, expect, test } from 'vitest';
import { assertNothingLeft } from '../../../../../test/fakes/leak-check.ts';
import { createPresenceSocketsFixture } from '../../../../../test/fixtures/presence-sockets.ts';

const bytes = Uint8Array.of(1, 2, 3);

describe('adapters that come, go and change', () => {
  test('[MEM-2] an adapter that appears, disappears or changes its address is noticed at the next poll', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
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

  test('[MEM-2] after a change of address, multicast uses the new one and unicast keeps its port', async () => {
    const { clock, wire, addHost, socketsOn } = createPresenceSocketsFixture();
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

  test('[MEM-2, MEM-3] an adapter recreated under the same address is heard again within three multicasts and a poll', async () => {
    const { clock, segment, addHost, socketsOn } = createPresenceSocketsFixture();
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

  test('[MEM-3] after three multicasts that do not come back all groups are joined again, without a burst', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
    const { host, attach } = addHost('h1');
    attach('eth0', { ipv4: '10.0.0.1/24' });
    const { sockets, start, opened, changes } = socketsOn(host);
    await start();
    const [openedBefore, changesBefore] = [opened.length, changes()];
    // Here no loopback is reported to the sockets.
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

  test('[MEM-3] a multicast that comes back keeps the memberships', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
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

  test('[MEM-1, SOCK-4] each of two subnets has a socket and answers from its own address', async () => {
    const { clock, wire, addHost, socketsOn } = createPresenceSocketsFixture();
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

  test('[MEM-4] a start without an adapter keeps its port, and uses the adapter that appears', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
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

  test('[MEM-4] when the last adapter disappears the sockets stay, and work again when it returns', async () => {
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
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
    const { clock, addHost, socketsOn } = createPresenceSocketsFixture();
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
