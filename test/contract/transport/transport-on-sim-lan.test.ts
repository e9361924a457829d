/** The simulated transport fulfils the contract, on a good network and on a bad one. */
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createSeededRandom } from '../../fakes/seeded-random.ts';
import { createSimLan, type SimLanOptions } from '../../fakes/sim-lan.ts';
import { createSimSignatures } from '../../fakes/sim-identity.ts';
import { createSimTcp } from '../../fakes/sim-tcp.ts';
import { createSimTransport } from '../../fakes/sim-transport.ts';
import { describeTransport, type TransportWorld } from './describe-transport.ts';

/** Virtual time: a bad network is slow. */
const patienceMs = 120_000;

describeTransport('SimLan', () => makeWorld());
describeTransport('SimLan, 20 % lost, 5 % duplicated, reordered', () =>
  makeWorld({ lossRate: 0.2, duplicationRate: 0.05, delayMs: { min: 1, max: 20 } }),
);

async function makeWorld(options: SimLanOptions = {}): Promise<TransportWorld> {
  const clock = createFakeClock();
  const random = createSeededRandom('transport');
  const lan = createSimLan({ clock, random }, options);
  const signatures = createSimSignatures();
  const segment = lan.addSegment('office');
  const makeNode = async (name: string, last: number) => {
    const host = lan.addHost(name);
    host.attach(segment, { name: 'eth0', ipv4: `10.0.0.${last}/24`, ipv6: `fe80::${last}/64` });
    const tcp = await createSimTcp({ clock, random: random.fork(name), host });
    const { peerId } = signatures.identity(name);
    return { peerId, transport: createSimTransport({ clock, random: random.fork(`${name} keys`), tcp, peerId }) };
  };
  const [caller, called] = [await makeNode('ana', 1), await makeNode('bo', 2)];
  return {
    caller,
    called,
    endpoint: (port, family = 'ipv4') => ({ family, address: family === 'ipv4' ? '10.0.0.2' : 'fe80::2%eth0', port }),
    silentEndpoint: async () => ({ family: 'ipv4', address: '10.0.0.77', port: 4_000 }),
    silentEnd: 'deadline',
    async until(condition) {
      for (let passedMs = 0; !condition(); passedMs += 1) {
        if (passedMs > patienceMs) throw new Error(`not so within ${patienceMs} ms of virtual time`);
        await clock.advance(1);
      }
    },
    close: () => undefined,
  };
}
