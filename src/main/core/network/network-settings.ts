/**
 * What people choose about the network: adapters that are not used, whether to be passive, peers by address (rules MEM-1, CALL-1, CALL-2). The
 * first two are kept here, the addresses by presence; what is chosen is remembered by whoever listens to `onChange`.
 */
import type { NetworkChange, NetworkSettings } from '../../../shared/contract/network.ts';
import { connectTo, type ConnectResult } from './connect-by-address.ts';
import { parseNumericEndpoint } from '../lib/parse-endpoint.ts';
import type { Clock, Resolver } from '../ports.ts';
import { formatEndpoint, type Presence, type PresenceOptions } from '../presence/index.ts';

export interface NetworkChoices {
  /** These options, and in them what people choose, as it is at each use: they may change it at any time. */
  within(options: PresenceOptions): PresenceOptions;
  settings(): NetworkSettings;
  change(change: NetworkChange): NetworkSettings;
  /** Remembers a peer by `HOST:PORT`, calls it, and waits a few seconds for its answer. */
  connect(address: string): Promise<ConnectResult>;
  forget(address: string): NetworkSettings;
  /** Calls the peers that an earlier run remembered. */
  callRemembered(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly resolver: Resolver;
  /** Asked for when it is needed: it is made of the options. */
  readonly presence: () => Presence;
  readonly onChange: (settings: NetworkSettings) => void;
}

export function createNetworkChoices(
  { clock, resolver, presence, onChange }: Deps,
  remembered: Partial<NetworkSettings> = {},
): NetworkChoices {
  let { excludedInterfaces = [], passive = false } = remembered;

  return {
    within: (options) => ({
      ...options,
      get excludedInterfaces() {
        return excludedInterfaces;
      },
      get passive() {
        return passive;
      },
    }),
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
    onChange(changed);
    return changed;
  }
}
