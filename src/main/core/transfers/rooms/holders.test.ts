/** The members that are asked for files of a room, and the answers that count. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { createHolders } from './holders.ts';

const [ana, bo, cy] = ['a'.repeat(52), 'b'.repeat(52), 'c'.repeat(52)];

interface Setting {
  readonly isSent?: boolean;
  /** Whether a session opens, once that is known. */
  readonly open?: () => Promise<boolean>;
  readonly away?: ReadonlySet<string>;
  readonly connected?: readonly string[];
  readonly blocked?: ReadonlySet<string>;
  readonly members?: readonly string[];
}

function makeHolders(setting: Setting = {}) {
  const { isSent = true, open = () => Promise.resolve(true), away, connected = [], blocked, members = [ana, bo] } = setting;
  const clock = createFakeClock();
  const transfer = fakeOffer(ana, 1, { conversation: conversationOfRoom('lunch') });
  const asked: string[] = [];
  let news = 0;
  const holders = createHolders({
    ...{ clock, random: { fraction: () => 0 }, isMember: () => true },
    ...{ isHere: (peerId) => !away?.has(peerId), isBlocked: (peerId) => blocked?.has(peerId) ?? false },
    sessions: {
      open,
      send(peerId) {
        asked.push(peerId.slice(0, 1));
        return isSent;
      },
    },
    membersOf: () => members,
    isConnected: (peerId) => connected.includes(peerId),
    onNews: () => void (news += 1),
  });
  const answer = (peerId: string, given: 'has' | 'busy' | 'not', named: readonly string[] = []): void =>
    holders.answered(transfer, peerId, { transferId: transfer.transferId, answer: given, holders: named });
  const next = (): string | undefined => holders.next(transfer, () => false);
  const search = async (): Promise<readonly string[]> => {
    const before = asked.length;
    holders.search(transfer);
    await clock.advance(1);
    return asked.slice(before);
  };
  return { clock, transfer, asked, holders, answer, next, search, news: () => news };
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

test('[RFILE-18] a member that sends wrong bytes while it is asked again is not believed', async () => {
  const { clock, transfer, holders, answer, next, search } = makeHolders();
  await search();
  answer(bo, 'has');
  await clock.advance(6_000);
  holders.refresh(transfer, bo);
  holders.failed(transfer.transferId, bo, 'wrong');
  answer(bo, 'has');
  holders.heard(bo);
  expect([next(), await search()]).toEqual([undefined, []]);
});

test('[RFILE-18] a member that sent wrong bytes is remembered, though all else was forgotten', async () => {
  const { transfer, holders, search } = makeHolders();
  holders.forget(transfer.transferId);
  holders.failed(transfer.transferId, bo, 'wrong');
  expect(await search()).toEqual(['a']);
});

test.each<[string, 'slow' | 'gone', number]>([
  ['was too slow', 'slow', 60_000],
  ['went away', 'gone', 10_000],
])('[RFILE-10] a member that %s is tried again later, or once there is news of it', async (_, why, waitMs) => {
  const { clock, transfer, holders, answer, next, search } = makeHolders({ members: [bo] });
  const { transferId } = transfer;
  await search();
  answer(bo, 'has');
  holders.failed(transferId, bo, why);
  const atOnce = [next(), holders.isSearching(transfer), holders.isPromising(transfer)];
  holders.heard(bo);
  const heard = [next(), holders.isPromising(transfer)];
  holders.failed(transferId, bo, why);
  await clock.advance(waitMs - 1);
  const before = next();
  await clock.advance(1);
  expect([atOnce, heard, before, next()]).toEqual([[undefined, false, false], [bo, true], undefined, bo]);
});

test('[RFILE-22] a member that serves enough others is worth the wait, and is tried after it', async () => {
  const { clock, transfer, holders, answer, next, search } = makeHolders({ members: [bo] });
  await search();
  answer(bo, 'busy');
  const before = [next(), holders.isSearching(transfer)];
  await clock.advance(2_000);
  expect([before, next()]).toEqual([[undefined, true], bo]);
});

test('[RFILE-8] a member that has the files and is away, or blocked, is nobody to wait for', async () => {
  const [away, blocked] = [new Set<string>(), new Set<string>()];
  const { transfer, holders, answer, next, search } = makeHolders({ away, blocked, members: [bo] });
  await search();
  answer(bo, 'has');
  const state = (): unknown => [next(), holders.isSearching(transfer), holders.isPromising(transfer)];
  const here = state();
  away.add(bo);
  const gone = state();
  away.clear();
  blocked.add(bo);
  expect([here, gone, state()]).toEqual([
    [bo, true, true],
    [undefined, false, false],
    [undefined, false, false],
  ]);
});

test('[RFILE-8] a member that nobody sees is tried on the connection that it opened', async () => {
  const away = new Set<string>();
  const { answer, next, search } = makeHolders({ away, connected: [bo], members: [bo] });
  await search();
  answer(bo, 'busy');
  away.add(bo);
  // Its connection is there, so there is no wait either.
  expect(next()).toBe(bo);
});

test('[RFILE-13] a member without the files is asked again after a minute, or once there is news of it', async () => {
  const { clock, holders, answer, search } = makeHolders({ members: [bo, cy] });
  await search();
  for (const peerId of [bo, cy]) answer(peerId, 'not');
  const atOnce = await search();
  holders.heard(bo);
  const heard = await search();
  await clock.advance(60_000);
  expect([atOnce, heard, await search()]).toEqual([[], ['b'], ['c']]);
});

test('[RFILE-13] news of a member that is asked already, or of somebody unknown, asks nobody twice', async () => {
  const { holders, search } = makeHolders({ members: [bo] });
  const first = await search();
  holders.heard(bo);
  holders.heard(cy);
  expect([first, await search()]).toEqual([['b'], []]);
});

test.each<[string, Setting]>([
  ['no session opens', { open: () => Promise.resolve(false) }],
  ['takes no ask', { isSent: false }],
])('[RFILE-10] a member to which %s is passed over at once, and asked again after 10 s', async (_, setting) => {
  const opened: number[] = [];
  const open = (): Promise<boolean> => {
    opened.push(1);
    return setting.open?.() ?? Promise.resolve(true);
  };
  const { clock, transfer, holders, search, news } = makeHolders({ ...setting, open, members: [bo] });
  await search();
  const atOnce = [holders.isSearching(transfer), news()];
  await clock.advance(9_900);
  await search();
  const before = opened.length;
  await clock.advance(200);
  await search();
  expect([atOnce, before, opened.length]).toEqual([[false, 1], 1, 2]);
});

test('[RFILE-10] a refusal that comes before its session fails counts for its own time', async () => {
  let fail: () => void = () => undefined;
  const open = (): Promise<boolean> => new Promise((resolve) => (fail = () => resolve(false)));
  const { clock, transfer, holders, search } = makeHolders({ open, members: [bo] });
  await search();
  holders.failed(transfer.transferId, bo, 'refused');
  fail();
  await clock.advance(29_000);
  const before = holders.isPromising(transfer);
  await clock.advance(1_000);
  expect([before, holders.isPromising(transfer)]).toEqual([false, true]);
});
