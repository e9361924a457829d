/** Limits on the rows of unknown senders in the table of transfers, and which transfer makes room. */
import { expect, test } from 'vitest';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { defaultTransferOptions } from './options.ts';
import type { StoredTransfer } from './ports.ts';
import { firstToForget, hasPlaceFor } from './table-limits.ts';

const peer = (letter: string): string => letter.repeat(52);
const [friend, other, unknown] = [peer('a'), peer('b'), peer('c')];
const isFamiliar = (peerId: string): boolean => peerId === friend || peerId === other;

function offersOf(from: string, count: number, change: Partial<StoredTransfer> = {}): readonly StoredTransfer[] {
  return Array.from({ length: count }, (_, index) => fakeOffer(from, index, change));
}

function hasPlace(from: string, waiting: readonly StoredTransfer[]): boolean {
  return hasPlaceFor(from, waiting, isFamiliar, defaultTransferOptions);
}

test('[FILE-41] an unknown sender gets fewer places than a familiar peer', () => {
  const kept = [19, 20].map((count) => hasPlace(unknown, offersOf(unknown, count)));
  expect([...kept, hasPlace(friend, offersOf(friend, 99)), hasPlace(friend, offersOf(friend, 100))]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('[FILE-41] all unknown senders together leave places for familiar peers', () => {
  const waiting = 'defghijklmnopqrstuvw'.split('').flatMap((letter) => offersOf(peer(letter), 20));
  expect([waiting.length, hasPlace(unknown, waiting), hasPlace(friend, waiting)]).toEqual([400, false, true]);
});

test('[FILE-11] a limited number of offers waits, whoever made them', () => {
  const familiar = (count: number): readonly StoredTransfer[] => offersOf(other, count);
  const places = [999, 1_000].map((count) => hasPlace(friend, familiar(count)));
  expect([...places, hasPlace(unknown, familiar(1_000))]).toEqual([true, false, false]);
});

test('[FILE-42] the oldest final transfer of the peer that has most makes room, told or not', () => {
  const flood = offersOf(unknown, 5, { state: 'failed', code: 'expired', isTold: false });
  const transfers = [...offersOf(friend, 3, { state: 'done', offeredAtMs: 1 }), ...offersOf(other, 9), ...flood];
  expect(firstToForget(transfers)).toBe(flood[0]);
  expect(firstToForget(offersOf(other, 9))).toBeUndefined();
});
