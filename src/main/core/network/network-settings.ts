/**
 * What people choose about the network: adapters that are not used, whether to be passive, peers by address (rules MEM-1, CALL-1, CALL-2). The
 * first two are kept here, the addresses by presence; the host stores what the user chooses.
 */
import type { NetworkChange, NetworkSettings } from '../../../shared/contract/network.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { connectTo, type ConnectResult } from './connect-by-address.ts';
import { parseNumericEndpoint } from '../lib/parse-endpoint.ts';
import type { Clock, Resolver } from '../ports.ts';
import { formatEndpoint, type Presence, type PresenceOptions } from '../presence/index.ts';

export interface NetworkEvent {
  readonly type: 'network-changed';
  /** To be stored: what the user chose. */
  readonly network: NetworkSettings;
}

export interface NetworkArea {
  settings(): NetworkSettings;
  change(change: NetworkChange): NetworkSettings;
  /** Remembers a peer by `HOST:PORT`, calls it, and waits a few seconds for its answer. */
  connect(address: string): Promise<ConnectResult>;
  forget(address: string): NetworkSettings;
  subscribe(listener: (event: NetworkEvent) => void): Unsubscribe;
}

export interface Network extends NetworkArea {
  /** For presence, which asks at each use: the user may change them at any time. */
  readonly choices: Pick<PresenceOptions, 'excludedInterfaces' | 'isPassive'>;
  /** Calls the peers that an earlier run remembered. */
  callRemembered(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly resolver: Resolver;
  /** Asked for when it is needed: it is made of the options. */
  readonly presence: () => Presence;
  readonly onListenerError: (error: unknown) => void;
}

export function createNetwork(
  { clock, resolver, presence, onListenerError }: Deps,
  remembered: Partial<NetworkSettings> = {},
): Network {
  const events = createEmitter<NetworkEvent>(onListenerError);
  let { excludedInterfaces = [], passive = false } = remembered;

  return {
    choices: { excludedInterfaces: () => excludedInterfaces, isPassive: () => passive },
    settings,
    change(change) {
      excludedInterfaces = change.excludedInterfaces ?? excludedInterfaces;
      passive = change.passive ?? passive;
      return tell();
    },
    async connect(address) {
      const result = await connectTo(address, { clock, resolver, presence: presence() });
      tell();
      return result;
    },
    forget(address) {
      const endpoint = parseNumericEndpoint(address);
      if (endpoint) presence().forgetAddress(endpoint);
      return tell();
    },
    subscribe: (listener) => events.subscribe(listener),
    callRemembered() {
      for (const address of remembered.manualAddresses ?? []) {
        const endpoint = parseNumericEndpoint(address);
        if (endpoint) presence().connect(endpoint);
      }
    },
  };

  function settings(): NetworkSettings {
    return { manualAddresses: presence().manualAddresses().map(formatEndpoint), excludedInterfaces, passive };
  }

  function tell(): NetworkSettings {
    const changed = settings();
    events.emit({ type: 'network-changed', network: changed });
    return changed;
  }
}
