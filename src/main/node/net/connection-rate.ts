/**
 * How often a node begins a handshake of TLS (rule TLS-13): by source, and in all. A handshake costs
 * us half a millisecond and the caller nothing. Listed peers have rates of their own, so that others
 * cannot use theirs up.
 */
import { createTokenBucket, createTokenBuckets, type Rate } from '../../core/lib/token-bucket.ts';

/** Sources whose rates are remembered; a forgotten one only gets a fresh burst. */
const maxSources = 4_096;

export interface ConnectionRates {
  /** Handshakes from one source, and from all sources together. */
  readonly ratePerSource: Rate;
  readonly rate: Rate;
  /** The same for addresses of listed peers. */
  readonly listedRatePerSource: Rate;
  readonly listedRate: Rate;
}

/**
 * Some 10 % of a core at most, and 20 % for listed peers. A terminal server starts 100 nodes in a
 * second.
 */
export const defaultConnectionRates: ConnectionRates = {
  ratePerSource: { perSecond: 50, burst: 100 },
  rate: { perSecond: 200, burst: 400 },
  listedRatePerSource: { perSecond: 100, burst: 200 },
  listedRate: { perSecond: 400, burst: 800 },
};

export interface ConnectionRate {
  /** @returns whether a handshake may begin now; it then counts */
  take(source: string, isListed: boolean, nowMs: number): boolean;
}

export function createConnectionRate(rates: ConnectionRates): ConnectionRate {
  const listed = createRate(rates.listedRatePerSource, rates.listedRate);
  const others = createRate(rates.ratePerSource, rates.rate);
  return { take: (source, isListed, nowMs) => (isListed ? listed : others)(source, nowMs) };
}

/** The excess of one source counts for no other. */
function createRate(perSource: Rate, inAll: Rate): (source: string, nowMs: number) => boolean {
  const sources = createTokenBuckets(perSource, maxSources);
  const all = createTokenBucket(inAll);
  return (source, nowMs) => sources.take(source, nowMs) && all.take(nowMs);
}
