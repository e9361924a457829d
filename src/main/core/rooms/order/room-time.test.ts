import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { isAnnounceable, isLate, lateAfterMs, roomTimeOf, type AnnouncedClock } from './room-time.ts';

const ownMs = 1_700_000_000_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A clock of an unknown peer at an address of its own. */
function peer(offsetMs: number, change: Partial<AnnouncedClock> = {}): AnnouncedClock {
  return { address: `address of ${offsetMs}`, wallMs: ownMs + offsetMs, isKnown: false, ...change };
}

function offsetOf(peers: readonly AnnouncedClock[]): number {
  return roomTimeOf(ownMs, peers).nowMs - ownMs;
}

describe('room time', () => {
  it('[ROOM-32] is our wall clock while the median is within 60 s of it', () => {
    expect(roomTimeOf(ownMs, [])).toEqual({ nowMs: ownMs, differs: false });
    expect(roomTimeOf(ownMs, [peer(minuteMs), peer(minuteMs + 1)])).toEqual({ nowMs: ownMs, differs: false });
  });

  it('[ROOM-32] is the median else, and says so', () => {
    const peers = [peer(2 * hourMs), peer(2 * hourMs + 5), peer(2 * hourMs + 9)];
    expect(roomTimeOf(ownMs, peers)).toEqual({ nowMs: ownMs + 2 * hourMs + 5, differs: true });
  });

  it('[ROOM-32] is the later of the middle two of an even number', () => {
    expect([offsetOf([peer(2 * hourMs)]), offsetOf([peer(-2 * hourMs)])]).toEqual([2 * hourMs, 0]);
  });

  it('[ROOM-33] counts one clock per address', () => {
    const many = Array.from({ length: 9 }, (_, index) => peer(2 * hourMs + index, { address: 'one' }));
    expect(offsetOf([...many, peer(0), peer(1)])).toBe(0);
    expect(offsetOf([peer(3 * hourMs, { address: 'one' }), peer(2 * hourMs, { address: 'one' })])).toBe(2 * hourMs);
  });

  it('[ROOM-34] counts only people we know if three of them are here', () => {
    const crowd = Array.from({ length: 9 }, (_, index) => peer(2 * hourMs + index));
    const known = [1, 2, 3].map((offset) => peer(offset, { isKnown: true }));
    expect(offsetOf([...crowd, ...known])).toBe(0);
    expect(offsetOf([...crowd, ...known.slice(1)])).toBeGreaterThan(hourMs);
    const oneAddress = known.map((one) => ({ ...one, address: 'one' }));
    expect(offsetOf([...crowd, ...oneAddress])).toBeGreaterThan(hourMs);
  });

  it('[ROOM-35] ignores a clock more than 15 h away, unless two others agree with it', () => {
    const year = 365 * 24 * hourMs;
    expect(offsetOf([peer(year)])).toBe(0);
    expect(offsetOf([peer(year), peer(year + minuteMs)])).toBe(0);
    expect(offsetOf([peer(year), peer(year + minuteMs), peer(year + 10)])).toBe(year + 10);
    expect(offsetOf([peer(15 * hourMs)])).toBe(15 * hourMs);
    expect(offsetOf([peer(15 * hourMs + 1)])).toBe(0);
  });

  it('[ROOM-32] does not depend on the order of the peers', () => {
    const clock = fc.record({
      address: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      wallMs: fc.integer({ min: -20, max: 20 }).map((hours) => ownMs + hours * hourMs),
      isKnown: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(clock, { maxLength: 9 }), (peers) => {
        expect(roomTimeOf(ownMs, peers.toReversed())).toEqual(roomTimeOf(ownMs, peers));
      }),
    );
  });

  it('[ROOM-36] makes a message late that is heard more than 2 min after its clock', () => {
    const clock = { ms: ownMs, count: 3 };
    expect([isLate(clock, ownMs + lateAfterMs), isLate(clock, ownMs + lateAfterMs + 1), isLate(clock, ownMs - hourMs)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('[ROOM-37] is not fed by a node whose clock is before its program was built', () => {
    expect([isAnnounceable(ownMs, ownMs + 1), isAnnounceable(ownMs, ownMs)]).toEqual([false, true]);
  });
});
