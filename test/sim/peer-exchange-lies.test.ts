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
  const say = (body: DatagramBody): void =>
    attacker.toNode(victim, encodeDatagram({ incarnation: 1, sequence: (sequence += 1) }, body, identity, 308));
  say({ kind: 'beacon', announcement: sampleAnnouncement({ name: 'Liar', unicastPort: attacker.port }) });
  await heard(attacker, 'hello');
  say({ kind: 'hello-ack', to, nonce: (await heard(attacker, 'hello')).nonce });
  await world.waitUntil('the liar is here', () => victim.record.peers.get(identity.peerId)?.presence === 'online', 1_000);
  return {
    attacker,
    say,
    to,
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

  test('[CALL-3] causes beacons to at most a hundred addresses at once, and 20 per second after that', async () => {
    const victim = await start();
    const { attacker, introduce, say, to } = await addLiar(victim);
    const many = (part: number): readonly Endpoint[] =>
      Array.from({ length: 150 }, (_, index) => ({ ...somewhere, address: `10.1.${part}.${index + 1}` }));
    await introduce(many(0));
    await world.passTime(100);
    expect(calledBy(attacker, victim)).toHaveLength(100);
    const { nonce } = await heard(attacker, 'ask-peers');
    for (let part = 1; part <= 10; part += 1) {
      say({ kind: 'peers', to, nonce, endpoints: many(part) });
      await world.passTime(100);
    }
    expect(calledBy(attacker, victim).length).toBeGreaterThan(110);
    expect(calledBy(attacker, victim).length).toBeLessThanOrEqual(125);
  });
});
