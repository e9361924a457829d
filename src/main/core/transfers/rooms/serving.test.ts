/** The members that get files of rooms, and how much they get. */
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import type { StoredTransfer } from '../ports.ts';
import { createRoomServing } from './serving.ts';

const author = 'a'.repeat(52);
const mebibyte = 1_048_576;
const lunch = conversationOfRoom('lunch');
const held = fakeOffer(author, 1, { conversation: lunch, state: 'done', isHeld: true });

function setUp() {
  const clock = createFakeClock();
  const blocked = new Set<string>();
  const serving = createRoomServing({
    clock,
    isMember: ({ conversation }, peerId) => conversation === lunch && !peerId.startsWith('stranger'),
    isBlocked: (peerId) => blocked.has(peerId),
    isOwn: ({ from }) => from === 'me',
  });
  return { clock, blocked, serving };
}

describe('files of a room', () => {
  test('[RFILE-20] go to members that are not blocked, and to nobody else', () => {
    const { serving, blocked } = setUp();
    blocked.add('blocked');
    expect(['bo', 'stranger', 'blocked'].map((peerId) => serving.serves(peerId, held))).toEqual([true, false, false]);
  });

  test('[RFILE-21] are those of offers that were made here or arrived whole', () => {
    const { serving } = setUp();
    const change = (given: Partial<StoredTransfer>): boolean => serving.serves('bo', { ...held, ...given });
    expect(change({ conversation: conversationOfRoom('other') })).toBe(false);
    expect(change({ conversation: fakeOffer(author, 1).conversation })).toBe(false);
    expect(change({ isHeld: false })).toBe(false);
    for (const state of ['offered', 'accepted', 'running', 'waiting', 'declined', 'cancelled', 'failed'] as const)
      expect(change({ state })).toBe(false);
    const own = (['offered', 'running', 'waiting', 'done', 'cancelled', 'failed'] as const).map((state) =>
      serving.serves('bo', fakeOffer('me', 2, { conversation: lunch, state })),
    );
    expect(own).toEqual([true, true, true, true, false, false]);
  });

  test('[RFILE-22] go to eight members at a time', async () => {
    const { clock, serving } = setUp();
    const begin = (peerId: string): boolean => serving.begin(peerId, held.transferId, mebibyte, 1);
    for (let index = 0; index < 8; index += 1) expect(begin(`p${index}`)).toBe(true);
    expect([begin('p8'), begin('p0'), serving.hasPlaceFor('p8')]).toEqual([false, true, false]);
    serving.left('p1');
    expect([begin('p8'), begin('p9')]).toEqual([true, false]);
    await clock.advance(61_000);
    expect(begin('p9')).toBe(true);
  });

  test('[RFILE-22] go to one member three times and 16 MiB in an hour, and no more', async () => {
    const { clock, serving } = setUp();
    const ask = (): boolean => serving.begin('bo', held.transferId, 10 * mebibyte, 4);
    let chunks = 0;
    for (let index = 0; index < 1_000; index += 1) if (ask()) chunks += 4;
    expect(chunks).toBe(48);
    expect(serving.begin('cy', held.transferId, 10 * mebibyte, 4)).toBe(true);
    await clock.advance(3_600_001);
    expect(ask()).toBe(true);
  });
});
