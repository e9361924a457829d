/**
 * A peer that lies in peer exchange can only make a node send a few beacons to ordinary addresses.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeDatagram, recipientTag, type Datagram, type DatagramBody } from '../../src/main/core/presence/wire/datagram.ts';
import type { Endpoint } from '../../src/main/core/ports.ts';
import { sampleAnnouncement } from '../fixtures/sample-datagrams.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'calls';
/** Time for a question after the first meeting, the beacons and the handshakes. */
const introducedMs = 40_000;
/** A liar that is silent for longer leaves the list, and is asked nothing. */
const beaconEveryMs = 10_000;
const answerEveryMs = 100;
const askedEveryMs = 1_000;

let world: SimWorld;

beforeEach(() => void (world = createSimWorld({ seed })));
afterEach(() => world.close());

const start = async (segment = 'lan'): Promise<SimNode> => {
  const host = await world.addHost({ interfaces: [{ name: 'eth0', segment, ipv6: false }] });
  return (await host.start()) as SimNode;
};

/**
 * Adds a peer that is listed after a real handshake, and then sends any datagram that the test
 * wants.
 */
async function addLiar(victim: SimNode) {
  const attacker = await addAttacker(world);
  const identity = world.signatures.identity('liar');
  const to = recipientTag(world.signatures.identity(`${victim.host.name}/default`).publicKey);
  let sequence = 0;
  let sentBytes = 0;
  let answered = 0;
  const say = (body: DatagramBody): void => {
    const bytes = encodeDatagram({ incarnation: 1, sequence: (sequence += 1) }, body, identity, 308);
    sentBytes += bytes.length;
    attacker.toNode(victim, bytes);
  };
  const beacon = (): void =>
    say({ kind: 'beacon', announcement: sampleAnnouncement({ name: 'Liar', unicastPort: attacker.port }) });
  beacon();
  await heard(attacker, 'hello');
  say({ kind: 'hello-ack', to, nonce: (await heard(attacker, 'hello')).nonce });
  await world.waitUntil('the liar is here', () => victim.record.peers.get(identity.peerId)?.presence === 'online', 1_000);
  return {
    attacker,
    say,
    to,
    beacon,
    /** So it stays in the list. */
    answerPings(): void {
      for (const datagram of attacker.heard.slice(answered))
        if (datagram.kind === 'ping') say({ kind: 'pong', to, nonce: datagram.nonce });
      answered = attacker.heard.length;
    },
    sentBytes: () => sentBytes,
    /** Waits for the next question for peers, and answers it. */
    async introduce(endpoints: readonly Endpoint[], change: Partial<{ readonly nonce: Uint8Array }> = {}): Promise<void> {
      const question = await heard(attacker, 'ask-peers');
      say({ kind: 'peers', to, nonce: question.nonce, endpoints, ...change });
    },
  };
}

async function heard<Kind extends Datagram['kind']>(
  attacker: Attacker,
  kind: Kind,
): Promise<Extract<Datagram, { readonly kind: Kind }>> {
  const find = (): Datagram | undefined => attacker.heard.findLast((datagram) => datagram.kind === kind);
  await world.waitUntil(`a ${kind}`, () => find() !== undefined, introducedMs);
  return find() as Extract<Datagram, { readonly kind: Kind }>;
}

describe('a lying peer', () => {
  const somewhere: Endpoint = { family: 'ipv4', address: '10.1.77.77', port: 50_000 };

  /** Destinations of the victim's unicast beacons, without the attacker. */
  function calledBy(attacker: Attacker, victim: SimNode): readonly string[] {
    const beacons = attacker.recorded(victim.host, 'beacon').map(({ destination }) => destination);
    return [...new Set(beacons)].filter(
      (destination) => !/^(224\.|\[ff)/.test(destination) && !destination.endsWith(`:${attacker.port}`),
    );
  }

  test('[CALL-3, CALL-4] that names an ordinary address gets a beacon sent there', async () => {
    const victim = await start();
    const { attacker, introduce } = await addLiar(victim);
    await introduce([somewhere]);
    await world.passTime(1_000);
    expect(calledBy(attacker, victim)).toEqual(['10.1.77.77:50000']);
  });

  test('[CALL-4] that answers with a wrong nonce, or before the question, causes no beacon', async () => {
    const victim = await start();
    const { attacker, introduce, say, to } = await addLiar(victim);
    say({ kind: 'peers', to, nonce: new Uint8Array(8), endpoints: [somewhere] });
    await introduce([somewhere], { nonce: new Uint8Array(8).fill(1) });
    await world.passTime(5_000);
    expect(calledBy(attacker, victim)).toEqual([]);
  });

  test('[CALL-4] causes no beacon to multicast, broadcast, null, service ports or our own address', async () => {
    const victim = await start();
    const { attacker, introduce } = await addLiar(victim);
    const own = {
      family: 'ipv4',
      address: victim.host.addressesOf('eth0')[0] ?? '',
      port: victim.record.ready?.event.unicastPort ?? 0,
    } as const;
    const never = [
      { ...somewhere, address: '224.0.0.187' },
      { ...somewhere, address: '239.255.255.250', port: 1_900 },
      { ...somewhere, address: '255.255.255.255' },
      { ...somewhere, address: '240.0.0.1' },
      { ...somewhere, address: '10.1.255.255' },
      { ...somewhere, address: '0.0.0.0' },
      { ...somewhere, port: 0 },
      { ...somewhere, port: 53 },
      { ...somewhere, port: 1_023 },
      own,
    ];
    await introduce([...never, somewhere]);
    await world.passTime(5_000);
    expect(calledBy(attacker, victim)).toEqual(['10.1.77.77:50000']);
  });

  test('[CALL-3, CALL-4] causes beacons to at most a hundred addresses, by one answer to each question', async () => {
    const victim = await start();
    const { attacker, introduce, say, to } = await addLiar(victim);
    const many = (part: number): readonly Endpoint[] =>
      Array.from({ length: 150 }, (_, index) => ({ ...somewhere, address: `10.1.${part}.${index + 1}` }));
    await introduce(many(0));
    await world.passTime(100);
    const { nonce } = await heard(attacker, 'ask-peers');
    for (let part = 1; part <= 10; part += 1) {
      say({ kind: 'peers', to, nonce, endpoints: many(part) });
      await world.passTime(100);
    }
    expect(calledBy(attacker, victim)).toHaveLength(100);
  });

  test('[CALL-4, HS-10] that names many ports of one address sends more bytes itself than get there', async () => {
    const victim = await start();
    const { attacker, introduce, beacon, answerPings, sentBytes } = await addLiar(victim);
    const ports = Array.from({ length: 100 }, (_, index) => ({ ...somewhere, port: 2_000 + index }));
    for (let passedMs = 0; passedMs < 5 * introducedMs; passedMs += answerEveryMs) {
      if (passedMs % beaconEveryMs === 0) beacon();
      answerPings();
      if (passedMs % askedEveryMs === 0) await introduce(ports);
      await world.passTime(answerEveryMs);
    }
    const arrived = attacker
      .recorded(victim.host, 'beacon')
      .filter(({ destination }) => destination.startsWith(`${somewhere.address}:`));
    expect(arrived.length).toBeGreaterThan(3);
    const arrivedBytes = arrived.reduce((sum, { bytes }) => sum + bytes.length, 0);
    console.log(`figure: forged introductions: bytes at the address per byte sent = ${(arrivedBytes / sentBytes()).toFixed(2)}`);
    expect(arrivedBytes).toBeLessThanOrEqual(sentBytes());
  });
});
