import { createHashes } from '../node/crypto/hash.ts';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { assertNothingLeft } from '../../../test/fakes/leak-check.ts';
import { createSeededRandom } from '../../../test/fakes/seeded-random.ts';
import { createSimSignatures } from '../../../test/fakes/sim-identity.ts';
import { createSimLan, type SimHost } from '../../../test/fakes/sim-lan.ts';
import { selfSchema } from '../../shared/contract/profile.ts';
import { createHallway, type Hallway, type HallwayEvent, type HallwayOptions } from './hallway.ts';
import { PortError, type Ports, type Udp, type UdpOptions } from './ports.ts';
import { decodeDatagram } from './presence/wire/datagram.ts';

interface NodeOptions extends Partial<HallwayOptions> {
  /** Makes opening a socket fail with the code that it returns. */
  readonly refuse?: (options: UdpOptions) => string | undefined;
  readonly addresses?: { readonly ipv4: string | null; readonly ipv6: string | null };
}

interface Node {
  readonly hallway: Hallway;
  readonly host: SimHost;
  readonly events: (HallwayEvent & { readonly atMs: number })[];
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly peerId: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

function createHallwayFixture(seed = 'hallway') {
  const clock = createFakeClock();
  const random = createSeededRandom(seed);
  const lan = createSimLan({ clock, random });
  const segment = lan.addSegment('lan');
  const signatures = createSimSignatures();
  let hosts = 0;

  function addNode(name: string, { refuse = () => undefined, addresses, ...options }: NodeOptions = {}): Node {
    hosts += 1;
    const host = lan.addHost(name);
    host.attach(segment, { name: 'eth0', ...(addresses ?? { ipv4: `10.0.0.${hosts}/24`, ipv6: `fe80::${hosts}/64` }) });
    const udp: Udp = {
      open(wanted, handlers) {
        const code = refuse(wanted);
        return code ? Promise.reject(new PortError(code, 'refused by the test')) : host.udp.open(wanted, handlers);
      },
    };
    const identity = signatures.identity(name);
    const log: Node['log'][number][] = [];
    const ports: Ports = {
      clock,
      random: random.fork(name),
      hash: createHashes(),
      udp,
      interfaces: host.interfaces,
      identity,
      signatures,
      log: { write: (level, message, fields) => void log.push({ level, message, ...fields }) },
      resolver: { lookup: () => Promise.resolve([]) },
    };
    const hallway = createHallway(ports, {
      name,
      host: name,
      incarnation: clock.wallMs(),
      ...options,
    });
    const events: Node['events'] = [];
    hallway.subscribe((event) => events.push({ ...event, atMs: clock.monotonicMs() }));
    const stopping = new AbortController();
    let running: Promise<void> | undefined;
    return {
      hallway,
      host,
      events,
      log,
      peerId: identity.peerId,
      async start() {
        running = hallway.run({ signal: stopping.signal, ready: () => undefined });
        await clock.advance(0);
      },
      async stop() {
        stopping.abort();
        await clock.advance(200);
        await running;
      },
    };
  }

  return { clock, lan, addNode };
}

const namesOf = ({ hallway }: Node): readonly string[] => hallway.presence.peers().map(({ name }) => name);
const codesOf = ({ hallway }: Node): readonly string[] => hallway.health.list().map(({ code }) => code);

describe('a node', () => {
  test('[SUP-1, AUTO-4] emits ready once, with ports and interfaces, before any event about peers', async () => {
    const { clock, addNode } = createHallwayFixture();
    const [ana, bo] = [addNode('ana'), addNode('bo')];
    await bo.start();
    await clock.advance(10_000);
    await ana.start();
    await clock.advance(30_000);
    const ready = ana.events.filter(({ type }) => type === 'ready');
    expect(ready).toEqual([
      {
        type: 'ready',
        atMs: 10_000,
        tcpPort: 0,
        unicastPort: expect.any(Number) as number,
        interfaces: [
          { name: 'eth0', address: '10.0.0.1' },
          { name: 'eth0', address: 'fe80::1' },
        ],
      },
    ]);
    const types = ana.events.map(({ type }) => type);
    const firstAboutPeers = types.findIndex((type) => type.startsWith('peer-'));
    expect(firstAboutPeers).toBeGreaterThan(types.indexOf('ready'));
    expect(types[firstAboutPeers]).toBe('peer-joined');
    expect(namesOf(ana)).toEqual(['bo']);
  });

  test('[HS-2, REG-1] lists another node within a moment, as online, with both address families', async () => {
    const { clock, addNode } = createHallwayFixture();
    const [ana, bo] = [addNode('ana', { settings: { chosen: { note: 'Hi', status: 'busy' } } }), addNode('bo')];
    await ana.start();
    await clock.advance(20_000);
    await bo.start();
    await clock.advance(100);
    expect(bo.hallway.presence.peers()).toMatchObject([
      { peerId: ana.peerId, name: 'ana', host: 'ana', note: 'Hi', status: 'busy', presence: 'online' },
    ]);
    expect(ana.hallway.presence.peers()).toMatchObject([{ peerId: bo.peerId, presence: 'online' }]);
  });

  test('[BYE-2] that stops disappears at once, and is departed with its reason', async () => {
    const { clock, addNode } = createHallwayFixture();
    const [ana, bo] = [addNode('ana'), addNode('bo')];
    await ana.start();
    await bo.start();
    await clock.advance(3_000);
    await bo.stop();
    expect(ana.hallway.presence.peers()).toEqual([]);
    expect(ana.hallway.presence.departed()).toMatchObject([{ peerId: bo.peerId, name: 'bo', reason: 'goodbye' }]);
    const left = ana.events.filter(({ type }) => type === 'peer-left');
    expect(left).toHaveLength(1);
    expect(left[0]?.atMs).toBeLessThan(3_010);
  });

  test('[SUP-4] leaves no socket or timer after a stop, and emits nothing more', async () => {
    const { clock, addNode } = createHallwayFixture();
    const nodes = [addNode('ana'), addNode('bo'), addNode('caro')];
    for (const node of nodes) await node.start();
    await clock.advance(12_345);
    for (const node of nodes) await node.stop();
    await clock.advance(1_000);
    const emitted = nodes.map(({ events }) => events.length);
    assertNothingLeft({ clock, hosts: nodes.map(({ host }) => host) });
    await clock.advance(100_000);
    expect(nodes.map(({ events }) => events.length)).toEqual(emitted);
  });

  test('[SUP-4] can be stopped at any moment of its start', async () => {
    for (const afterMs of [0, 1, 3, 499, 500, 1_999, 2_000]) {
      const { clock, addNode } = createHallwayFixture();
      const [ana, bo] = [addNode('ana'), addNode('bo')];
      await bo.start();
      await clock.advance(5_000);
      await ana.start();
      await clock.advance(afterMs);
      await ana.stop();
      await bo.stop();
      await clock.advance(10);
      expect(() => assertNothingLeft({ clock, hosts: [ana.host, bo.host] }), `stopped after ${afterMs} ms`).not.toThrow();
    }
  });

  test('[SUP-4, SOCK-3] can be stopped during the delay before a restart', async () => {
    const { clock, addNode } = createHallwayFixture();
    const ana = addNode('ana', { refuse: ({ shared }) => (shared ? 'EADDRINUSE' : undefined) });
    await ana.start();
    await clock.advance(5_000);
    expect(codesOf(ana)).toEqual(['port-taken']);
    expect(ana.events.filter(({ type }) => type === 'ready')).toEqual([]);
    await ana.stop();
    assertNothingLeft({ clock, hosts: [ana.host] });
  });

  test('[SOCK-3, SUP-2, SUP-3] takes a port that is freed later, clears its health entry and records the restarts', async () => {
    const { clock, addNode } = createHallwayFixture();
    let taken = true;
    const [ana, bo] = [addNode('ana', { refuse: ({ shared }) => (shared && taken ? 'EADDRINUSE' : undefined) }), addNode('bo')];
    await bo.start();
    await ana.start();
    await clock.advance(2_500);
    taken = false;
    await clock.advance(5_000);
    expect([codesOf(ana), namesOf(ana), namesOf(bo)]).toEqual([[], ['bo'], ['ana']]);
    const restarts = ana.hallway.diagnostics.read()['restarts'] as unknown as readonly {
      service: string;
      cause: string;
      delayMs: number;
    }[];
    expect(restarts.map(({ service, cause }) => `${service}: ${cause}`)).toEqual([
      'sockets: EADDRINUSE: refused by the test',
      'sockets: EADDRINUSE: refused by the test',
    ]);
    expect(restarts[1]?.delayMs).toBeGreaterThan(restarts[0]?.delayMs ?? Infinity);
  });

  test('[CAD-5, SOCK-5] is heard over IPv6 if IPv4 fails on its adapter', async () => {
    const { clock, lan, addNode } = createHallwayFixture();
    const ana = addNode('ana', { refuse: ({ family, shared }) => (family === 'ipv4' && !shared ? 'EACCES' : undefined) });
    const bo = addNode('bo');
    let beacons = 0;
    lan.onDatagram(({ from, multicast, bytes }) => (beacons += from === 'ana' && multicast && bytes[5] === 1 ? 1 : 0));
    await ana.start();
    await bo.start();
    await clock.advance(300_000);
    const left = bo.events.filter(({ type }) => type === 'peer-left');
    expect([left, namesOf(bo)]).toEqual([[], ['ana']]);
    expect(codesOf(ana)).toEqual(['interface-failed']);
    expect(beacons).toBeGreaterThan(300_000 / 6_000);
  });

  test('[CAD-5] sends steady beacons once per adapter, bursts and goodbyes over both families', async () => {
    const { clock, lan, addNode } = createHallwayFixture();
    const sent: { readonly kind: string; readonly family: string; readonly atMs: number }[] = [];
    lan.onDatagram(({ from, multicast, source, bytes, atMs }) => {
      const decoded = decodeDatagram(bytes);
      if (from !== 'ana' || !multicast || !decoded.ok) return;
      sent.push({ kind: decoded.datagram.kind, family: source.startsWith('[') ? 'ipv6' : 'ipv4', atMs });
    });
    const ana = addNode('ana');
    await ana.start();
    await clock.advance(60_000);
    await ana.stop();
    const familiesOf = (from: number, to: number): readonly string[] =>
      [
        ...new Set(sent.filter(({ kind, atMs }) => kind === 'beacon' && atMs >= from && atMs < to).map(({ family }) => family)),
      ].toSorted();
    expect([familiesOf(0, 2_000), familiesOf(2_000, 60_000)]).toEqual([['ipv4', 'ipv6'], ['ipv4']]);
    expect(sent.filter(({ kind }) => kind === 'goodbye').map(({ family }) => family)).toEqual(['ipv4', 'ipv6', 'ipv4', 'ipv6']);
  });

  test('[CAD-5] sends steady beacons over IPv6 too if a peer is known by IPv6 alone', async () => {
    const { clock, addNode } = createHallwayFixture();
    const [ana, bo] = [addNode('ana'), addNode('bo', { addresses: { ipv4: null, ipv6: 'fe80::99/64' } })];
    await ana.start();
    await bo.start();
    await clock.advance(300_000);
    expect([namesOf(ana), namesOf(bo)]).toEqual([['bo'], ['ana']]);
    expect([ana, bo].flatMap(({ events }) => events.filter(({ type }) => type === 'peer-left'))).toEqual([]);
  });
});

describe('the profile', () => {
  test('[PROF-1, CAD-4] a change is emitted, persisted, and reaches peers at once', async () => {
    const { clock, addNode } = createHallwayFixture();
    const [ana, bo] = [addNode('ana'), addNode('bo')];
    await ana.start();
    await bo.start();
    await clock.advance(3_000);
    const atMs = clock.monotonicMs();
    const changed = ana.hallway.profile.change({ name: ' Ana  R\u202e ', status: 'away', note: 'Lunch' });
    expect(changed).toMatchObject({ ok: true, self: { name: 'Ana R', status: 'away', note: 'Lunch' } });
    await clock.advance(10);
    expect(ana.hallway.profile.self()).toMatchObject({ name: 'Ana R', status: 'away', note: 'Lunch' });
    expect(bo.hallway.presence.peers()).toMatchObject([{ name: 'Ana R', status: 'away', note: 'Lunch' }]);
    expect(bo.events.at(-1)).toMatchObject({ type: 'peer-updated' });
    expect(bo.events.at(-1)?.atMs).toBeLessThan(atMs + 5);
    expect(ana.events.filter(({ type, atMs: emitted }) => type === 'self-changed' && emitted === atMs)).toHaveLength(1);
    expect(selfSchema.strict().safeParse(ana.hallway.profile.self()).success).toBe(true);
  });

  test('[PROF-2] the name of an online peer is refused without an event, until that peer leaves', async () => {
    const { clock, addNode } = createHallwayFixture();
    const [ana, bo] = [addNode('ana'), addNode('Bo Li')];
    await ana.start();
    await bo.start();
    await clock.advance(3_000);
    const before = ana.events.length;
    expect(ana.hallway.profile.change({ name: 'bo li' })).toMatchObject({ ok: false, code: 'name-in-use' });
    await clock.advance(10);
    expect([ana.events.length, ana.hallway.profile.self().name]).toEqual([before, 'ana']);
    await bo.stop();
    expect(ana.hallway.profile.change({ name: 'bo li' })).toMatchObject({ ok: true });
  });

  test('an error of a listener is logged, and stops neither other listeners nor the core', async () => {
    const { clock, addNode } = createHallwayFixture();
    const [ana, bo] = [addNode('ana'), addNode('bo')];
    ana.hallway.subscribe((event) => {
      if (event.type === 'peer-joined') throw new Error('a bug in a listener');
    });
    const heard: string[] = [];
    ana.hallway.subscribe(({ type }) => heard.push(type));
    await ana.start();
    await bo.start();
    await clock.advance(3_000);
    expect({
      heard: heard.includes('peer-joined'),
      peers: ana.hallway.presence.peers().map(({ name }) => name),
      log: ana.log,
    }).toEqual({
      heard: true,
      peers: ['bo'],
      log: [{ level: 'error', message: 'a listener failed', error: expect.stringContaining('a bug in a listener') }],
    });
  });

  test('[HEALTH-1, HEALTH-2] an entry that the host reports is listed until the host clears it', () => {
    const { addNode } = createHallwayFixture();
    const ana = addNode('ana');
    const undo = ana.hallway.health.report({ code: 'settings-moved', severity: 'warning', values: {} });
    expect(codesOf(ana)).toEqual(['settings-moved']);
    undo();
    expect(codesOf(ana)).toEqual([]);
    expect(ana.events.map((event) => event.type)).toEqual(['health-changed', 'health-changed']);
  });
});
