import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Reference } from '../wire/block.ts';
import { createHearers } from './hearers.ts';

function setUp() {
  const clock = createFakeClock();
  const hearers = createHearers(clock);
  const say = (authorId: string, last: number, references: readonly Reference[] = []) =>
    hearers.heard({ tag: `${authorId.padEnd(8, '0')}00000000`, authorId, last, references });
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
