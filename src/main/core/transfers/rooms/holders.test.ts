/** The members that are asked for files of a room, and the answers that count. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { createHolders } from './holders.ts';

const [ana, bo, cy] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52)];

function makeHolders() {
  const clock = createFakeClock();
  const transfer = fakeOffer(ana, 1, { conversation: conversationOfRoom('lunch') });
  const asked: string[] = [];
  let news = 0;
  const holders = createHolders({
    ...{ clock, random: { fraction: () => 0 }, isHere: () => true, isBlocked: () => false, isMember: () => true },
    sessions: {
      open: () => Promise.resolve(true),
      send(peerId) {
        asked.push(peerId.slice(0, 1));
        return true;
      },
    },
    membersOf: () => [ana, bo],
    isConnected: () => false,
    onNews: () => void (news += 1),
  });
  const answer = (peerId: string, given: 'has' | 'not', named: readonly string[] = []): void =>
    holders.answered(transfer, peerId, { transferId: transfer.transferId, answer: given, holders: named });
  return { clock, transfer, asked, holders, answer, news: () => news };
}

test('[RFILE-13] a member answers once for each time that it is asked', async () => {
  const { clock, transfer, asked, holders, answer, news } = makeHolders();
  answer(bo, 'has');
  holders.search(transfer);
  await clock.advance(1);
  for (let count = 0; count < 100; count += 1) answer(bo, 'has');
  const once = news();
  await clock.advance(6_000);
  const before = news();
  holders.refresh(transfer, bo);
  for (let count = 0; count < 100; count += 1) answer(bo, 'has');
  expect([once, news() - before, asked]).toEqual([1, 1, ['a', 'b', 'b']]);
});

test('[RFILE-13] only the author names members that have the files', async () => {
  const { clock, transfer, holders, answer } = makeHolders();
  holders.search(transfer);
  await clock.advance(1);
  answer(bo, 'not', [cy]);
  const named = [holders.next(transfer, () => false)];
  answer(ana, 'not', [cy]);
  expect([...named, holders.next(transfer, () => false)]).toEqual([undefined, cy]);
});

test('[RFILE-18] a member that sent wrong bytes is asked again after an hour, and counts then', async () => {
  const { clock, transfer, holders, answer } = makeHolders();
  const search = async (): Promise<string | undefined> => {
    holders.search(transfer);
    await clock.advance(1);
    answer(ana, 'not');
    answer(bo, 'has');
    return holders.next(transfer, () => false);
  };
  const first = await search();
  holders.failed(transfer.transferId, bo, 'wrong');
  holders.failed(transfer.transferId, bo, 'gone');
  await clock.advance(3_500_000);
  const within = await search();
  await clock.advance(200_000);
  expect([first, within, await search()]).toEqual([bo, undefined, bo]);
});
