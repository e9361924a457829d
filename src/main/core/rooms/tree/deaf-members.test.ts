import { beforeEach, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Hearing } from '../live/hearers.ts';
import { createDeafMembers, type DeafMembers } from './deaf-members.ts';

let clock: FakeClock;
let deaf: DeafMembers;
let unicastOnly: Set<string>;
let silent: Set<string>;
let hearing: Hearing | undefined;

beforeEach(() => {
  clock = createFakeClock();
  [unicastOnly, silent, hearing] = [new Set(), new Set(), undefined];
  deaf = createDeafMembers({
    clock,
    ownPeerId: 'me',
    isUnicastOnly: (peerId) => unicastOnly.has(peerId),
    hearers: () => ({ hearing: () => hearing, seemsDeaf: (peerId) => silent.has(peerId) }),
  });
  deaf.noteListed('ana');
});

it('[ROOM-150] a peer whose multicast does not come is deaf, once it was listed for 10 s', async () => {
  unicastOnly.add('ana');
  const before = deaf.isDeaf('ana');
  await clock.advance(10_000);
  expect({ before, after: deaf.isDeaf('ana'), unknown: deaf.isDeaf('ben') }).toEqual({
    before: false,
    after: true,
    unknown: false,
  });
});

it('[ROOM-150] a peer that asks for our beacon twice within a minute is deaf, until it stops', async () => {
  await clock.advance(20_000);
  deaf.noteWantsBeacon('ana');
  deaf.noteWantsBeacon('ana');
  const atOnce = deaf.isDeaf('ana');
  await clock.advance(8_000);
  deaf.noteWantsBeacon('ana');
  const twice = deaf.isDeaf('ana');
  await clock.advance(60_001);
  expect({ atOnce, twice, later: deaf.isDeaf('ana') }).toEqual({ atOnce: false, twice: true, later: false });
});

it('[ROOM-151] a peer that names messages of ours hears us, whatever presence says', async () => {
  unicastOnly.add('ana');
  await clock.advance(20_000);
  hearing = { named: 1, asked: 0, lastMs: clock.monotonicMs() };
  const named = deaf.isDeaf('ana');
  await clock.advance(60_001);
  expect({ named, later: deaf.isDeaf('ana') }).toEqual({ named: false, later: true });
});

it('[ROOM-151] a peer whose blocks name nothing that the group brought is deaf', async () => {
  await clock.advance(20_000);
  const before = deaf.isDeaf('ana');
  silent.add('ana');
  expect({ before, after: deaf.isDeaf('ana') }).toEqual({ before: false, after: true });
});

it('[ROOM-150] a peer that left and came again is new', async () => {
  unicastOnly.add('ana');
  await clock.advance(20_000);
  deaf.noteGone('ana');
  deaf.noteListed('ana');
  expect(deaf.isDeaf('ana')).toBe(false);
});
