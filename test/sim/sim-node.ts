/**
 * A Hallway node in the simulated world: the real core on simulated ports, wrapped so that it can be killed without a goodbye and frozen
 * like a suspended process. What it says is written down in the words of the automation interface.
 */
import type { ConnectResult } from '../../src/main/connect.ts';
import { createHallway, type Hallway, type HallwayEvent } from '../../src/main/hallway.ts';
import type { Clock, Envelope, Identity, Log, Signatures, Udp, UdpSocket } from '../../src/main/ports.ts';
import type { PresenceOptions } from '../../src/main/presence/index.ts';
import type { Peer } from '../../src/shared/model.ts';
import { createNodeRecord } from '../scenarios/node-record.ts';
import type { Host, NodeState, WorldNode } from '../scenarios/world.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { SimHost } from '../support/sim-lan.ts';

/** What a socket of a frozen process can hold; the kernel drops the rest. */
const maxHeldDatagrams = 500;

export interface SimNodeDeps {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly identity: Identity;
  readonly signatures: Signatures;
  readonly envelope?: Envelope | undefined;
  readonly simHost: SimHost;
  readonly host: Host;
  /** Whether nothing may reach any socket of the host. */
  readonly isDeaf: () => boolean;
  /** Lets virtual time pass until the condition holds. */
  readonly waitUntil: (what: string, condition: () => boolean, deadlineMs: number) => Promise<number>;
}

export interface SimNodeOptions {
  readonly name: string;
  readonly incarnation: number;
  readonly presence?: Partial<PresenceOptions>;
}

export interface SimNode extends WorldNode {
  readonly hallway: Hallway;
}

const silentLog: Log = { write: () => undefined };
/** More than goodbyes and the closing of sockets take. */
const stopDeadlineMs = 1_000;
/** More than the core waits for an answer to a call. */
const connectDeadlineMs = 5_000;

export function createSimNode(deps: SimNodeDeps, options: SimNodeOptions): SimNode {
  const freezer = createFreezer(deps.clock);
  const record = createNodeRecord();
  const sockets = new Set<UdpSocket>();
  const hallway = createHallway(
    {
      clock: freezer.clock,
      random: deps.random,
      udp: freezableUdp(deps, freezer, sockets),
      interfaces: deps.simHost.interfaces,
      identity: deps.identity,
      signatures: deps.signatures,
      log: silentLog,
      resolver: { lookup: () => Promise.resolve([]) },
      ...(deps.envelope ? { envelope: deps.envelope } : {}),
    },
    {
      name: options.name,
      host: deps.simHost.name,
      status: 'available',
      note: '',
      incarnation: options.incarnation,
      ...(options.presence ? { presence: options.presence } : {}),
    },
  );
  const undo = hallway.subscribe((event) => {
    for (const line of toAutomation(event, hallway, options.name)) record.add(line, deps.clock.monotonicMs());
  });
  const stopping = new AbortController();
  let state: NodeState = 'running';
  let ended = false;
  void hallway.run({ signal: stopping.signal, ready: () => undefined }).then(() => (ended = true));

  return {
    hallway,
    host: deps.host,
    name: options.name,
    get state() {
      return state;
    },
    record,
    peerId: deps.identity.peerId,
    askPeers: () => Promise.resolve(hallway.peers()),
    diagnostics: () => Promise.resolve(hallway.diagnostics()),
    changeProfile(change) {
      const result = hallway.changeProfile(change);
      return result.ok ? Promise.resolve() : Promise.reject(new Error(`${result.code}: ${result.message}`));
    },
    async connect(address) {
      let result: ConnectResult | undefined;
      void hallway.connect(address).then((settled) => (result = settled));
      await deps.waitUntil(`${options.name} is done calling ${address}`, () => result !== undefined, connectDeadlineMs);
      if (result?.ok === false) throw new Error(`${result.code}: ${result.message}`);
    },
    async stop() {
      stopping.abort();
      await deps.waitUntil(`${options.name} has left`, () => ended, stopDeadlineMs);
      undo();
      state = 'left';
    },
    kill() {
      undo();
      freezer.destroy();
      for (const socket of sockets) socket.close();
      state = 'dead';
      return Promise.resolve();
    },
    pause() {
      freezer.freeze();
      state = 'paused';
    },
    resume() {
      freezer.thaw();
      state = 'running';
    },
    cost: () => Promise.resolve(undefined),
  };
}

interface Freezer {
  readonly clock: Clock;
  /** Runs now, or when thawed; what comes in while frozen beyond `max` is lost. */
  orLater(action: () => void, max?: number): void;
  freeze(): void;
  thaw(): void;
  /** Nothing runs any more. */
  destroy(): void;
}

function createFreezer(clock: Clock): Freezer {
  const timers: (() => void)[] = [];
  const arrivals: (() => void)[] = [];
  const live = new Set<() => void>();
  let frozen = false;
  let destroyed = false;
  return {
    clock: {
      monotonicMs: () => clock.monotonicMs(),
      wallMs: () => clock.wallMs(),
      setTimer(callback, delayMs) {
        let cancelled = false;
        const cancel = clock.setTimer(() => {
          live.delete(cancel);
          const run = (): void => {
            if (!cancelled && !destroyed) callback();
          };
          if (frozen) timers.push(run);
          else run();
        }, delayMs);
        live.add(cancel);
        return () => {
          cancelled = true;
          live.delete(cancel);
          cancel();
        };
      },
    },
    orLater(action) {
      if (destroyed) return;
      if (!frozen) action();
      else if (arrivals.length < maxHeldDatagrams) arrivals.push(action);
    },
    freeze: () => void (frozen = true),
    thaw() {
      frozen = false;
      // As an event loop does after a long stop: timers that are due first, then what waits in the sockets.
      for (const run of timers.splice(0)) run();
      for (const run of arrivals.splice(0)) run();
    },
    destroy() {
      destroyed = true;
      for (const cancel of live) cancel();
    },
  };
}

function freezableUdp({ simHost, isDeaf }: SimNodeDeps, freezer: Freezer, sockets: Set<UdpSocket>): Udp {
  return {
    async open(options, handlers) {
      const socket = await simHost.udp.open(options, {
        onDatagram(bytes, source) {
          if (!isDeaf()) freezer.orLater(() => handlers.onDatagram(bytes, source));
        },
        onError: (error, destination) => freezer.orLater(() => handlers.onError(error, destination)),
      });
      sockets.add(socket);
      return socket;
    },
  };
}

function toAutomation(event: HallwayEvent, hallway: Hallway, name: string): readonly object[] {
  switch (event.type) {
    case 'ready': {
      const { tcpPort, unicastPort, interfaces } = event;
      return [{ event: 'ready', peerId: hallway.self().peerId, name, tcpPort, unicastPort, interfaces }];
    }
    case 'peer-joined':
    case 'peer-updated':
      return [{ event: event.type, peer: event.peer satisfies Peer }];
    case 'peer-left':
      return [{ event: 'peer-left', peerId: event.departed.peerId, name: event.departed.name, reason: event.departed.reason }];
    case 'health-changed':
      return [{ event: 'health', health: event.health }];
    case 'peer-seen':
    case 'peer-forgotten':
    case 'self-changed':
    case 'network-changed':
      return [];
  }
}
