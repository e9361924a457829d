import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Reference } from '../wire/block.ts';
import { createHearers } from './hearers.ts';

function setUp() {
  const clock = createFakeClock();
  const hearers = createHearers(clock);
  const say = (authorId: string, last: number, references: readonly Reference[] = []) =>
    hearers.heard({ tag: `${authorId.padEnd(8, '0')}00000000`, room: 'lunch', authorId, last, references });
  return { clock, hearers, say };
}

it('[ROOM-80] counts what a hearer names of an author, and what it asks for', async () => {
  const { clock, hearers, say } = setUp();
  say('ana', 1);
  await clock.advance(50);
  say('ben', 1, [{ tag: 'ana00000', number: 1 }]);
  say('ben', 2, [{ tag: 'ana00000', number: 1 }]);
  hearers.asked('ben', 'ana00000', 2);
  say('ben', 3, [{ tag: 'ana00000', number: 2 }]);
  expect(hearers.hearing('ana', 'ben')).toEqual({ named: 1, asked: 1, lastMs: 50 });
  expect(hearers.hearing('ben', 'ana')).toBeUndefined();
});

it('[ROOM-80] only the newest 64 messages of an author count', () => {
  const { hearers, say } = setUp();
  say('ana', 1);
  for (let number = 1; number <= 200; number += 1) say('ben', number, [{ tag: 'ana00000', number }]);
  expect(hearers.hearing('ana', 'ben')?.named).toBe(64);
});

it('[ROOM-80] the table of pairs has a limit', () => {
  const { hearers, say } = setUp();
  say('ana', 1);
  for (let index = 0; index < 9_000; index += 1) {
    if (index % 1_000 === 0) say('ana', 1);
    say(`b${index}`, 1, [{ tag: 'ana00000', number: 1 }]);
  }
  expect(hearers.hearing('ana', 'b0')).toBeUndefined();
  expect(hearers.hearing('ana', 'b8999')?.named).toBe(1);
});

it('[ROOM-81] a member that names nothing three times while others speak seems deaf, until it names something', () => {
  const { hearers, say } = setUp();
  say('ana', 1);
  say('ben', 1);
  say('ben', 2);
  expect(hearers.seemsDeaf('ben')).toBe(false);
  say('ben', 3);
  expect(hearers.seemsDeaf('ben')).toBe(true);
  say('ben', 4, [{ tag: 'ana00000', number: 1 }]);
  expect(hearers.seemsDeaf('ben')).toBe(false);
});

it('[ROOM-81] a member that speaks alone does not seem deaf', async () => {
  const { clock, hearers, say } = setUp();
  say('ana', 1);
  await clock.advance(2_000);
  for (let number = 1; number <= 5; number += 1) say('ben', number);
  expect(hearers.seemsDeaf('ben')).toBe(false);
});

describe('a digest', () => {
  const digest = { weight: 5, hash: 9 };

  it('[ROOM-233] that lacks what the group brought, three times in succession, shows that its member does not hear', async () => {
    const { clock, hearers, say } = setUp();
    const told: boolean[] = [];
    for (let beacon = 0; beacon < 5; beacon += 1) {
      hearers.digestTold('ben', 'lunch', digest, true);
      told.push(hearers.seemsDeaf('ben'));
      say('ana', beacon + 1);
      await clock.advance(5_000);
    }
    expect(told).toEqual([false, false, false, true, true]);
    say('ben', 1, [{ tag: 'ana00000', number: 1 }]);
    expect(hearers.seemsDeaf('ben')).toBe(false);
  });

  it.each([
    ['changes', { change: true, isBehind: true, lateMs: 0, author: 'ana', room: 'lunch' }],
    ['holds as much as we do', { change: false, isBehind: false, lateMs: 0, author: 'ana', room: 'lunch' }],
    ['comes within 2 s of each message', { change: false, isBehind: true, lateMs: 4_000, author: 'ana', room: 'lunch' }],
    ['lacks its own messages alone', { change: false, isBehind: true, lateMs: 0, author: 'ben', room: 'lunch' }],
    ['is of another room', { change: false, isBehind: true, lateMs: 0, author: 'ana', room: 'tea' }],
  ])('[ROOM-233] that %s shows nothing', async (_what, { change, isBehind, lateMs, author, room }) => {
    const { clock, hearers, say } = setUp();
    // Only the beacons that follow a message closely come while nothing older is new.
    for (let beacon = 0; beacon < 3; beacon += 1) {
      hearers.digestTold('ben', room, change ? { ...digest, weight: beacon } : digest, isBehind);
      await clock.advance(lateMs);
      say(author, beacon + 1, author === 'ben' ? [{ tag: 'ana00000', number: 1 }] : []);
      await clock.advance(5_000 - lateMs);
    }
    hearers.digestTold('ben', room, change ? { ...digest, weight: 9 } : digest, isBehind);
    expect(hearers.seemsDeaf('ben')).toBe(false);
  });

  it('[ROOM-233] counts for ten minutes', async () => {
    const { clock, hearers, say } = setUp();
    for (let beacon = 0; beacon < 4; beacon += 1) {
      hearers.digestTold('ben', 'lunch', digest, true);
      say('ana', beacon + 1);
      await clock.advance(5_000);
    }
    const before = hearers.seemsDeaf('ben');
    await clock.advance(600_000);
    expect([before, hearers.seemsDeaf('ben')]).toEqual([true, false]);
  });
});
