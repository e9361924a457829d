/**
 * Makes nodes send to a computer that is not the attacker's, in the hope that they send more than
 * they got. Each kind of question goes out under a forged address of its own: the last sources of
 * the set-up, which belong to another computer.
 */
import { encodeDatagram, recipientTag, type DatagramBody } from '../../src/main/core/presence/wire/datagram.ts';
import { sampleAnnouncement } from './announcement.ts';
import { sendAtRate, type AttackSetup } from './attack-setup.ts';
import { createFalsePeers } from './false-peer.ts';
import { watchVictims, type Victim } from './liars.ts';

/** In the order of the forged sources. `low-port`: HELLOs that ask for answers to port 53. */
export const forgedKinds = ['hello', 'low-port', 'beacon', 'ping'] as const;

export interface ReflectOrder {
  readonly durationMs: number;
  /** Of each kind, below the rates at which nodes drop datagrams. */
  readonly datagramsPerSecond: number;
}

/** Where ghosts say that they are. Nothing of ours listens there. */
const ghostPort = 40_000;
const lowPort = 53;
/** So they count as silent at once, and are probed. */
const ghostIntervalMs = 300;
const ghostIncarnation = 1_800_000_000_000;
/** The listed peer in whose name PINGs come must stay listed. */
const beaconEveryMs = 2_000;

/** Each datagram of a ghost comes from a new key. PINGs come from a peer that is listed. */
export async function reflect(
  setup: AttackSetup,
  { durationMs, datagramsPerSecond }: ReflectOrder,
): Promise<Readonly<Record<'sent', number>>> {
  const victims = watchVictims(setup);
  const listed = createFalsePeers(setup).add('listed', { name: 'Mallory', host: '', note: '' });
  let nextBeaconMs = setup.nowMs();
  let ghosts = 0;
  const sent = await sendAtRate(setup, { durationMs, datagramsPerSecond: forgedKinds.length * datagramsPerSecond }, (index) => {
    if (setup.nowMs() >= nextBeaconMs) {
      listed.beacon();
      nextBeaconMs += beaconEveryMs;
    }
    const kind = index % forgedKinds.length;
    const victim = [...victims.values()][Math.floor(index / forgedKinds.length) % victims.size];
    const source = setup.sources.length - forgedKinds.length + kind;
    if (victim) send(forgedKinds[kind], victim, source);
  });
  return { sent };

  function send(kind: (typeof forgedKinds)[number] | undefined, victim: Victim, source: number): void {
    const { publicKey, incarnation: echoedIncarnation } = victim.beacon;
    const question = { to: recipientTag(publicKey), nonce: setup.random.bytes(8) };
    const unicastPort = kind === 'low-port' ? lowPort : ghostPort;
    const announcement = sampleAnnouncement({ name: 'Ghost', intervalMs: ghostIntervalMs, unicastPort });
    switch (kind) {
      case 'hello':
      case 'low-port':
        return setup.toEndpoint(
          ofGhost({ kind: 'hello', ...question, echoedIncarnation, announcement }),
          victim.location,
          source,
        );
      case 'beacon':
        return setup.toGroup(ofGhost({ kind, announcement }), source);
      case 'ping':
        return listed.toEndpoint({ kind, ...question, unanswered: 0, wantsBeacon: true }, victim.location, source);
      case undefined:
        return undefined;
    }
  }

  function ofGhost(body: DatagramBody): Uint8Array {
    ghosts += 1;
    return encodeDatagram({ incarnation: ghostIncarnation, sequence: 1 }, body, setup.identity(`ghost ${ghosts}`));
  }
}
