/**
 * The simulated world of the scenarios: whole nodes of the real core on SimLan and a fake clock. Everything follows from one seed. See
 * ../scenarios/world.ts for what it promises.
 */
import type { Clock } from '../../src/main/core/ports.ts';
import { createFrameDecoder, type ReceivedFrame } from '../../src/main/core/messaging/wire/frames.ts';
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import type { HistoryStore } from '../../src/main/core/rooms/ports.ts';
import type { PeerId } from '../../src/shared/lib/ids.ts';
import type { Unsubscribe } from '../../src/shared/rpc/link.ts';
import type { PresenceOptions } from '../../src/main/core/presence/index.ts';
import { createBreakableStore, type BreakableStore } from '../fakes/breakable-store.ts';
import type { Host, HostOptions, HostTraffic, StartOptions, World, WorldNode } from '../scenarios/world.ts';
import { createFakeClock, type FakeClock } from '../fakes/fake-clock.ts';
import { createFakeDisk, type FakeDisk } from '../fakes/fake-disk.ts';
import { createSeededRandom, type SeededRandom } from '../fakes/seeded-random.ts';
import { createSimSignatures, type SimSignatures } from '../fakes/sim-identity.ts';
import { createSimLan, type SimLan, type SimLanOptions, type SimSegment } from '../fakes/sim-lan.ts';
import { createSimTcp, type SimTcp } from '../fakes/sim-tcp.ts';
import { createSimWorldHost, type SimWorldHost } from './sim-host.ts';
import { createSimNode, type SimNode, type SimNodeOptions } from './sim-node.ts';

export interface SimWorldOptions extends SimLanOptions {
  readonly seed: number | string;
  readonly presence?: Partial<PresenceOptions>;
  readonly settings?: SimNodeOptions['settings'];
  /** Of the programs, by the names of their hosts. A node without one says none. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Whether the nodes have a disk, so that they take files. */
  readonly hasFiles?: boolean;
}

export interface SimWorld extends World {
  readonly kind: 'sim';
  readonly clock: FakeClock;
  readonly lan: SimLan;
  readonly signatures: SimSignatures;
  readonly hosts: readonly SimWorldHost[];
  readonly nodes: readonly SimNode[];
  addHost(options?: HostOptions): Promise<SimWorldHost>;
  /** The disk of that host, which outlives its nodes. */
  diskOf(host: Host): FakeDisk;
  /** Sees each frame that a node writes to a session, in any state of it. */
  onFrame(listener: (sent: SentFrame) => void): void;
  /** The default profile of that host starts with this incarnation next, as after a loss of its file with a clock set back. */
  setBackIncarnation(host: Host, incarnation: number): void;
  /** The default profile of that host has that store from its next start on. */
  restore(host: Host, store: HistoryStore): void;
  /** The store of a profile that was started there, whose disk a test can fill. */
  storeOf(host: Host, profile?: string): BreakableStore | undefined;
}

export interface SentFrame {
  readonly from: string;
  readonly to: PeerId;
  readonly frame: ReceivedFrame;
  readonly sizeBytes: number;
}

const defaultReadyDeadlineMs = 60_000;
/** Waits look this often at first, for figures of a few milliseconds, and more rarely when they take long. */
const fineStepMs = 1;
const coarseStepMs = 20;
const coarseAfterMs = 2_000;

/** Of a datagram: which byte says its kind, and that of a block. */
const kindOffset = 5;
const blockKind = 11;
/** IP and UDP. */
const ipv4HeadersBytes = 28;
const ipv6HeadersBytes = 48;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

interface Wait {
  readonly startedMs: number;
  readonly isOver: () => boolean;
}

type Choices = Pick<SimNodeOptions, 'presence' | 'settings' | 'version'>;

interface WorldChoices {
  readonly presence: SimWorldOptions['presence'] | undefined;
  readonly settings: SimWorldOptions['settings'] | undefined;
  readonly versions?: SimWorldOptions['versions'];
}

/** The choices of the world for a node on that host. */
function choicesAt(host: string, { presence, settings, versions }: WorldChoices): Choices {
  return { ...(presence && { presence }), ...(settings && { settings }), version: versions?.[host] };
}

export function createSimWorld({ seed, presence, settings, hasFiles = false, ...lanOptions }: SimWorldOptions): SimWorld {
  const clock = createFakeClock();
  const random = createSeededRandom(seed);
  const lan = createSimLan({ clock, random }, lanOptions);
  const signatures = createSimSignatures();
  const segments = new Map<string, { readonly segment: SimSegment; readonly number: number }>();
  const hosts: SimWorldHost[] = [];
  const nodes: SimNode[] = [];
  const waits = new Set<Wait>();
  const frames = createFrameTap();
  const incarnations = new Map<string, number>();
  const setBack = new Map<string, number>();
  /** What is kept of each profile, and the streams of each host's kernel. */
  const stores = new Map<string, BreakableStore>();
  const kernels = new Map<string, Promise<SimTcp>>();
  const loseTo = createLossTo(lan, random.fork('loss of one'));
  let pumping = false;

  const world: SimWorld = {
    kind: 'sim',
    clock,
    lan,
    signatures,
    hosts,
    nodes,
    nowMs: () => clock.monotonicMs(),
    passTime: async (durationMs) => {
      const endMs = clock.monotonicMs() + durationMs;
      if (!pumping) await pump(durationMs);
      else await waitUntil('time has passed', () => clock.monotonicMs() >= endMs, durationMs + coarseStepMs);
    },
    storeOf: (host, profile = 'default') => stores.get(`${host.name}/${profile}`),
    waitUntil,
    async addHost(options = {}) {
      const index = hosts.length + 1;
      const name = `h${index}`;
      const host = createSimWorldHost(
        {
          simHost: lan.addHost(name),
          clock: aheadBy(clock, options.clockOffsetMs ?? 0),
          attackSetup: { random: random.fork(name), clock, signatures, passTime: world.passTime },
          segment,
          startNode,
        },
        index,
      );
      hosts.push(host);
      for (const adapter of options.interfaces ?? [{ name: 'eth0' }]) await host.addInterface(adapter);
      return host;
    },
    ...{ onFrame: frames.listen, restore: restoreIn(stores, clock) },
    setBackIncarnation: (host, incarnation) => void setBack.set(`${host.name}/default`, incarnation),
    diskOf: createDisks(),
    addHosts: (count, options) => Promise.all(Array.from({ length: count }, () => world.addHost(options))),
    setLoss: (rate) => Promise.resolve(lan.setLoss(rate)),
    setLossTo: (host, rate) => Promise.resolve(loseTo(host, rate)),
    block({ from, to, traffic }) {
      const kinds = traffic === 'all' ? {} : { [traffic]: true };
      const undos = simHosts(from).flatMap((one) =>
        simHosts(to).flatMap((other) => (one === other ? [] : [lan.block({ from: one, to: other, ...kinds })])),
      );
      return Promise.resolve(() => Promise.resolve(undos.forEach((undo) => undo())));
    },
    partition(groups) {
      const heal = lan.partition(groups.map((group) => simHosts(group)));
      return Promise.resolve(() => Promise.resolve(heal()));
    },
    stopSwitch(name) {
      const wired = hosts.filter((host) => host.isOn(name)).map(({ simHost }) => [simHost]);
      const heal = lan.partition(wired);
      return Promise.resolve(() => Promise.resolve(heal()));
    },
    route(one, other) {
      lan.connect(segment(one).segment, segment(other).segment);
      return Promise.resolve();
    },
    meterTraffic: () => Promise.resolve(meterTraffic(lan, hosts)),
    async close() {
      for (const node of nodes) if (node.state === 'running' || node.state === 'paused') await node.kill();
    },
  };
  return world;

  function segment(name: string): { readonly segment: SimSegment; readonly number: number } {
    const found = segments.get(name) ?? { segment: lan.addSegment(name), number: segments.size + 1 };
    segments.set(name, found);
    return found;
  }

  function simHosts(some: readonly Host[] | undefined) {
    return hosts.filter((host) => !some || some.includes(host)).map(({ simHost }) => simHost);
  }

  async function startNode(host: SimWorldHost, options: StartOptions): Promise<WorldNode> {
    const { profile = 'default', name = host.name, readyDeadlineMs = defaultReadyDeadlineMs, awaitReady = true } = options;
    const key = `${host.name}/${profile}`;
    const incarnation = setBack.get(key) ?? Math.max(host.clock.wallMs(), (incarnations.get(key) ?? 0) + 1);
    setBack.delete(key);
    incarnations.set(key, incarnation);
    const store = stores.get(key) ?? createBreakableStore({ clock: host.clock });
    stores.set(key, store);
    const disk = hasFiles ? world.diskOf(host) : undefined;
    const kernel = kernels.get(host.name) ?? createSimTcp({ clock, random: random.fork(`${host.name} tcp`), host: host.simHost });
    kernels.set(host.name, kernel);
    const node = createSimNode(
      {
        clock: host.clock,
        random: random.fork(`${key}#${incarnation}`),
        identity: signatures.identity(key),
        signatures,
        simHost: host.simHost,
        host,
        messaging: { tcp: await kernel, store, ...(disk && { files: disk }) },
        isDeaf: host.isDeaf,
        waitUntil,
        onWritten: (to, bytes) => frames.written(name, to, bytes),
      },
      { name, incarnation, ...choicesAt(host.name, { ...lanOptions, presence, settings }) },
    );
    nodes.push(node);
    if (awaitReady) await waitUntil(`${name} is ready`, () => node.record.ready !== undefined, readyDeadlineMs);
    return node;
  }

  async function waitUntil(what: string | (() => string), condition: () => boolean, deadlineMs: number): Promise<number> {
    const startedMs = clock.monotonicMs();
    let met = false;
    let failure: Error | undefined;
    const isOver = (): boolean => {
      met ||= condition();
      if (!met && clock.monotonicMs() - startedMs >= deadlineMs) {
        failure ??= new Error(`not within ${deadlineMs} ms (seed ${seed}): ${typeof what === 'string' ? what : what()}`);
      }
      return met || failure !== undefined;
    };
    const wait: Wait = { startedMs, isOver };
    waits.add(wait);
    // Several waits may run at once (nodes starting together): one of them moves the clock for all.
    while (!isOver()) {
      if (pumping) await new Promise((resolve) => setImmediate(resolve));
      else await pump(clock.monotonicMs() - startedMs < coarseAfterMs ? fineStepMs : coarseStepMs);
    }
    waits.delete(wait);
    if (failure) throw failure;
    return clock.monotonicMs() - startedMs;
  }

  async function pump(durationMs: number): Promise<void> {
    pumping = true;
    try {
      await clock.advance(durationMs);
    } finally {
      pumping = false;
    }
  }
}

function aheadBy(clock: Clock, offsetMs: number): Clock {
  return { ...clock, wallMs: () => clock.wallMs() + offsetMs };
}

/** @returns what loses that share of the packets to a host, in place of what it lost before */
function createLossTo(lan: SimLan, chance: SeededRandom): (host: Host, rate: number) => void {
  const undos = new Map<Host, Unsubscribe>();
  return (host, rate) => {
    undos.get(host)?.();
    undos.set(
      host,
      lan.lose(({ receiver }) => receiver === host.name && chance.fraction() < rate),
    );
  };
}

/** @returns what tells how much each of the hosts has sent since then */
function meterTraffic(lan: SimLan, hosts: readonly Host[]): () => Promise<ReadonlyMap<string, HostTraffic>> {
  const sent = new Map<string, Mutable<HostTraffic>>(
    hosts.map(({ name }) => [name, { datagrams: 0, multicastDatagrams: 0, groupBlocks: 0, bytes: 0 }]),
  );
  lan.onDatagram(({ from, multicast, source, bytes }) => {
    const traffic = sent.get(from);
    if (!traffic) return;
    traffic.datagrams += 1;
    traffic.multicastDatagrams += multicast ? 1 : 0;
    traffic.groupBlocks += multicast && bytes[kindOffset] === blockKind ? 1 : 0;
    traffic.bytes += bytes.length + (source.startsWith('[') ? ipv6HeadersBytes : ipv4HeadersBytes);
  });
  return () => Promise.resolve(sent);
}

function createFrameTap() {
  const frames = createEmitter<SentFrame>();
  let isWatched = false;
  return {
    listen(listener: (sent: SentFrame) => void): void {
      isWatched = true;
      frames.subscribe(listener);
    },
    written(from: string, to: PeerId, bytes: Uint8Array): void {
      if (!isWatched) return;
      for (const frame of createFrameDecoder().push(bytes).frames) frames.emit({ from, to, frame, sizeBytes: bytes.length });
    },
  };
}

function restoreIn(stores: Map<string, BreakableStore>, clock: Clock): SimWorld['restore'] {
  return ({ name }, store) => void stores.set(`${name}/default`, createBreakableStore({ clock }, store));
}

/** One for each host. */
function createDisks(): SimWorld['diskOf'] {
  const disks = new Map<string, FakeDisk>();
  return ({ name }) => {
    const disk = disks.get(name) ?? createFakeDisk();
    disks.set(name, disk);
    return disk;
  };
}
