/** A host of the simulated world: adapters that come, go and change, and nodes that run on it. */
import type { Host, InterfaceOptions, StartOptions, WorldNode } from '../scenarios/world.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { SimAdapter, SimHost, SimSegment } from '../support/sim-lan.ts';

export interface SimWorldHost extends Host {
  readonly simHost: SimHost;
  isDeaf(): boolean;
}

interface Deps {
  readonly simHost: SimHost;
  readonly random: SeededRandom;
  readonly segment: (name: string) => { readonly segment: SimSegment; readonly number: number };
  readonly passTime: (durationMs: number) => Promise<void>;
  readonly startNode: (host: SimWorldHost, options: StartOptions) => Promise<WorldNode>;
}

interface Wired {
  readonly options: InterfaceOptions;
  adapter: SimAdapter;
  /** Raised by each change of address. */
  generation: number;
}

const groupAddress = { address: '224.0.0.187', port: 4255 };
/** A flood is sent in bundles this far apart. */
const floodStepMs = 5;

/** @param index from 1; the host part of its addresses */
export function createSimWorldHost({ simHost, random, segment, passTime, startNode }: Deps, index: number): SimWorldHost {
  const wired = new Map<string, Wired>();
  let adaptersEver = 0;
  let deaf = false;

  const host: SimWorldHost = {
    name: simHost.name,
    simHost,
    isDeaf: () => deaf,
    start: (options = {}) => startNode(host, options),
    addressesOf: (name) =>
      simHost.interfaces
        .list()
        .filter((address) => address.name === name)
        .toSorted((a, b) => a.family.localeCompare(b.family))
        .map(({ address }) => address),
    addInterface(options) {
      adaptersEver += 1;
      wired.set(options.name, { options, generation: 0, adapter: attach(options, adaptersEver) });
      return Promise.resolve();
    },
    removeInterface(name) {
      find(name).adapter.detach();
      wired.delete(name);
      return Promise.resolve();
    },
    recreateInterface(name) {
      const { options, adapter } = find(name);
      adapter.detach();
      find(name).adapter = attach(options, adaptersEver);
      return Promise.resolve();
    },
    changeAddress(name) {
      const entry = find(name);
      entry.generation += 1;
      entry.adapter.changeAddress(addressesFor(entry.options, adaptersEver, entry.generation));
      return Promise.resolve();
    },
    removeAddresses(name) {
      find(name).adapter.changeAddress({ ipv4: null, ipv6: null });
      return Promise.resolve();
    },
    restoreAddresses(name) {
      const entry = find(name);
      entry.adapter.changeAddress(addressesFor(entry.options, adaptersEver, entry.generation));
      return Promise.resolve();
    },
    pullCable: (name) => setCarrier(name, false),
    plugCable: (name) => setCarrier(name, true),
    disableInterface: (name) => setCarrier(name, false),
    enableInterface: (name) => setCarrier(name, true),
    deafen() {
      deaf = true;
      return Promise.resolve(() => {
        deaf = false;
        return Promise.resolve();
      });
    },
    async occupyPort(port) {
      const handlers = { onDatagram: () => undefined, onError: () => undefined };
      const sockets = await Promise.all(
        (['ipv4', 'ipv6'] as const).map((family) => simHost.udp.open({ family, port, shared: false }, handlers)),
      );
      return () => {
        for (const socket of sockets) socket.close();
        return Promise.resolve();
      };
    },
    async flood({ datagramsPerSecond, durationMs }) {
      const from = simHost.interfaces.list().find(({ internal, family }) => !internal && family === 'ipv4');
      if (!from) throw new Error(`${simHost.name} has no adapter to flood from`);
      const socket = await simHost.udp.open(
        { family: 'ipv4', address: from.address, port: 0, shared: false, multicast: { interface: from, hops: 1 } },
        { onDatagram: () => undefined, onError: () => undefined },
      );
      const bundle = Math.round((datagramsPerSecond * floodStepMs) / 1_000);
      for (let passedMs = 0; passedMs < durationMs; passedMs += floodStepMs) {
        for (let sent = 0; sent < bundle; sent += 1) socket.send(garbage(random), { family: 'ipv4', ...groupAddress });
        await passTime(floodStepMs);
      }
      socket.close();
    },
  };
  return host;

  function attach(options: InterfaceOptions, ordinal: number): SimAdapter {
    const addresses = addressesFor(options, ordinal, 0);
    return simHost.attach(segment(options.segment ?? 'lan').segment, { name: options.name, ...addresses });
  }

  /** Each segment has a subnet of its own. */
  function addressesFor(
    { ipv4 = true, ipv6 = true, segment: name = 'lan' }: InterfaceOptions,
    ordinal: number,
    generation: number,
  ) {
    const part = generation * 16 + ordinal;
    return {
      ipv4: ipv4 ? `10.${segment(name).number}.${part}.${index}/16` : null,
      ipv6: ipv6 ? `fe80::${part.toString(16)}:${index.toString(16)}/64` : null,
    };
  }

  function find(name: string): Wired {
    const entry = wired.get(name);
    if (!entry) throw new Error(`${simHost.name} has no adapter ${name}`);
    return entry;
  }

  function setCarrier(name: string, carrier: boolean): Promise<void> {
    find(name).adapter.setCarrier(carrier);
    return Promise.resolve();
  }
}

/** Random bytes, half of them behind a header that looks like ours. */
function garbage(random: SeededRandom): Uint8Array {
  const bytes = random.bytes(40 + Math.floor(random.fraction() * 260));
  if (random.fraction() < 0.5) bytes.set([0x48, 0x41, 0x4c, 0x4c, 1, 1]);
  return bytes;
}
