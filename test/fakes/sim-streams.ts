/** Hosts on a simulated LAN that can open streams to one another, for the tests of sessions. */
import { ampleRoom } from './ample-room.ts';
import type { Endpoint } from '../../src/main/core/ports.ts';
import type { SecureListener, SecureStream } from '../../src/main/core/messaging/ports.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { createSimSignatures } from './sim-identity.ts';
import { createSimLan, type SimHost, type SimLan, type SimLanOptions } from './sim-lan.ts';
import { createSimTcp, type SimTcp } from './sim-tcp.ts';
import { createSimTransport, type SimTransport } from './sim-transport.ts';

export interface StreamNode {
  readonly peerId: string;
  readonly host: SimHost;
  readonly address: string;
  readonly random: SeededRandom;
  readonly tcp: SimTcp;
  readonly transport: SimTransport;
  endpoint(port: number): Endpoint;
}

export interface SimStreams {
  readonly clock: FakeClock;
  readonly lan: SimLan;
  /** @param identityName another than the host's where somebody moved to a new host */
  addNode(name: string, identityName?: string): Promise<StreamNode>;
  /** A stream from one node to the other, as each end has it. */
  connect(from: StreamNode, to: StreamNode): Promise<readonly [SecureStream, SecureStream]>;
}

export function createSimStreams(seed: string, options: SimLanOptions = {}): SimStreams {
  const clock = createFakeClock();
  const random = createSeededRandom(seed);
  const lan = createSimLan({ clock, random }, options);
  const signatures = createSimSignatures();
  const segment = lan.addSegment('office');
  let nodes = 0;

  return {
    clock,
    lan,
    async addNode(name, identityName = name) {
      nodes += 1;
      const address = `10.0.0.${nodes}`;
      const host = lan.addHost(name);
      host.attach(segment, { name: 'eth0', ipv4: `${address}/24` });
      const own = random.fork(name);
      const tcp = await createSimTcp({ clock, random: own.fork('tcp'), host });
      const { peerId } = signatures.identity(identityName);
      const transport = createSimTransport({ clock, random: own.fork('keys'), tcp, peerId });
      return { peerId, host, address, random: own, tcp, transport, endpoint: (port) => ({ family: 'ipv4', address, port }) };
    },
    async connect(from, to) {
      let accepted: SecureStream | undefined;
      const listening: Promise<SecureListener> = to.transport.listen(
        (stream) => (accepted = stream),
        () => undefined,
        ampleRoom,
      );
      const listener = await listening;
      const connecting = from.transport.connect(to.endpoint(listener.port), {
        expectedPeerId: to.peerId,
        deadlineMs: 60_000,
        signal: new AbortController().signal,
      });
      for (let passedMs = 0; accepted === undefined && passedMs < 60_000; passedMs += 1) await clock.advance(1);
      const result = await connecting;
      await listener.close();
      if (!result.ok || accepted === undefined) throw new Error('no stream');
      return [result.stream, accepted];
    },
  };
}
