import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createKeptRoom, lunch, type BlockAuthor } from '../../../../../test/fixtures/block-author.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createWaits, type Waits } from '../catch-up/waits.ts';
import { createFeeding, type Feeding } from './feeding.ts';

let clock: FakeClock;
let waits: Waits;
let feeding: Feeding;
let ana: BlockAuthor;
let share: number | undefined;
let members: readonly string[];
let log: string[];

beforeEach(() => {
  clock = createFakeClock();
  waits = createWaits(clock);
  ana = createKeptRoom().author('ana');
  [share, members, log] = [undefined, ['ben', 'cia', 'dan', 'eva', 'deaf'], []];
  feeding = createFeeding({
    ...{ clock, waits, random: createSeededRandom('feeding') },
    tree: { serve: (_room, blocks, list) => void log.push(`${blocks.length} to ${list.join()}`) },
    send(peerId, frame) {
      if (frame.type === 'feed') log.push(`feed ${frame.isOn} to ${peerId}`);
      if (frame.type === 'busy') log.push(`busy to ${peerId}: ${frame.holders.join()}`);
      return true;
    },
    open: () => Promise.resolve(true),
    isMember: (peerId) => peerId !== 'stranger',
    membersOf: () => members,
    hearsWell: (peerId) => peerId !== 'deaf',
    rooms: () => [lunch],
    lostShare: () => share,
  });
  feeding.start();
});
afterEach(() => waits.close());

function busyOf(holders: readonly string[]) {
  return { room: lunch, id: Number.MAX_SAFE_INTEGER, waitMs: 60_000, holders };
}

it('[ROOM-160] a node that loses 15 % asks one member that hears well, and no other', async () => {
  share = 0.149;
  await clock.advance(20_000);
  const before = [...log];
  share = 0.15;
  await clock.advance(60_000);
  expect({ before, log: log.length, feeder: members.slice(0, 4).includes(feeding.feederOf(lunch) ?? '') }).toEqual({
    ...{ before: [], log: 1 },
    feeder: true,
  });
});

it('[ROOM-161] a node feeds 32 peers with each new block, and names three others to the next', () => {
  for (let index = 0; index < 33; index += 1) feeding.onFeed(`peer ${index}`, { room: lunch, isOn: true });
  feeding.onFeed('stranger', { room: lunch, isOn: true });
  const busy = log.splice(0);
  feeding.give(ana.say(['hello']), 'peer 0');
  feeding.onFeed('peer 1', { room: lunch, isOn: false });
  feeding.sessionClosed('peer 2');
  const given = log.splice(0);
  feeding.give(ana.say(['again']), ana.peerId, new Set(['peer 3']));
  expect({
    busy: busy.map((line) => line.split(',').length),
    given: given.length,
    isBack: given.includes('1 to peer 0'),
    after: log.length,
  }).toEqual({ busy: [3], given: 31, isBack: false, after: 29 });
});

it('[ROOM-161] a node that is fed itself feeds nobody, and one that is refused asks one of those named', async () => {
  share = 0.3;
  await clock.advance(5_000);
  const first = feeding.feederOf(lunch) ?? '';
  feeding.onFeed('zoe', { room: lunch, isOn: true });
  feeding.onBusy('somebody', busyOf(['eva']));
  const stays = feeding.feederOf(lunch) === first;
  const other = members.find((name) => name !== first && name !== 'deaf') ?? '';
  feeding.onBusy(first, busyOf(['nobody', other]));
  await clock.advance(1);
  expect({ stays, feeder: feeding.feederOf(lunch), log: log.map((line) => line.split(':')[0]) }).toEqual({
    stays: true,
    feeder: other,
    log: [`feed true to ${first}`, 'busy to zoe', `feed true to ${other}`],
  });
});

it.each([
  [0.2, true],
  [0.02, false],
])('[ROOM-162] at a loss of %f for 11 minutes the node is still fed: %o', async (loss, isFed) => {
  share = 0.3;
  await clock.advance(5_000);
  const feeder = feeding.feederOf(lunch) ?? '';
  share = 0;
  const random = createSeededRandom('losses');
  for (let index = 0; index < 700; index += 1) {
    const { bytes } = ana.say([`${index}`]);
    feeding.passed(feeder, lunch, bytes, true);
    if (random.fraction() >= loss) feeding.heardBytes(bytes);
    await clock.advance(1_000);
  }
  expect({ isFed: feeding.feederOf(lunch) !== undefined, told: log.includes(`feed false to ${feeder}`) }).toEqual({
    isFed,
    told: !isFed,
  });
});

it('[ROOM-163] when the session with its feeder ends, a node that still loses much asks again', async () => {
  share = 0.3;
  await clock.advance(5_000);
  feeding.sessionClosed(feeding.feederOf(lunch) ?? '');
  const none = feeding.feederOf(lunch);
  await clock.advance(5_000);
  expect({ none, isFed: feeding.feederOf(lunch) !== undefined, asked: log.length }).toEqual({
    none: undefined,
    isFed: true,
    asked: 2,
  });
});
