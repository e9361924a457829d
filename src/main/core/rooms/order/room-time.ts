/**
 * Room time: our wall clock, unless most others disagree with it (rules ROOM-32 to ROOM-35); and
 * which clocks of blocks are late by it. Pure: the caller says what peers announce, and how far
 * those clocks have gone since.
 */
import type { RoomClock } from '../wire/block.ts';

/** The wall clock of one online peer. */
export interface AnnouncedClock {
  /** Its address without a port: one clock counts per address. */
  readonly address: string;
  /** Milliseconds since 1970 that its clock shows now. */
  readonly wallMs: number;
  /** Whether the user knows this peer. */
  readonly isKnown: boolean;
}

export interface RoomTime {
  readonly nowMs: number;
  /** True if it is not our wall clock, which is then wrong in the eyes of most. */
  readonly differs: boolean;
}

/** Our wall clock counts while it is this near to the median. */
export const maxClockErrorMs = 60_000;
/** More than any time zone makes: a clock this wrong needs others that agree. */
const maxLonelyErrorMs = 15 * 3_600_000;
/** That many others, each within `maxClockErrorMs` of it. */
const minAgreeing = 2;
/** With this many known people here, clocks of others do not count. */
const minKnown = 3;
/** A message is late if it is first heard so much after its clock. */
export const lateAfterMs = 120_000;

/** @param announced of online peers, in any order */
export function roomTimeOf(ownWallMs: number, announced: readonly AnnouncedClock[]): RoomTime {
  const clocks = onePerAddress(trusted(announced), ownWallMs);
  const credible = clocks.filter((clock) => isCredible(clock, clocks, ownWallMs));
  const medianMs = laterMedian([ownWallMs, ...credible]);
  const differs = Math.abs(ownWallMs - medianMs) > maxClockErrorMs;
  return { nowMs: differs ? medianMs : ownWallMs, differs };
}

/** @param heardMs room time when we first heard the block */
export function isLate(clock: RoomClock, heardMs: number): boolean {
  return heardMs - clock.ms > lateAfterMs;
}

/** Whether a node may announce its wall clock: one from before its program was built is wrong. */
export function isAnnounceable(ownWallMs: number, builtMs: number): boolean {
  return ownWallMs >= builtMs;
}

function trusted(announced: readonly AnnouncedClock[]): readonly AnnouncedClock[] {
  const known = announced.filter(({ isKnown }) => isKnown);
  // People, not programs: several on one address are one.
  return new Set(known.map(({ address }) => address)).size >= minKnown ? known : announced;
}

/**
 * Of several clocks on one address the one nearest to ours, so that the order of peers is no
 * matter.
 */
function onePerAddress(announced: readonly AnnouncedClock[], ownWallMs: number): readonly number[] {
  const byAddress = new Map<string, number>();
  for (const { address, wallMs } of announced) {
    const other = byAddress.get(address);
    if (other === undefined || compareNearness(wallMs, other, ownWallMs) < 0) byAddress.set(address, wallMs);
  }
  return [...byAddress.values()];
}

function compareNearness(a: number, b: number, ownWallMs: number): number {
  return Math.abs(a - ownWallMs) - Math.abs(b - ownWallMs) || a - b;
}

function isCredible(clock: number, clocks: readonly number[], ownWallMs: number): boolean {
  if (Math.abs(clock - ownWallMs) <= maxLonelyErrorMs) return true;
  const near = clocks.filter((other) => Math.abs(other - clock) <= maxClockErrorMs);
  return near.length - 1 >= minAgreeing; // without itself
}

/** Of an even number of clocks, the later of the two in the middle. */
function laterMedian(clocks: readonly number[]): number {
  return [...clocks].sort((a, b) => a - b)[Math.floor(clocks.length / 2)] as number;
}
