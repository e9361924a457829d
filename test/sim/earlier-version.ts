/**
 * A node as version 1.0 was: it lists the sender of a HELLO that names its incarnation, answers each HELLO, and pads nothing. It answers
 * PINGs, and keeps no time-outs.
 */
import type { UdpSocket } from '../../src/main/core/ports.ts';
import type { Destination } from '../../src/main/core/lib/endpoint.ts';
import { decodeDatagram, encodeDatagram, recipientTag, type DatagramBody } from '../../src/main/core/presence/wire/datagram.ts';
import { sampleAnnouncement } from '../fixtures/sample-datagrams.ts';
import type { SimWorld } from './sim-world.ts';

export interface EarlierVersion {
  readonly peerId: string;
  /** The peer IDs that it lists. */
  readonly listed: ReadonlySet<string>;
}

const group = { family: 'ipv4', address: '224.0.0.187', port: 4_255 } as const;
const incarnation = 1_700_000_000_000;
const beaconOffsetsMs = [0, 500, 1_500, 6_500, 11_500] as const;
const helloDelayMs = 3;
const helloRetriesMs = [0, 200, 600, 1_400] as const;

export async function startEarlierVersion(world: SimWorld, note = ''): Promise<EarlierVersion> {
  const { simHost } = await world.addHost();
  const address = simHost.interfaces.list().find(({ internal, family }) => !internal && family === 'ipv4');
  if (!address) throw new Error('no adapter');
  const identity = world.signatures.identity(`${simHost.name} earlier`);
  const listed = new Set<string>();
  const nonces = new Map<string, Uint8Array>();
  let sequence = 0;

  const onError = (error: Error): void => {
    throw error;
  };
  const own: UdpSocket = await simHost.udp.open(
    { family: 'ipv4', address: address.address, port: 0, shared: false, multicast: { interface: address, hops: 1 } },
    { onDatagram, onError },
  );
  const listener = await simHost.udp.open({ family: 'ipv4', port: group.port, shared: true }, { onDatagram, onError });
  listener.join(group.address, address);
  const announcement = sampleAnnouncement({ unicastPort: own.port, note });
  for (const offsetMs of beaconOffsetsMs) world.clock.setTimer(() => send({ kind: 'beacon', announcement }, group), offsetMs);
  return { peerId: identity.peerId, listed };

  function send(body: DatagramBody, to: Destination): void {
    sequence += 1;
    own.send(encodeDatagram({ incarnation, sequence }, body, identity), to);
  }

  function onDatagram(bytes: Uint8Array, source: { readonly address: string; readonly port: number }): void {
    const decoded = decodeDatagram(bytes);
    const peerId = decoded.ok ? world.signatures.peerIdOf(decoded.datagram.publicKey) : undefined;
    if (!decoded.ok || peerId === undefined || peerId === identity.peerId) return;
    const { datagram } = decoded;
    const to = recipientTag(datagram.publicKey);
    const back = (port: number): Destination => ({ family: 'ipv4', address: source.address, port });
    if (datagram.kind === 'beacon' && !listed.has(peerId) && !nonces.has(peerId)) {
      const nonce = new Uint8Array(8).fill(nonces.size + 1);
      nonces.set(peerId, nonce);
      const { unicastPort } = datagram.announcement;
      const hello = { kind: 'hello', to, echoedIncarnation: datagram.incarnation, nonce, announcement } as const;
      for (const delayMs of helloRetriesMs) {
        world.clock.setTimer(() => {
          if (!listed.has(peerId)) send(hello, back(unicastPort));
        }, helloDelayMs + delayMs);
      }
    } else if (datagram.kind === 'hello' && datagram.echoedIncarnation === incarnation) {
      send({ kind: 'hello-ack', to, nonce: datagram.nonce }, back(datagram.announcement.unicastPort));
      listed.add(peerId);
    } else if (datagram.kind === 'hello-ack' && nonces.get(peerId)?.join() === datagram.nonce.join()) {
      listed.add(peerId);
    } else if (datagram.kind === 'ping' && listed.has(peerId)) {
      send({ kind: 'pong', to, nonce: datagram.nonce }, back(source.port));
    }
  }
}
