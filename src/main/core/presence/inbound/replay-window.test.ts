import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReplayWindows } from './replay-window.ts';

interface Emitted {
  readonly peerId: string;
  readonly incarnation: number;
  readonly sequence: number;
}

/** The rule in its plainest form, without regard to cost. */
function naiveModel(): (emitted: Emitted) => boolean {
  const heard: Emitted[] = [];
  return (emitted) => {
    const same = heard.filter((other) => other.peerId === emitted.peerId);
    const newest = Math.max(-1, ...same.map(({ incarnation }) => incarnation));
    const now = same.filter(({ incarnation }) => incarnation === emitted.incarnation).map(({ sequence }) => sequence);
    const isNew =
      emitted.incarnation > newest ||
      (emitted.incarnation === newest && !now.includes(emitted.sequence) && Math.max(...now) - emitted.sequence <= 31);
    if (isNew) heard.push(emitted);
    return isNew;
  };
}

describe('replay windows', () => {
  test('[HS-5] a new number is accepted once', () => {
    const windows = createReplayWindows({ maxWindows: 10 });
    expect([1, 1, 2, 2, 1, 5, 3, 4, 3, 5].map((sequence) => windows.accept('ana', 100, sequence))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('[HS-5] a number up to 31 behind the highest can be new; one 32 behind cannot', () => {
    const windows = createReplayWindows({ maxWindows: 10 });
    windows.accept('ana', 100, 1_000);
    expect([969, 968, 969, 970, 999].map((sequence) => windows.accept('ana', 100, sequence))).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  test('[HS-5] a higher incarnation resets the window, and a lower one is never accepted again', () => {
    const windows = createReplayWindows({ maxWindows: 10 });
    windows.accept('ana', 100, 50);
    expect(windows.accept('ana', 101, 1)).toBe(true);
    expect(windows.accept('ana', 100, 51)).toBe(false);
    expect(windows.accept('ana', 101, 1)).toBe(false);
  });

  test('[HS-5] the window agrees with a model that remembers all numbers', () => {
    const emitted = fc.record({
      peerId: fc.constantFrom('ana', 'bo'),
      incarnation: fc.integer({ min: 1, max: 3 }),
      sequence: fc.oneof(fc.nat({ max: 80 }), fc.integer({ min: 0xffff_ff80, max: 0xffff_ffff })),
    });
    fc.assert(
      fc.property(fc.array(emitted, { maxLength: 120 }), (sequence) => {
        const windows = createReplayWindows({ maxWindows: 10 });
        const model = naiveModel();
        for (const one of sequence)
          expect(windows.accept(one.peerId, one.incarnation, one.sequence), JSON.stringify(one)).toBe(model(one));
      }),
      { numRuns: 500 },
    );
  });

  test('[BYE-2, HS-5] after a goodbye earlier numbers are old, and later ones are new', () => {
    const windows = createReplayWindows({ maxWindows: 10 });
    windows.accept('ana', 100, 10);
    windows.seal('ana');
    windows.seal('nobody');
    expect([9, 10, 0, 11, 12].map((sequence) => windows.accept('ana', 100, sequence))).toEqual([false, false, false, true, true]);
    expect(windows.accept('ana', 101, 1)).toBe(true);
  });

  test('[FLOW-4] the table is bounded and drops the least recently accepted sender', () => {
    const windows = createReplayWindows({ maxWindows: 3 });
    for (const peerId of ['ana', 'bo', 'caro']) windows.accept(peerId, 100, 1);
    windows.accept('ana', 100, 2);
    windows.accept('bo', 100, 1); // not new, so bo stays the least recent
    windows.accept('dan', 100, 1);
    expect(windows.size).toBe(3);
    expect(windows.accept('ana', 100, 2)).toBe(false);
    expect(windows.accept('caro', 100, 1)).toBe(false);
    expect(windows.accept('bo', 100, 1)).toBe(true);
  });

  test('[FLOW-4] ten thousand unknown senders do not displace a peer that keeps sending', () => {
    const windows = createReplayWindows({ maxWindows: 1_000 });
    for (let unknownPeer = 0; unknownPeer < 10_000; unknownPeer += 1) {
      windows.accept(`stranger ${unknownPeer}`, 1, 1);
      if (unknownPeer % 500 === 0) windows.accept('ana', 100, unknownPeer / 500 + 1);
    }
    expect(windows.size).toBe(1_000);
    expect(windows.accept('ana', 100, 20)).toBe(false);
  });

  test('[BYE-3] a datagram that must lead is new only above every number heard of its incarnation', () => {
    const windows = createReplayWindows({ maxWindows: 10 });
    windows.accept('ana', 5, 16);
    expect([windows.accept('ana', 5, 4, true), windows.accept('ana', 5, 16, true), windows.accept('ana', 5, 17, true)]).toEqual([
      false,
      false,
      true,
    ]);
    expect([windows.accept('ana', 6, 1, true), windows.accept('bo', 1, 1, true)]).toEqual([true, true]);
  });

  test('[HS-13] a window that starts over takes its incarnation, and others above the highest ever heard', () => {
    const windows = createReplayWindows({ maxWindows: 10 });
    windows.accept('ana', 100, 7);
    expect([windows.isEarlier('ana', 50), windows.isEarlier('ana', 100), windows.isEarlier('bo', 1)]).toEqual([
      true,
      false,
      false,
    ]);
    windows.startOver('ana', 50, 3);
    expect(windows.accept('ana', 50, 3)).toBe(false);
    expect(windows.accept('ana', 50, 4)).toBe(true);
    expect([100, 75, 49].map((incarnation) => windows.accept('ana', incarnation, 9))).toEqual([false, false, false]);
    expect([100, 75, 49].map((incarnation) => windows.isEarlier('ana', incarnation))).toEqual([true, true, true]);
    expect([windows.isOld('ana', 101, 1), windows.accept('ana', 101, 1)]).toEqual([false, true]);
  });
});
