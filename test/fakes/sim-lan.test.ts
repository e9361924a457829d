/** What the contract suites of ports cannot show with one host: several hosts, faults, routers, and that a seed gives one trace. */
import { expect, test } from 'vitest';
import type { AddressFamily, UdpSocket } from '../../src/main/core/ports.ts';
import { createFakeClock } from './fake-clock.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { Block, SimHost, SimLan, SimLanOptions, SimSegment } from './sim-lan.ts';
import { createSimLan } from './sim-lan.ts';

const port = 4_255;
const localGroup = '224.0.0.187';
const routableGroup = '239.1.2.3';

interface Node {
  readonly host: SimHost;
  readonly receiver: UdpSocket;
  /** What it heard, as `TEXT from ADDRESS`. */
  readonly heard: string[];
  readonly errors: string[];
  say(text: string, to: string): void;
}

function createSimLanFixture(options: SimLanOptions = {}, seed = 'scene') {
  const clock = createFakeClock();
  const lan = createSimLan({ clock, random: createSeededRandom(seed) }, options);
  return { clock, lan };
}

/** A host with one adapter, listening to both groups, sending with `hops`. */
async function addNode(
  lan: SimLan,
  segment: SimSegment,
  ipv4: string,
  { ipv6 = null, hops = 1 }: { ipv6?: string | null; hops?: number } = {},
): Promise<Node> {
  const host = lan.addHost(ipv4);
  host.attach(segment, { name: 'eth0', ipv4, ipv6 });
  const heard: string[] = [];
  const errors: string[] = [];
  const handlers = {
    onDatagram: (bytes: Uint8Array, source: { address: string }) =>
      void heard.push(`${new TextDecoder().decode(bytes)} from ${source.address}`),
    onError: ({ code }: { code: string }) => void errors.push(code),
  };
  const receiver = await host.udp.open({ family: 'ipv4', port, shared: true }, handlers);
  const senders = new Map<AddressFamily, UdpSocket>();
  for (const on of host.interfaces.list().filter(({ internal }) => !internal)) {
    if (on.family === 'ipv4') for (const group of [localGroup, routableGroup]) receiver.join(group, on);
    const address = on.family === 'ipv6' ? `${on.address}%${on.name}` : on.address;
    senders.set(
      on.family,
      await host.udp.open({ family: on.family, address, port: 0, shared: false, multicast: { interface: on, hops } }, handlers),
    );
  }
  function say(text: string, to: string): void {
    const family = to.includes(':') ? 'ipv6' : 'ipv4';
    senders.get(family)?.send(new TextEncoder().encode(text), { family, address: to, port });
  }
  return { host, receiver, heard, errors, say };
}

/** Three hosts on one segment; `lan.setLoss` and the like are up to the test. */
async function createThreeHosts(options: SimLanOptions = {}, seed?: string) {
  const { clock, lan } = createSimLanFixture(options, seed);
  const segment = lan.addSegment('office');
  const ana = await addNode(lan, segment, '10.0.0.1/24');
  const ben = await addNode(lan, segment, '10.0.0.2/24');
  const cy = await addNode(lan, segment, '10.0.0.3/24');
  return { clock, lan, segment, ana, ben, cy };
}

test('a multicast reaches everybody on the segment once, a unicast one host, and each takes its time', async () => {
  const { clock, ana, ben, cy } = await createThreeHosts({ delayMs: { min: 2, max: 3 } });
  ana.say('all', localGroup);
  ana.say('ben', '10.0.0.2');
  await clock.advance(1.9);
  expect([ana.heard, ben.heard, cy.heard]).toEqual([['all from 10.0.0.1'], [], []]);
  await clock.advance(1.2);
  expect(ben.heard.sort()).toEqual(['all from 10.0.0.1', 'ben from 10.0.0.1']);
  expect(cy.heard).toEqual(['all from 10.0.0.1']);
});

test('an address that nobody has swallows what is sent there; one that nothing leads to is refused', async () => {
  const { clock, ana } = await createThreeHosts();
  ana.say('x', '10.0.0.99');
  ana.say('x', '10.9.9.9');
  await clock.advance(5);
  expect(ana.errors).toEqual(['ENETUNREACH']);
});

test('link-local IPv6 sources carry the zone of the receiver', async () => {
  const { clock, lan } = createSimLanFixture();
  const segment = lan.addSegment('office');
  const ana = await addNode(lan, segment, '10.0.0.1/24', { ipv6: 'fe80::1/64' });
  const ben = lan.addHost('ben');
  ben.attach(segment, { name: 'wlan0', ipv6: 'fe80::2/64' });
  const sources: string[] = [];
  await ben.udp.open(
    { family: 'ipv6', port, shared: false },
    { onDatagram: (_bytes, source) => void sources.push(source.address), onError: () => undefined },
  );
  ana.say('x', 'fe80::2%eth0');
  await clock.advance(5);
  expect(sources).toEqual(['fe80::1%wlan0']);
});

test('a router passes unicast, and multicast only of groups that may leave their link, with hops left', async () => {
  const { clock, lan } = createSimLanFixture();
  const [west, middle, east] = ['west', 'middle', 'east'].map((name) => lan.addSegment(name)) as [
    SimSegment,
    SimSegment,
    SimSegment,
  ];
  lan.connect(west, middle);
  lan.connect(middle, east);
  const near = await addNode(lan, west, '10.0.1.1/24', { hops: 1 });
  const far = await addNode(lan, west, '10.0.1.2/24', { hops: 2 });
  const nextDoor = await addNode(lan, middle, '10.0.2.1/24');
  const away = await addNode(lan, east, '10.0.3.1/24');
  near.say('1 hop', routableGroup);
  far.say('2 hops', routableGroup);
  far.say('2 hops, link', localGroup);
  near.say('unicast', '10.0.3.1');
  await clock.advance(5);
  expect([nextDoor.heard, away.heard]).toEqual([['2 hops from 10.0.1.2'], ['unicast from 10.0.1.1']]);
});

test('a blocked direction stops its kind, until it is undone', async () => {
  const { clock, lan, ana, ben } = await createThreeHosts();
  const both = { from: ana.host, to: ben.host };
  const blocks: readonly Block[] = [both, { ...both, multicast: true }, { ...both, multicast: false }];
  for (const block of blocks) {
    const undo = lan.block(block);
    ana.say(`m${JSON.stringify(block.multicast)}`, localGroup);
    await clock.advance(1);
    ana.say(`u${JSON.stringify(block.multicast)}`, '10.0.0.2');
    ben.say('back', '10.0.0.1');
    await clock.advance(1);
    undo();
  }
  ana.say('free', '10.0.0.2');
  await clock.advance(1);
  expect(ben.heard).toEqual(['utrue from 10.0.0.1', 'mfalse from 10.0.0.1', 'free from 10.0.0.1']);
  expect(ana.heard.filter((line) => line.startsWith('back')).length).toBe(3);
});

test('a partition parts the groups, and leaves alone who is in none, until it heals', async () => {
  const { clock, lan, ana, ben, cy } = await createThreeHosts();
  const heal = lan.partition([[ana.host], [ben.host]]);
  ana.say('parted', localGroup);
  await clock.advance(1);
  heal();
  ana.say('healed', localGroup);
  await clock.advance(1);
  expect(ben.heard).toEqual(['healed from 10.0.0.1']);
  expect(cy.heard).toEqual(['parted from 10.0.0.1', 'healed from 10.0.0.1']);
});

test('loss and duplication take their share of deliveries, and of nothing that stays on the host', async () => {
  const { clock, lan, ana, ben, cy } = await createThreeHosts({ lossRate: 0.2 });
  const all = async (): Promise<number[]> => {
    for (const { heard } of [ana, ben, cy]) heard.length = 0;
    for (let count = 0; count < 2_000; count += 1) ana.say('x', localGroup);
    await clock.advance(5);
    return [ana, ben, cy].map(({ heard }) => heard.length);
  };
  const [own, ...lossy] = await all();
  expect(own).toBe(2_000);
  for (const count of lossy) expect(Math.abs(count - 1_600)).toBeLessThan(80);
  lan.setLoss(0);
  lan.setDuplication(0.1);
  const [alone, ...doubled] = await all();
  expect(alone).toBe(2_000);
  for (const count of doubled) expect(Math.abs(count - 2_200)).toBeLessThan(80);
  lan.setDuplication(0);
  lan.setLoss(1);
  expect(await all()).toEqual([2_000, 0, 0]);
});

test('a pulled cable stops what is under way and what is sent, and the wire does not see the latter', async () => {
  const { clock, lan } = createSimLanFixture({ delayMs: { min: 10, max: 10 } });
  const segment = lan.addSegment('office');
  const ana = await addNode(lan, segment, '10.0.0.1/24');
  const host = lan.addHost('late');
  const eth0 = host.attach(segment, { name: 'eth0', ipv4: '10.0.0.2/24' });
  const heard: Uint8Array[] = [];
  const socket = await host.udp.open(
    { family: 'ipv4', port, shared: true },
    { onDatagram: (bytes) => void heard.push(bytes), onError: () => undefined },
  );
  ana.say('under way', '10.0.0.2');
  await clock.advance(5);
  eth0.setCarrier(false);
  socket.send(new Uint8Array(3), { family: 'ipv4', address: '10.0.0.1', port });
  await clock.advance(20);
  expect({ heard, anaHeard: ana.heard, sent: lan.statistics().get('late') }).toEqual({
    heard: [],
    anaHeard: [],
    sent: { multicast: { datagrams: 0, bytes: 0 }, unicast: { datagrams: 0, bytes: 0 } },
  });
});

test('the wire counts each datagram once, however many hear it, and nothing that a host says to itself', async () => {
  const { clock, lan, ana } = await createThreeHosts({ lossRate: 0.5, duplicationRate: 0.5 });
  const tapped: string[] = [];
  const undo = lan.onDatagram(({ from, segment, source, destination, multicast, bytes }) => {
    tapped.push(`${from} ${segment} ${source.split(':')[0] ?? ''} ${destination} ${String(multicast)} ${bytes.length}`);
  });
  ana.say('four', localGroup);
  ana.say('to ben', '10.0.0.2');
  ana.say('to me', '10.0.0.1');
  undo();
  ana.say('untapped', localGroup);
  await clock.advance(5);
  expect(tapped).toEqual([
    '10.0.0.1/24 office 10.0.0.1 224.0.0.187:4255 true 4',
    '10.0.0.1/24 office 10.0.0.1 10.0.0.2:4255 false 6',
  ]);
  expect(lan.statistics().get('10.0.0.1/24')).toEqual({
    multicast: { datagrams: 2, bytes: 12 },
    unicast: { datagrams: 1, bytes: 6 },
  });
});

test('several sockets on one host share the group, and the latest gets the unicast', async () => {
  const { clock, ana, ben } = await createThreeHosts();
  const latest: string[] = [];
  const second = await ben.host.udp.open(
    { family: 'ipv4', port, shared: true },
    { onDatagram: (bytes) => void latest.push(new TextDecoder().decode(bytes)), onError: () => undefined },
  );
  for (const on of ben.host.interfaces.list().filter(({ name }) => name === 'eth0')) second.join(localGroup, on);
  ana.say('all', localGroup);
  await clock.advance(1);
  ana.say('one', '10.0.0.2');
  await clock.advance(1);
  expect([ben.heard, latest]).toEqual([['all from 10.0.0.1'], ['all', 'one']]);
});

test('one seed gives one trace, and another seed another', async () => {
  async function trace(seed: string): Promise<string[]> {
    const { clock, lan, ana, ben, cy } = await createThreeHosts({ lossRate: 0.3, duplicationRate: 0.1 }, seed);
    const events: string[] = [];
    lan.onDatagram(({ atMs, from, destination }) => events.push(`${atMs} ${from} to ${destination}`));
    for (let round = 0; round < 50; round += 1) {
      for (const node of [ana, ben, cy]) node.say(String(round), round % 2 === 0 ? localGroup : '10.0.0.2');
      await clock.advance(0.4);
      events.push(...[ana, ben, cy].map(({ heard }) => heard.join()));
    }
    return events;
  }
  const first = await trace('one');
  expect(await trace('one')).toEqual(first);
  expect(await trace('other')).not.toEqual(first);
});
