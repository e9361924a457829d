/** A host of the simulated world: adapters that come, go and change, and nodes that run on it. */
import type { Clock } from '../../src/main/core/ports.ts';
import type { Host, InterfaceOptions, StartOptions, WorldNode } from '../scenarios/world.ts';
import { attack } from '../attackers/attacks.ts';
import type { SimAdapter, SimHost, SimSegment } from '../fakes/sim-lan.ts';
import { openAttackSetup, type AttackSetupDeps } from './sim-attack-setup.ts';

export interface SimWorldHost extends Host {
  readonly simHost: SimHost;
  /** Its wall clock may differ from those of others. */
  readonly clock: Clock;
  isDeaf(): boolean;
  /** Whether one of its adapters is on that segment. */
  isOn(segment: string): boolean;
}

interface Deps {
  readonly simHost: SimHost;
  readonly clock: Clock;
  readonly attackSetup: Omit<AttackSetupDeps, 'simHost'>;
  readonly segment: (name: string) => { readonly segment: SimSegment; readonly number: number };
  readonly startNode: (host: SimWorldHost, options: StartOptions) => Promise<WorldNode>;
}

interface Wired {
  readonly options: InterfaceOptions;
  adapter: SimAdapter;
  /** Raised by each change of address. */
  generation: number;
}

/** @param index from 1; the host part of its addresses */
export function createSimWorldHost({ simHost, clock, attackSetup, segment, startNode }: Deps, index: number): SimWorldHost {
  const wired = new Map<string, Wired>();
  let adaptersEver = 0;
  let deaf = false;

  const host: SimWorldHost = {
    name: simHost.name,
    simHost,
    clock,
    isDeaf: () => deaf,
    isOn: (name) => [...wired.values()].some(({ options }) => (options.segment ?? 'lan') === name),
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
    async attack(order) {
      const setup = await openAttackSetup({ ...attackSetup, simHost });
      try {
        return await attack(setup, order);
      } finally {
        setup.close();
      }
    },
  };
  return host;

  function attach(options: InterfaceOptions, ordinal: number): SimAdapter {
    const addresses = addressesFor(options, ordinal, 0);
    return simHost.attach(segment(options.segment ?? 'lan').segment, { name: options.name, ...addresses });
  }

  /** Each segment has a subnet of its own. */
  function addressesFor(
    { ipv4 = true, ipv6 = true, segment: name = 'lan', extraAddresses = 0 }: InterfaceOptions,
    ordinal: number,
    generation: number,
  ) {
    const part = generation * 16 + ordinal;
    const extra = Array.from(
      { length: extraAddresses },
      (_, number) => `10.${segment(name).number}.${200 + index}.${1 + number}/16`,
    );
    return {
      ipv4: ipv4 ? [`10.${segment(name).number}.${part}.${index}/16`, ...extra] : null,
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
