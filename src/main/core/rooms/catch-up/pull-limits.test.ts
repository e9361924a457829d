/** Pulls with peers that give little, and pulls of several rooms. */
import { afterEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createCatchUpWorld, room, type CatchUpWorld, type WorldNode } from '../../../../../test/fixtures/catch-up-world.ts';
import { createHashes } from '../../../node/crypto/hash.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import { createPullMemory } from './pull-memory.ts';
import { createPulls } from './pulls.ts';
import { createWaits } from './waits.ts';

describe('a peer that gives little', () => {
  let world: CatchUpWorld;

  afterEach(() => world.close());

  function make(seed: string): readonly [WorldNode, WorldNode, WorldNode] {
    world = createCatchUpWorld(seed);
    return [world.add('Ana'), world.add('Bo'), world.add('Cy')];
  }

  function begunWith(name: string): number {
    return world.sent.filter(({ from, to, frame }) => from === 'Bo' && to === name && frame.type === 'heads' && !frame.isAnswer)
      .length;
  }

  test('[ROOM-106] keeps the pull of a room for little more than 30 s', async () => {
    const [ana, bo, cy] = make('slow');
    for (let number = 0; number < 1_500; number += 1) cy.keep(ana.say(['x'], { ms: 20_000 + number }).bytes);
    ana.liesFrame = (_to, frame) => (frame.type === 'blocks' ? { ...frame, blocks: frame.blocks.slice(0, 1) } : frame);
    cy.isOff = true;
    await world.run(25_000);
    const slow = bo.content().length;
    cy.isOff = false;
    await world.run(25_000);
    expect({ isSlow: slow > 0 && slow < 300, ana: begunWith('Ana'), cy: begunWith('Cy'), has: bo.content().length }).toEqual({
      ...{ isSlow: true, ana: 1 },
      ...{ cy: 1, has: 1_500 },
    });
  });

  test('[ROOM-102] for its digest waits longer each time', async () => {
    const [ana, bo, cy] = make('short');
    cy.isOff = true;
    let count = 0;
    ana.liesDigest = () => {
      ana.say(['little'], { ms: 20_000 + count });
      return { weight: 1_000 + count, hash: (count += 1) };
    };
    await world.run(240_000);
    const pulls = begunWith('Ana');
    expect({ isSlow: pulls <= 7, isAsked: pulls >= 4, gained: bo.content().length > 1 }).toEqual({
      ...{ isSlow: true, isAsked: true },
      ...{ gained: true },
    });
  });

  test('[ROOM-107] because it is busy is asked again after its wait', async () => {
    const [ana, bo, cy] = make('busy');
    cy.isOff = true;
    ana.say(['x']);
    let isBusy = true;
    ana.liesFrame = (_to, frame) =>
      isBusy && frame.type === 'heads' ? { type: 'busy', room, id: 0, waitMs: 5_000, holders: [] } : frame;
    world.beacons();
    await world.clock.advance(4_000);
    const first = { asked: begunWith('Ana'), busy: bo.catchUp.counters(room).busy };
    isBusy = false;
    await world.clock.advance(6_000);
    expect({ first, asked: begunWith('Ana'), has: bo.content().length }).toEqual({
      ...{ first: { asked: 1, busy: 1 } },
      ...{ asked: 2, has: 1 },
    });
  });

  test('[ROOM-96] because single wants are refused brings all after the waits', async () => {
    const [ana, bo, cy] = make('busy wants');
    cy.isOff = true;
    for (let number = 0; number < 5; number += 1) ana.say(['x'], { ms: 20_000 + number });
    let refused = 0;
    ana.liesFrame = (_to, frame): RoomFrame | undefined => {
      if (frame.type === 'blocks' && refused < 2) return undefined;
      if (frame.type !== 'end' || frame.id === 0 || refused === 2) return frame;
      refused += 1;
      return { type: 'busy', room, id: frame.id, waitMs: 1_000, holders: [] };
    };
    world.beacons();
    await world.clock.advance(8_000);
    expect({ refused, pulls: begunWith('Ana'), has: bo.content().length }).toEqual({ refused: 2, pulls: 1, has: 5 });
  });

  test('[ROOM-96] because it refuses single wants again and again is left after the fourth', async () => {
    const [ana, bo, cy] = make('only refuses');
    cy.isOff = true;
    ana.say(['x'], { ms: 20_000 });
    let refused = 0;
    ana.liesFrame = (_to, frame): RoomFrame | undefined => {
      if (frame.type === 'blocks') return undefined;
      if (frame.type !== 'end' || frame.id === 0) return frame;
      refused += 1;
      return { type: 'busy', room, id: frame.id, waitMs: 1_000, holders: [] };
    };
    world.beacons();
    await world.clock.advance(8_000);
    expect({ refused, pulls: begunWith('Ana'), has: bo.content().length }).toEqual({ refused: 4, pulls: 1, has: 0 });
  });
});

test('[ROOM-105] pulls of two rooms run at once, and a third is refused', async () => {
  const clock = createFakeClock();
  const waits = createWaits(clock);
  const sent: string[] = [];
  const digest = { weight: 1, hash: 1 };
  const pulls = createPulls({
    ...{ hash: createHashes(), waits, memory: createPullMemory(clock) },
    fetch: { run: () => Promise.resolve({ gained: 0, end: 'complete' }) },
    serve: { beginPull: () => true, endPull: () => undefined, refuse: () => undefined },
    send: (peerId, { type }) => sent.push(`${type} ${peerId}`) > 0,
    open: () => Promise.resolve(true),
    shares: () => true,
    onHeadsOf: () => undefined,
    digest: () => digest,
    heads: () => [],
    onExchanged: () => undefined,
    onServed: () => undefined,
  });
  const rooms = ['1', '2', '3'].map((digit) => digit.repeat(16)) as [string, string, string];
  const results: string[] = [];
  const pull = (peerId: string, of: string): void => void pulls.pull(peerId, of).then(({ kind }) => results.push(kind));
  pull('ana', rooms[0]);
  pull('bo', rooms[0]);
  pull('bo', rooms[1]);
  pull('cy', rooms[2]);
  await clock.advance(1);
  expect({ results, sent }).toEqual({ results: ['full', 'full'], sent: ['heads ana', 'heads bo'] });
  pulls.onHeads('ana', { type: 'heads', room: rooms[0], isAnswer: true, isLast: true, digest: new Uint8Array(8), heads: [] });
  await clock.advance(1);
  pull('cy', rooms[2]);
  await clock.advance(10_000);
  // No heads come from Bo and Cy in 10 s.
  expect({ results, hasPlace: pulls.hasPlace() }).toEqual({
    results: ['full', 'full', 'nothing', 'lost', 'lost'],
    hasPlace: true,
  });
  pulls.close();
  waits.close();
});
