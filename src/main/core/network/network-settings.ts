/**
 * The user's network settings: excluded adapters, passive mode, manual addresses (rules MEM-1,
 * CALL-1, CALL-2). Settings persist the values. Presence also holds the addresses, and sends
 * beacons to them.
 */
import { refuse } from '../../../shared/text/messages/problem-values.ts';
import type { NetworkChange, NetworkSettings } from '../../../shared/contract/network.ts';
import { connectTo, unfitness, type ConnectResult } from './connect-by-address.ts';
import { parseNumericEndpoint } from '../lib/parse-endpoint.ts';
import type { Clock, Resolver } from '../ports.ts';
import { formatEndpoint, type Presence, type PresenceOptions } from '../presence/index.ts';
import type { SettingRefusal, SettingsStore } from '../settings/settings.ts';

export interface NetworkArea {
  settings(): NetworkSettings;
  change(change: NetworkChange): NetworkSettings;
  /**
   * Stores a manual address, sends beacons to it and waits a few seconds for its peer.
   * @param address `HOST:PORT`
   */
  connect(address: string): Promise<ConnectResult>;
  forget(address: string): NetworkSettings;
}

export interface Network extends NetworkArea {
  /**
   * Options of presence that read the settings at each use, since the user may change them at any
   * time.
   */
  readonly choices: Pick<PresenceOptions, 'excludedInterfaces' | 'isPassive'>;
  /** Hands the stored manual addresses to presence, now and whenever that setting changes. */
  callRemembered(): void;
  /** @returns why these cannot be manual addresses; undefined if they can */
  refusalOf(addresses: readonly string[]): SettingRefusal | undefined;
}

interface Deps {
  readonly clock: Clock;
  readonly resolver: Resolver;
  /** A function, since presence is created from the choices above. */
  readonly presence: () => Presence;
  readonly settings: Pick<SettingsStore, 'get' | 'put' | 'subscribe'>;
}

export function createNetwork({ clock, resolver, presence, settings }: Deps): Network {
  return {
    choices: { excludedInterfaces: () => settings.get('excludedInterfaces'), isPassive: () => settings.get('passive') },
    settings: current,
    change({ excludedInterfaces, passive }) {
      settings.put({
        ...(excludedInterfaces !== undefined && { excludedInterfaces }),
        ...(passive !== undefined && { passive }),
      });
      return current();
    },
    async connect(address) {
      const result = await connectTo(address, { clock, resolver, presence: presence() });
      remember();
      return result;
    },
    forget(address) {
      const endpoint = parseNumericEndpoint(address);
      if (endpoint) presence().forgetAddress(endpoint);
      return remember();
    },
    callRemembered() {
      callOnly(settings.get('manualAddresses'), presence());
      settings.subscribe(({ settings: { manualAddresses } }) => manualAddresses && callOnly(manualAddresses, presence()));
    },
    refusalOf(addresses) {
      for (const address of addresses) {
        const endpoint = parseNumericEndpoint(address);
        const unfit = endpoint ? unfitness(endpoint, presence()) : refuse('bad-address', { reason: 'unreadable', address });
        if (unfit !== undefined) return unfit;
      }
      return undefined;
    },
  };

  function current(): NetworkSettings {
    return {
      manualAddresses: calledAddresses(),
      excludedInterfaces: settings.get('excludedInterfaces'),
      passive: settings.get('passive'),
    };
  }

  function calledAddresses(): string[] {
    return presence().manualAddresses().map(formatEndpoint);
  }

  /** Updates the setting from the addresses that presence holds. */
  function remember(): NetworkSettings {
    const manualAddresses = calledAddresses();
    if (!isSameList(manualAddresses, settings.get('manualAddresses'))) settings.put({ manualAddresses });
    return current();
  }
}

/** Makes presence hold the wanted addresses, and no others. */
function callOnly(wanted: readonly string[], presence: Presence): void {
  const called = presence.manualAddresses();
  for (const endpoint of called) if (!wanted.includes(formatEndpoint(endpoint))) presence.forgetAddress(endpoint);
  const calledTexts = called.map(formatEndpoint);
  for (const address of wanted) {
    const endpoint = calledTexts.includes(address) ? undefined : parseNumericEndpoint(address);
    if (endpoint) presence.connect(endpoint);
  }
}

function isSameList(list: readonly string[], other: readonly string[]): boolean {
  return list.length === other.length && list.every((item, index) => item === other[index]);
}
