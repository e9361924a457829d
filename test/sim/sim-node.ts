/**
 * A Hallway node in the simulated world: the real core on simulated ports, wrapped so that it can be killed without a goodbye and frozen
 * like a suspended process. What it says is written down in the words of the automation interface.
 */
import { describeRefusal } from '../../src/shared/text/messages/describe-refusal.ts';
import { createHashes } from '../../src/main/node/crypto/hash.ts';
import type { ConnectResult } from '../../src/main/core/network/connect-by-address.ts';
import { createHallway, type Hallway, type HallwayOptions } from '../../src/main/core/hallway.ts';
import type { MessagesArea } from '../../src/main/core/messaging/messages.ts';
import type { SecureStream, SecureTransport } from '../../src/main/core/messaging/ports.ts';
import type { Clock, Envelope, Identity, Log, SessionProof, Signatures, Udp, UdpSocket } from '../../src/main/core/ports.ts';
import type { PresenceOptions } from '../../src/main/core/presence/index.ts';
import { diagnosticsObject, eventObject, messageObject } from '../../src/main/hosts/cli/automation/automation-objects.ts';
import { decodeCommand } from '../../src/main/hosts/cli/automation/automation-command.ts';
import { runCommand } from '../../src/main/hosts/cli/automation/run-command.ts';
import { automationMessageSchema, createNodeRecord } from '../scenarios/node-record.ts';
import { createFileCommands } from '../scenarios/file-commands.ts';
import { createRoomCommands } from '../scenarios/room-commands.ts';
import { hostFiles } from './host-files.ts';
import type { Host, NodeState, WorldNode } from '../scenarios/world.ts';
import type { SeededRandom } from '../fakes/seeded-random.ts';
import type { FakeDisk } from '../fakes/fake-disk.ts';
import type { SimHost } from '../fakes/sim-lan.ts';
import type { SimTcp } from '../fakes/sim-tcp.ts';
import { createSimTransport } from '../fakes/sim-transport.ts';
import type { HistoryStore } from '../../src/main/core/rooms/ports.ts';
import { conversationOf, type PeerId } from '../../src/shared/lib/ids.ts';

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
  /** The kernel's part of streams, and the store of the profile, which outlives the process. Absent: presence alone. */
  readonly messaging?: {
    readonly tcp: SimTcp;
    readonly store: HistoryStore;
    readonly proof?: SessionProof;
    readonly files?: FakeDisk;
  };
  /** Sees what is written to streams: one frame at a time. */
  readonly onWritten?: (to: PeerId, bytes: Uint8Array) => void;
  /** Whether nothing may reach any socket of the host. */
  readonly isDeaf: () => boolean;
  /** Lets virtual time pass until the condition holds. */
  readonly waitUntil: (what: string, condition: () => boolean, deadlineMs: number) => Promise<number>;
}

export interface SimNodeOptions {
  readonly name: string;
  readonly incarnation: number;
  readonly presence?: Partial<PresenceOptions>;
  readonly version?: string | undefined;
  /** The choices of its user. */
  readonly settings?: HallwayOptions['settings'];
}

export interface SimNode extends WorldNode {
  readonly hallway: Hallway;
}

/** Silent, but an error in it is a bug of ours, which ends the test. */
const strictLog: Log = {
  write(level, message, fields) {
    if (level === 'error') void Promise.reject(new Error(`${message} ${JSON.stringify(fields)}`));
  },
};
const stopDeadlineMs = 1_000;
/** More than the core waits for an answer to a call. */
const connectDeadlineMs = 5_000;

export function createSimNode(deps: SimNodeDeps, options: SimNodeOptions): SimNode {
  const freezer = createFreezer(deps.clock);
  const record = createNodeRecord();
  const sockets = new Set<UdpSocket>();
  const transport =
    deps.messaging &&
    createSimTransport({
      clock: freezer.clock,
      random: deps.random.fork('transport'),
      tcp: deps.messaging.tcp,
      peerId: deps.identity.peerId,
    });
  const files = deps.messaging?.files?.attach(freezer.clock);
  const hallway = createHallway(
    {
      clock: freezer.clock,
      random: deps.random,
      hash: createHashes(),
      udp: freezableUdp(deps, freezer, sockets),
      interfaces: deps.simHost.interfaces,
      identity: deps.identity,
      signatures: deps.signatures,
      log: strictLog,
      resolver: { lookup: () => Promise.resolve([]) },
      ...(deps.envelope ? { envelope: deps.envelope } : {}),
    },
    {
      name: options.name,
      host: deps.simHost.name,
      incarnation: options.incarnation,
      ...(options.presence ? { presence: options.presence } : {}),
      ...(options.version ? { version: options.version } : {}),
      ...(options.settings ? { settings: options.settings } : {}),
    },
    deps.messaging &&
      transport && {
        ...deps.messaging,
        ...{ transport: freezableTransport(transport, freezer, deps.onWritten), disk: files?.disk },
      },
  );
  const undo = hallway.subscribe((event) => {
    const emitted = eventObject(event, hallway);
    if (emitted) record.add(emitted, deps.clock.monotonicMs());
  });
  const stopping = new AbortController();
  /** For whoever waits for an answer of a process that is killed. */
  let die: (reason: Error) => void = () => undefined;
  const death = new Promise<never>((_resolve, reject) => (die = reject));
  death.catch(() => undefined);
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
    askPeers: () => Promise.resolve(hallway.presence.peers()),
    diagnostics: () => Promise.resolve(diagnosticsObject(hallway.diagnostics.read(), hallway.rooms)),
    ...createRoomCommands((command) => Promise.race([replyOf(hallway, command), death])),
    ...createFileCommands((command) => Promise.race([replyOf(hallway, command), death]), hostFiles(deps.messaging?.files)),
    changeProfile(change) {
      const result = hallway.profile.change(change);
      return result.ok ? Promise.resolve() : Promise.reject(new Error(`${result.code}: ${describeRefusal(result)}`));
    },
    async send(to, text) {
      const result = await Promise.race([messagesOf(hallway).send(to, text), death]);
      if (!result.ok) throw new Error(`${result.code}: ${describeRefusal(result)}`);
      return result.message.messageId;
    },
    history(peerId, limit) {
      const newestFirst = messagesOf(hallway).history(conversationOf(peerId), { limit });
      const shown = newestFirst.map((message) => automationMessageSchema.parse(messageObject(message, deps.identity.peerId)));
      return Promise.resolve(shown.reverse());
    },
    async connect(address) {
      let result: ConnectResult | undefined;
      void hallway.network.connect(address).then((settled) => (result = settled));
      await deps.waitUntil(`${options.name} is done calling ${address}`, () => result !== undefined, connectDeadlineMs);
      if (result?.ok === false) throw new Error(`${result.code}: ${describeRefusal(result)}`);
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
      transport?.kill();
      files?.kill();
      for (const socket of sockets) socket.close();
      state = 'dead';
      die(new Error(`${options.name} ended before it answered`));
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
  /** Runs now, or when thawed. Of what may be dropped, only so much is held as a socket holds. */
  orLater(action: () => void, otherwise?: 'keep' | 'drop'): void;
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
    orLater(action, otherwise = 'drop') {
      if (destroyed) return;
      if (!frozen) action();
      else if (otherwise === 'keep' || arrivals.length < maxHeldDatagrams) arrivals.push(action);
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

/** While the process is frozen the system takes what arrives, and holds it. */
function freezableTransport(transport: SecureTransport, freezer: Freezer, onWritten: SimNodeDeps['onWritten']): SecureTransport {
  return {
    listen: (onStream, onRefused, room) =>
      transport.listen(
        (stream) => freezer.orLater(() => onStream(freezableStream(stream, freezer, onWritten)), 'keep'),
        (reason, from) => freezer.orLater(() => onRefused(reason, from), 'keep'),
        room,
      ),
    async connect(endpoint, options) {
      const result = await transport.connect(endpoint, options);
      if (!result.ok) return result;
      const stream = freezableStream(result.stream, freezer, onWritten);
      // As everything that happens to the process, it happens when it runs.
      return new Promise((resolve) => freezer.orLater(() => resolve({ ok: true, stream }), 'keep'));
    },
  };
}

function freezableStream(stream: SecureStream, freezer: Freezer, onWritten: SimNodeDeps['onWritten']): SecureStream {
  return Object.create(stream, {
    write: {
      value(bytes: Uint8Array) {
        onWritten?.(stream.peerId, bytes);
        return stream.write(bytes);
      },
    },
    onData: {
      value: (listener: (bytes: Uint8Array) => void) => stream.onData((bytes) => freezer.orLater(() => listener(bytes), 'keep')),
    },
    onDrain: { value: (listener: () => void) => stream.onDrain(() => freezer.orLater(listener, 'keep')) },
    onEnd: {
      value: (listener: Parameters<SecureStream['onEnd']>[0]) =>
        stream.onEnd((end) => freezer.orLater(() => listener(end), 'keep')),
    },
  }) as SecureStream;
}

function messagesOf({ messages }: Hallway): MessagesArea {
  if (!messages) throw new Error('this node was given nothing to send messages with');
  return messages;
}

/** @throws if it is refused */
async function replyOf(hallway: Hallway, command: object): Promise<unknown> {
  const decoded = decodeCommand(JSON.stringify({ id: 1, ...command }));
  if (!decoded.ok) throw new Error(decoded.message);
  const reply = await runCommand(hallway, decoded.command);
  if (reply['ok'] !== true) throw new Error(`${String(reply['code'])}: ${String(reply['message'])}`);
  return reply;
}
