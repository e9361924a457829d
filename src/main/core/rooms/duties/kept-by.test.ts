import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import { createKeptBy, type KeptBy } from './kept-by.ts';

const tag = 'a'.repeat(16);
const short = 'a'.repeat(8);
const room = 'b'.repeat(16);

interface World {
  readonly keptBy: KeptBy;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly members: Set<string>;
  readonly tops: Map<string, number>;
  readonly events: string[];
  readonly asked: string[];
  readonly reads: { count: number };
  sent(...numbers: readonly number[]): void;
}

function createWorld(): World {
  const clock = createFakeClock();
  const members = new Set(['ana', 'ben']);
  const tops = new Map<string, number>();
  const events: string[] = [];
  const asked: string[] = [];
  const reads = { count: 0 };
  const keptBy = createKeptBy({
    clock,
    membersOf: () => [...members],
    topOf(peerId, shortTag) {
      reads.count += 1;
      return shortTag === short ? tops.get(peerId) : undefined;
    },
    askTops: (peerId, _room, tags) => void asked.push(`${peerId} ${tags.join()}`),
    onMore: (messageId, _conversation, { count, of }) => void events.push(`${messageId} ${count}/${of}`),
    onDropped: ({ number }) => void events.push(`dropped ${number}`),
    onAll: (_room, _tag, messages) => void events.push(`all ${messages.map(({ number }) => number).join()}`),
  });
  const sent = (...numbers: readonly number[]): void =>
    keptBy.sent(
      numbers.map(
        (number) =>
          ({ messageId: `m${number}`, conversation: conversationOfRoom('lunch'), sequence: number }) as unknown as StoredMessage,
      ),
      room,
      'lunch',
      tag,
    );
  return { keptBy, clock, members, tops, events, asked, reads, sent };
}

it('[ROOM-126] each higher count is told, and the end once all members have it', () => {
  const { keptBy, tops, events, sent } = createWorld();
  sent(1, 2);
  keptBy.review();
  expect([events, keptBy.countOf('m2')]).toEqual([[], { count: 0, of: 2 }]);
  tops.set('ana', 1);
  keptBy.review();
  tops.set('ana', 2).set('ben', 2);
  keptBy.review();
  keptBy.review();
  expect(events).toEqual(['m1 1/2', 'm1 2/2', 'm2 2/2', 'all 1,2']);
  expect(keptBy.countOf('m1')).toBeUndefined();
});

it('[ROOM-126] without a member nothing is delivered, and a member that goes is not waited for', () => {
  const { keptBy, members, tops, events, sent } = createWorld();
  members.clear();
  sent(1);
  keptBy.review();
  expect(events).toEqual([]);
  members.add('ana').add('ben');
  tops.set('ana', 1);
  keptBy.review();
  members.delete('ben');
  keptBy.review();
  expect(events).toEqual(['m1 1/2', 'm1 1/1', 'all 1']);
});

it('[ROOM-126] who did not say so is asked three times, a second after the last message', async () => {
  const { keptBy, clock, tops, asked, sent } = createWorld();
  sent(1);
  await clock.advance(900);
  sent(2);
  tops.set('ana', 2);
  await clock.advance(999);
  expect(asked).toEqual([]);
  await clock.advance(1);
  expect(asked).toEqual([`ben ${short}`]);
  await clock.advance(60_000);
  expect(asked).toHaveLength(3);
  keptBy.close();
});

it.each([
  [3, 3],
  [10, 6],
  [100, 1],
])('[ROOM-126] all %i members of a room together ask at most 60 times a second: each asks %i', async (count, expected) => {
  const { clock, members, asked, sent } = createWorld();
  members.clear();
  for (let index = 0; index < count; index += 1) members.add(`peer ${index}`);
  sent(1);
  await clock.advance(1_000);
  expect(asked).toHaveLength(expected);
});

it('[ROOM-126] of 1,024 messages that wait, members are read once, not once per message', () => {
  const { keptBy, reads, sent } = createWorld();
  sent(...Array.from({ length: 1_100 }, (_, index) => index + 1));
  expect([keptBy.countOf('m76'), keptBy.countOf('m77')]).toEqual([undefined, { count: 0, of: 2 }]);
  keptBy.review();
  expect(reads.count).toBe(2);
});

it('[ROOM-126] after the end no timer is set', async () => {
  const { keptBy, clock, asked, sent } = createWorld();
  keptBy.close();
  sent(1);
  expect(clock.pendingTimers()).toBe(0);
  await clock.advance(5_000);
  expect(asked).toEqual([]);
});
