/**
 * Computes the beacon interval and the delay before a HELLO (rules CAD-1 to CAD-4, HS-1). Pure
 * arithmetic.
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
 * Computes T, the interval that our beacons announce.
 *
 * @param population number of listed peers, without ourselves
 * @returns milliseconds
 */
export function beaconIntervalMs(population: number, options: CadenceOptions): number {
  const grown = options.beaconIntervalMs * Math.max(1, population / options.populationPerInterval);
  return Math.round(Math.min(grown, options.maxBeaconIntervalMs));
}

/**
 * Draws the delay until the next beacon: T ± jitter, up to the maximum interval.
 * @param chance in [0, 1)
 * @returns milliseconds
 */
export function nextBeaconDelayMs(intervalMs: number, chance: number, options: CadenceOptions): number {
  const jittered = intervalMs * (1 + options.beaconJitter * (2 * chance - 1));
  return Math.min(jittered, options.maxBeaconIntervalMs);
}

/** Draws the delay before a HELLO. @param chance in [0, 1) @returns milliseconds */
export function helloDelayMs(population: number, chance: number, options: CadenceOptions): number {
  const spreadMs = population * options.helloSpreadPerPeerMs;
  return chance * Math.min(Math.max(spreadMs, options.minHelloSpreadMs), options.maxHelloSpreadMs);
}
