import { createHashes } from '../../node/crypto/hash.ts';
import { expect, test } from 'vitest';
import { createBreakableStore } from '../../../../test/fakes/breakable-store.ts';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { sampleAnnouncement } from '../../../../test/fixtures/sample-datagrams.ts';
import { createAcquaintances } from './contact-book.ts';
import { createPeople } from './resolve-contact.ts';
import type { PeerRecord } from '../presence/index.ts';

const dayMs = 86_400_000;
const self = 'z'.repeat(52);
const [ana, bo, cy] = ['a', 'b', 'c'].map((letter) => letter.repeat(52)) as [string, string, string];

function makePeople(store = createBreakableStore({ clock: createFakeClock() })) {
  const clock = createFakeClock();
  const log: string[] = [];
  const acquaintances = createAcquaintances({ clock, store, log: { write: (_level, message) => void log.push(message) } });
  const here = new Map<string, PeerRecord>();
  const people = createPeople({ hash: createHashes(), ownPeerId: self, acquaintances, here: () => [...here.values()] });
  return {
    clock,
    store,
    log,
    acquaintances,
    people,
    /** Somebody is here under that name, from now on. */
    arrive(peerId: string, name: string, host = 'host'): void {
      here.set(peerId, { peerId, announcement: sampleAnnouncement({ name, host }) } as PeerRecord);
      acquaintances.met(peerId, name || host);
    },
    leave(peerId: string): void {
      here.delete(peerId);
      acquaintances.left(peerId, clock.wallMs());
    },
  };
}

function candidates(result: ReturnType<ReturnType<typeof makePeople>['people']['resolve']>): readonly string[] {
  return result.ok ? [result.peerId] : result.candidates.map(({ peerId }) => peerId);
}

test('[TRUST-1] a key is remembered by the name that it was seen with last, and when it was seen first and last', async () => {
  const { clock, arrive, leave, store, people } = makePeople();
  const firstMs = clock.wallMs();
  arrive(ana, 'Ana');
  await clock.advance(1_000);
  arrive(ana, 'Anna');
  await clock.advance(1_000);
  leave(ana);
  expect(people.acquaintance(ana)).toEqual({
    peerId: ana,
    name: 'Anna',
    nameSinceMs: firstMs + 1_000,
    firstSeenMs: firstMs,
    lastSeenMs: firstMs + 2_000,
    verified: false,
    blocked: false,
  });
  expect(makePeople(store).people.acquaintance(ana)).toEqual(people.acquaintance(ana));
});

test('[TRUST-1] the same name with another key is another person', () => {
  const { arrive, people } = makePeople();
  arrive(ana, 'Ana');
  people.setVerified(ana, true);
  arrive(bo, 'Ana');
  expect([people.acquaintance(ana)?.verified, people.acquaintance(bo)?.verified]).toEqual([true, false]);
});

test('[TRUST-1] somebody whose name shows nothing is known by the name of the host', () => {
  const { arrive, people } = makePeople();
  arrive(ana, '', 'ana-pc');
  expect(people.resolve('Ana-PC')).toEqual({ ok: true, peerId: ana });
});

test('[TRUST-2] a name that another key had before is a reason to warn, and not the other way round', async () => {
  const { clock, arrive, leave, people } = makePeople();
  arrive(ana, 'Ana');
  leave(ana);
  await clock.advance(dayMs);
  arrive(bo, ' aNa ');
  expect([people.earlierHolder(bo)?.peerId, people.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] it counts who had the name first, not who was met first', async () => {
  const { clock, arrive, people } = makePeople();
  arrive(bo, 'Mallory');
  await clock.advance(dayMs);
  arrive(ana, 'Ana');
  await clock.advance(dayMs);
  arrive(bo, 'Ana');
  expect([people.earlierHolder(bo)?.peerId, people.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] a clock that is set back a day does not turn the warning round', async () => {
  const { clock, arrive, people } = makePeople();
  arrive(ana, 'Ana');
  clock.jumpWall(-dayMs);
  arrive(bo, 'Ana');
  expect([people.earlierHolder(bo)?.peerId, people.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] the way a name is written makes no difference, and one who leaves the name leaves no warning', () => {
  const { arrive, people } = makePeople();
  arrive(ana, 'Ana');
  arrive(bo, 'ANA');
  arrive(ana, 'ana');
  const written = people.earlierHolder(bo)?.peerId;
  arrive(bo, 'Bo');
  expect([written, people.earlierHolder(bo), people.earlierHolder(ana)]).toEqual([ana, undefined, undefined]);
});

test.each([
  ['Ana \u2764\uFE0F', 'Ana \u2764', 'an invisible variation selector'],
  ['Ana', 'A\u200Bna', 'an invisible space'],
  ['Ana', '\u0410na', 'a Cyrillic letter'],
  ['Ian', 'lan', 'a small L'],
])('[TRUST-2] %j and %j are a reason to warn: %s', async (name, other) => {
  const { clock, arrive, people } = makePeople();
  arrive(ana, name);
  await clock.advance(dayMs);
  arrive(bo, other);
  expect([people.earlierHolder(bo)?.peerId, people.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] a look-alike is later than the name it looks like, even if the clock is set back', () => {
  const { clock, arrive, people } = makePeople();
  arrive(ana, 'Ana');
  clock.jumpWall(-dayMs);
  arrive(bo, '\u0410na');
  expect([people.earlierHolder(bo)?.peerId, people.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] a peer that drops a look-alike name leaves no warning', () => {
  const { arrive, people } = makePeople();
  arrive(bo, '\u0410na');
  arrive(bo, 'Bo');
  arrive(ana, 'Ana');
  expect(people.earlierHolder(ana)).toBeUndefined();
});

test('[TRUST-2] a verified person is named first, warned of by nobody, and warned about whoever came before', async () => {
  const { clock, arrive, people } = makePeople();
  for (const peerId of [ana, bo, cy]) {
    arrive(peerId, 'Ana');
    await clock.advance(1);
  }
  people.setVerified(bo, true);
  expect([ana, bo, cy].map((peerId) => people.earlierHolder(peerId)?.peerId)).toEqual([bo, undefined, bo]);
});

test('[TRUST-3] a person is found by peerId, here or not, and by name as people compare names', () => {
  const { arrive, leave, people } = makePeople();
  arrive(ana, 'Ana Pérez');
  arrive(bo, 'Bo');
  leave(bo);
  for (const [who, peerId] of [
    [ana, ana],
    [bo, bo],
    ['ana  PÉREZ', ana],
    ['bo', bo],
    [self, self],
  ] as const) {
    expect(people.resolve(who)).toEqual({ ok: true, peerId });
  }
  for (const who of [cy, 'cy', '', '  ']) expect(people.resolve(who)).toMatchObject({ ok: false, code: 'unknown-peer' });
});

test('[TRUST-3] a name in a command never means a look-alike, and invisible signs make no difference', () => {
  const { arrive, people } = makePeople();
  arrive(ana, 'Ana \u2764\uFE0F');
  arrive(bo, '\u0410na');
  expect({ exact: people.resolve('ana \u2764'), cyrillic: people.resolve('\u0410na'), latin: people.resolve('Ana') }).toEqual({
    exact: { ok: true, peerId: ana },
    cyrillic: { ok: true, peerId: bo },
    latin: expect.objectContaining({ ok: false, code: 'unknown-peer' }),
  });
});

test('[TRUST-3] two people of one name are told apart by the asker, with those here first', () => {
  const { arrive, leave, people } = makePeople();
  arrive(ana, 'Ana');
  arrive(bo, 'Ana');
  const both = people.resolve('Ana');
  leave(ana);
  const one = people.resolve('Ana');
  leave(bo);
  expect([both.ok, candidates(both)]).toEqual([false, [ana, bo]]);
  expect(one).toEqual({ ok: true, peerId: bo });
  expect(people.resolve('Ana')).toMatchObject({ ok: false, code: 'ambiguous-name' });
});

test('[TRUST-3] an impostor who is here does not get what is meant for a verified person who is away', () => {
  const { arrive, leave, people } = makePeople();
  arrive(ana, 'Ana');
  people.setVerified(ana, true);
  leave(ana);
  arrive(bo, 'Ana');
  const result = people.resolve('ana');
  expect([result.ok, candidates(result)]).toEqual([false, [bo, ana]]);
});

test('[TRUST-3] who is blocked counts only when nobody else has the name', () => {
  const { arrive, leave, people } = makePeople();
  arrive(ana, 'Ana');
  leave(ana);
  arrive(bo, 'Ana');
  people.setVerified(ana, true);
  people.setBlocked(bo, true);
  const withOther = people.resolve('Ana');
  arrive(cy, 'Cy');
  people.setBlocked(cy, true);
  expect([withOther, people.resolve('Cy')]).toEqual([
    { ok: true, peerId: ana },
    { ok: true, peerId: cy },
  ]);
});

test('[TRUST-3] a refusal names no more candidates than a person can choose from', () => {
  const { arrive, people } = makePeople();
  for (let index = 0; index < 20; index += 1) arrive(String.fromCharCode(97 + index).repeat(52), 'Ana');
  expect(candidates(people.resolve('Ana'))).toHaveLength(10);
});

test('[TRUST-5] what was decided about a person survives a restart, and is told', () => {
  const { arrive, acquaintances, people, store } = makePeople();
  const told: string[] = [];
  acquaintances.subscribe((peerId) => told.push(peerId));
  arrive(ana, 'Ana');
  arrive(bo, 'Bo');
  expect([people.setVerified(ana, true), people.setBlocked(bo, true), people.setVerified(cy, true)]).toEqual([true, true, false]);
  const after = makePeople(store).acquaintances;
  expect([after.isVerified(ana), after.isBlocked(ana), after.isVerified(bo), after.isBlocked(bo)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(told).toEqual([ana, bo]);
});

test('[TRUST-5] a decision that cannot be kept does not seem to hold; a person is known all the same', () => {
  const { arrive, people, store, log } = makePeople();
  arrive(ana, 'Ana');
  store.refuseWrites = 'full';
  arrive(bo, 'Bo');
  const decided = [people.setVerified(ana, true), people.setBlocked(bo, true)];
  expect([decided, people.acquaintance(ana)?.verified, people.acquaintance(bo)?.blocked]).toEqual([[false, false], false, false]);
  expect(people.resolve('bo')).toEqual({ ok: true, peerId: bo });
  expect(log).toEqual(Array.from({ length: 3 }, () => 'a person could not be remembered'));
});
