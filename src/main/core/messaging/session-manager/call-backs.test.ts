import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Endpoint } from '../../ports.ts';
import { createCallBacks } from './call-backs.ts';

const callBackGapMs = 2_000;

function openCallBacks({ port = 40_000, isOnline = true, maxBackOffs = 8 } = {}) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const endpoints: readonly Endpoint[] = [{ family: 'ipv4', address: '10.0.0.2', port }];
  const callBacks = createCallBacks(
    {
      clock,
      askToCall(peerId, isRepeated) {
        if (isOnline) asked.push(`${peerId}${isRepeated ? ' again' : ''}`);
        return isOnline;
      },
      addressesOf: (peerId) => (peerId === 'nowhere' ? [] : endpoints),
    },
    { callBackGapMs, maxBackOffs },
  );
  return { clock, asked, ...callBacks };
}

test('[CALL-7] a request is a repeated one until a session with that peer opens', () => {
  const { ask, reached, asked, counters } = openCallBacks();
  for (const peerId of ['bo', 'bo', 'cleo']) ask(peerId);
  reached('bo');
  ask('bo');
  expect({ asked, counters: counters() }).toEqual({
    asked: ['bo', 'bo again', 'cleo', 'bo'],
    counters: { asked: 4, followed: 0 },
  });
});

test('[CALL-7] a peer that is not online is not asked, and that is no request', () => {
  const { ask, counters } = openCallBacks({ isOnline: false });
  ask('bo');
  expect(counters()).toEqual({ asked: 0, followed: 0 });
});

test('[CALL-8] of the requests of each peer, one in two seconds may be followed', async () => {
  const { clock, mayFollow, followed, counters } = openCallBacks();
  const first = [mayFollow('bo'), mayFollow('bo'), mayFollow('cleo')];
  followed();
  await clock.advance(callBackGapMs - 1);
  const early = mayFollow('bo');
  await clock.advance(1);
  expect({ first, early, later: mayFollow('bo'), counters: counters() }).toEqual({
    first: [true, false, true],
    early: false,
    later: true,
    counters: { asked: 0, followed: 1 },
  });
});

test('[CALL-8] a peer that accepts no sessions, or at a well-known port, is not called', () => {
  expect({
    nowhere: openCallBacks().mayFollow('nowhere'),
    lastSystemPort: openCallBacks({ port: 1_023 }).mayFollow('bo'),
    firstOther: openCallBacks({ port: 1_024 }).mayFollow('bo'),
  }).toEqual({ nowhere: false, lastSystemPort: false, firstOther: true });
});

test('[CALL-8] remembers a limited number of peers, the latest', () => {
  const { mayFollow } = openCallBacks({ maxBackOffs: 2 });
  for (const peerId of ['ana', 'bo', 'cleo']) mayFollow(peerId);
  expect({ cleo: mayFollow('cleo'), ana: mayFollow('ana') }).toEqual({ cleo: false, ana: true });
});
