/**
 * How often to speak: pure arithmetic of the beacon interval and the spread of HELLOs (rules CAD-1 to CAD-4, HS-1).
 */
import type { PresenceOptions } from '../options.ts';

type CadenceOptions = Pick<
  PresenceOptions,
  | 'beaconIntervalMs'
  | 'maxBeaconIntervalMs'
  | 'populationPerInterval'
  | 'beaconJitter'
  | 'helloSpreadPerPeerMs'
  | 'minHelloSpreadMs'
  | 'maxHelloSpreadMs'
>;

/**
 * T, as announced in the beacon.
 *
 * @param population peers that are here, ourselves not counted
 */
export function beaconIntervalMs(population: number, options: CadenceOptions): number {
  const grown = options.beaconIntervalMs * Math.max(1, population / options.populationPerInterval);
  return Math.round(Math.min(grown, options.maxBeaconIntervalMs));
}

/** The wait until the next beacon: T ± jitter, never above the upper bound. @param chance in [0, 1) */
export function nextBeaconDelayMs(intervalMs: number, chance: number, options: CadenceOptions): number {
  const jittered = intervalMs * (1 + options.beaconJitter * (2 * chance - 1));
  return Math.min(jittered, options.maxBeaconIntervalMs);
}

/** The random wait before a HELLO. @param chance in [0, 1) */
export function helloDelayMs(population: number, chance: number, options: CadenceOptions): number {
  const spreadMs = population * options.helloSpreadPerPeerMs;
  return chance * Math.min(Math.max(spreadMs, options.minHelloSpreadMs), options.maxHelloSpreadMs);
}
