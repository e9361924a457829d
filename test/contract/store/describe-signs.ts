/**
 * The contract of a store for searches of pieces with signs, such as `c++`. Part of store-suite.ts.
 */
import { expect, it } from 'vitest';
import type { MessageStore } from '../../../src/main/core/messaging/ports.ts';
import type { FakeClock } from '../../fakes/fake-clock.ts';
import { searchAll } from '../../fakes/store-slices.ts';
import { settleMs } from './describe-conversations.ts';
import { ana, ben, incoming, texts } from './sample-messages.ts';

/** Oldest first. */
const samples = [
  ...['a -> b', 'well :)', 'I like C++ and C', 'said as v1.2.3'],
  ...['a > b - c', 'well: (yes)', 'c, not cake', 'said as 1 2 3'],
  ...['b->c', ':) again', 'c++, again', 'and v1.2.3 again'],
  ...['- >', ') :', 'C + +, or c+', 'v1.2.4 and 1.2, 3'],
];

/** Newest first. */
const findings: Readonly<Record<string, readonly string[]>> = {
  '->': ['b->c', 'a -> b'],
  ':)': [':) again', 'well :)'],
  'c++': ['c++, again', 'I like C++ and C'],
  '1.2.3': ['and v1.2.3 again', 'said as v1.2.3'],
};

export function describeSigns(getStore: () => MessageStore, getClock: () => FakeClock): void {
  it.each([
    ['before they are indexed', 0],
    ['when half of them are indexed', samples.length / 2],
    ['when all are indexed', samples.length],
  ])('[STORE-6] finds the messages with a piece of signs as typed, newest first and no others, %s', async (_when, indexed) => {
    const store = getStore();
    const add = (from: number, to: number): void => {
      for (const [index, text] of samples.entries()) {
        if (index >= from && index < to) store.addIncoming(incoming(index + 1, index % 2 === 0 ? ana : ben, { text }));
      }
    };
    add(0, indexed);
    await getClock().advance(settleMs);
    add(indexed, samples.length);
    const found = (limit: number): unknown =>
      Object.fromEntries(Object.keys(findings).map((query) => [query, texts(searchAll(store, query, { limit }))]));
    expect(found(samples.length)).toEqual(findings);
    // What merely has the same letters is newer, and takes no place of what is found.
    expect(found(1)).toEqual(Object.fromEntries(Object.entries(findings).map(([query, all]) => [query, all.slice(0, 1)])));
  });
}
