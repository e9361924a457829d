/** A host of the simulated world that runs no Hallway but sends whatever bytes it likes, and remembers what others put on the wire. */
import { decodeDatagram, type Datagram, type DatagramKind } from '../../src/main/core/presence/wire/datagram.ts';
import type { UdpSocket } from '../../src/main/core/ports.ts';
import type { DatagramOnWire } from '../fakes/sim-lan.ts';
import type { SimNode } from './sim-node.ts';
import type { SimWorld } from './sim-world.ts';

export interface Recorded extends DatagramOnWire {
  readonly datagram: Datagram;
}

export interface Attacker {
  /** Where answers to it arrive. */
  readonly port: number;
  /** What was sent to it, decoded. */
  readonly heard: readonly Datagram[];
  toGroup(bytes: Uint8Array): void;
  /** To the node's unicast port. */
  toNode(node: SimNode, bytes: Uint8Array): void;
  /** All datagrams of that host on the wire since the attacker came, of that kind. */
  recorded(from: { readonly name: string }, kind: DatagramKind): readonly Recorded[];
}

const group = { family: 'ipv4', address: '224.0.0.187', port: 4_255 } as const;

export async function addAttacker(world: SimWorld): Promise<Attacker> {
  const host = await world.addHost();
  const address = host.simHost.interfaces.list().find(({ internal, family }) => !internal && family === 'ipv4');
  if (!address) throw new Error('the attacker has no adapter');
  const heard: Datagram[] = [];
  const wire: Recorded[] = [];
  world.lan.onDatagram((seen) => {
    const decoded = decodeDatagram(seen.bytes);
    if (decoded.ok) wire.push({ ...seen, datagram: decoded.datagram });
  });
  const socket: UdpSocket = await host.simHost.udp.open(
    { family: 'ipv4', address: address.address, port: 0, shared: false, multicast: { interface: address, hops: 1 } },
    {
      onDatagram(bytes) {
        const decoded = decodeDatagram(bytes);
        if (decoded.ok) heard.push(decoded.datagram);
      },
      onError: (error) => {
        throw error;
      },
    },
  );
  return {
    port: socket.port,
    heard,
    toGroup: (bytes) => socket.send(bytes, group),
    toNode(node, bytes) {
      const to = node.host.addressesOf('eth0')[0] ?? '';
      socket.send(bytes, { family: 'ipv4', address: to, port: node.hallway.diagnostics.read().unicastPort });
    },
    recorded: (from, kind) => wire.filter((seen) => seen.from === from.name && seen.datagram.kind === kind),
  };
}
