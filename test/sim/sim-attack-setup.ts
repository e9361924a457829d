/** Where an attacker of the simulated world stands: sockets on a simulated host, virtual time, keys that the world's nodes take for right. */
import type { Clock, Random, UdpSocket } from '../../src/main/core/ports.ts';
import type { AttackSetup, Location } from '../attackers/attack-setup.ts';
import type { SimSignatures } from '../fakes/sim-identity.ts';
import type { SimHost } from '../fakes/sim-lan.ts';

export interface AttackSetupDeps {
  readonly random: Random;
  readonly clock: Clock;
  readonly signatures: SimSignatures;
  readonly passTime: (durationMs: number) => Promise<void>;
  readonly simHost: SimHost;
}

const family = 'ipv4';
const group = { family, address: '224.0.0.187', port: 4_255 } as const;

export async function openAttackSetup({
  random,
  clock,
  signatures,
  passTime,
  simHost,
}: AttackSetupDeps): Promise<AttackSetup & { close(): void }> {
  // New keys each time, as a program that is started anew has.
  const run = random.bytes(8).join('.');
  const groupListeners: ((bytes: Uint8Array, from: Location) => void)[] = [];
  const answerListeners: ((bytes: Uint8Array, from: Location, source: number) => void)[] = [];
  const own = simHost.interfaces.list().filter((address) => !address.internal && address.family === family);
  const ignoreError = (): void => undefined;
  const senders: readonly UdpSocket[] = await Promise.all(
    own.map((address, source) =>
      simHost.udp.open(
        { family, address: address.address, port: 0, shared: false, multicast: { interface: address, hops: 1 } },
        {
          onDatagram: (bytes, from) => answerListeners.forEach((listener) => listener(bytes, from, source)),
          onError: ignoreError,
        },
      ),
    ),
  );
  const sources = own.map(({ address }, index): Location => ({ address, port: senders[index]?.port ?? 0 }));
  const receiver = await simHost.udp.open(
    { family, port: group.port, shared: true },
    {
      onDatagram(bytes, from) {
        if (!sources.some(({ address, port }) => address === from.address && port === from.port))
          groupListeners.forEach((listener) => listener(bytes, from));
      },
      onError: ignoreError,
    },
  );
  for (const address of own.slice(0, 1)) receiver.join(group.address, address);

  return {
    random,
    nowMs: () => clock.monotonicMs(),
    pause: passTime,
    identity: (name) => signatures.identity(`attacker ${run} ${name}`),
    sources,
    toGroup: (bytes, source = 0) => senders[source]?.send(bytes, group),
    toEndpoint: (bytes, { address, port }, source = 0) => senders[source]?.send(bytes, { family, address, port }),
    onGroup: (listener) => void groupListeners.push(listener),
    onAnswer: (listener) => void answerListeners.push(listener),
    close() {
      for (const socket of [...senders, receiver]) socket.close();
    },
  };
}
