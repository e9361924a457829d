import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createRecount } from './recount.ts';

const [tag, other] = ['a'.repeat(16), 'b'.repeat(16)];

function createWorld() {
  const clock = createFakeClock();
  const members = new Set(['ana', 'ben']);
  const tops = new Map<string, number>();
  const done: string[] = [];
  const asked: string[] = [];
  const recount = createRecount({
    clock,
    membersOf: () => [...members],
    topOf: (peerId, shortTag) => tops.get(`${peerId} ${shortTag}`),
    askTops: (peerId, room, tags) => void asked.push(`${peerId} ${room} ${tags.join()}`),
    onAll: (room, log, through) => void done.push(`${room} ${log.slice(0, 1)} ${through}`),
  });
  const says = (peerId: string, log: string, number: number): void => {
    tops.set(`${peerId} ${log.slice(0, 8)}`, number);
    recount.review();
  };
  return { clock, members, done, asked, recount, says };
}

it('[ROOM-208] a log of an earlier run is delivered once every member says that it holds it', () => {
  const { members, done, recount, says } = createWorld();
  recount.add('r', 'lunch', tag, 7);
  recount.add('r', 'lunch', tag, 5);
  says('ana', tag, 9);
  says('ben', tag, 6);
  const before = [...done];
  says('ben', tag, 7);
  members.clear();
  recount.add('r', 'lunch', other, 1);
  recount.review();
  expect([before, done]).toEqual([[], ['r a 7']]);
  recount.close();
});

it('[ROOM-208] members that say nothing of it are asked after 30 s, and again after ten minutes', async () => {
  const { clock, asked, done, recount, says } = createWorld();
  recount.add('r', 'lunch', tag, 7);
  recount.add('r', 'lunch', other, 3);
  says('ana', tag, 7);
  await clock.advance(30_000);
  const first = asked.splice(0);
  await clock.advance(300_000);
  expect([first, asked]).toEqual([[`ana r ${'b'.repeat(8)}`, `ben r ${'a'.repeat(8)},${'b'.repeat(8)}`], []]);
  await clock.advance(300_000);
  expect(asked).toHaveLength(2);
  for (const log of [tag, other]) for (const peerId of ['ana', 'ben']) says(peerId, log, 7);
  await clock.advance(3_600_000);
  expect([done, clock.pendingTimers()]).toEqual([['r a 7', 'r b 3'], 0]);
});
