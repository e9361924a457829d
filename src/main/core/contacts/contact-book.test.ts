/** Which contacts are remembered, which are forgotten, and when they are persisted. */
import { describe, expect, test } from 'vitest';
import { createBreakableStore, type BreakableStore } from '../../../../test/fakes/breakable-store.ts';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { createContactBook } from './contact-book.ts';

const [ana, bo, cy, dan, eva] = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(52)) as [
  string,
  string,
  string,
  string,
  string,
];
const [minuteMs, dayMs] = [60_000, 86_400_000];

function createBookFixture(store?: BreakableStore) {
  const clock = createFakeClock();
  const ownStore = store ?? createBreakableStore({ clock });
  const heardMs = new Map<string, number>();
  const forgetting: boolean[] = [];
  const log: string[] = [];
  const book = createContactBook({
    clock,
    log: { write: (_level, message) => void log.push(message) },
    store: ownStore,
    lastHeardMs: (peerId) => heardMs.get(peerId),
    onForgetting: (isMany) => void forgetting.push(isMany),
  });
  let passed = 0;
  /** Peers of new keys come and go. @param stayMs how long each stays @param perSecond how many */
  async function passBy(count: number, { name = 'Bob', stayMs = 0, perSecond = 1_000 } = {}): Promise<readonly string[]> {
    const peerIds = Array.from({ length: count }, () => fakePeerId((passed += 1)));
    for (let index = 0; index < count; index += perSecond) {
      const together = peerIds.slice(index, index + perSecond);
      for (const peerId of together) book.met(peerId, name);
      await clock.advance(stayMs);
      for (const peerId of together) book.left(peerId, clock.wallMs());
      await clock.advance(1_000);
    }
    return peerIds;
  }
  function meetAndLeave(peerId: string, name: string): void {
    book.met(peerId, name);
    book.left(peerId, clock.wallMs());
  }
  return { clock, store: ownStore, book, heardMs, forgetting, log, passBy, meetAndLeave };
}

function addMessage(store: BreakableStore, conversationWith: string, from: string, name: string): void {
  const message = { messageId: `${name}-1`, conversation: conversationOf(conversationWith), from, fromName: name, text: 'hi' };
  if (from === conversationWith) store.addIncoming({ ...message, sentAtMs: 1, receivedAtMs: 1, sequence: 1 });
  else store.addOutgoing({ ...message, sentAtMs: 1 });
}

describe('contacts that are never forgotten', () => {
  test('[TRUST-9] contacts with messages either way, with a mark, or here stay known while strangers come and go', async () => {
    const { store, book, passBy, meetAndLeave } = createBookFixture();
    book.met(eva, 'Eva');
    for (const [peerId, name] of [
      [ana, 'Ana'],
      [bo, 'Bo'],
      [cy, 'Cy'],
      [dan, 'Dan'],
    ] as const)
      meetAndLeave(peerId, name);
    addMessage(store, ana, 'own', 'Own');
    addMessage(store, bo, bo, 'Bo');
    book.wrote(bo, 'Bo');
    book.setVerified(cy, true);
    book.setBlocked(dan, true);
    await passBy(21_500, { stayMs: minuteMs, perSecond: 2_000 });
    const everyone = [ana, bo, cy, dan, eva];
    book.close();
    const later = createBookFixture(store).book;
    expect({ now: everyone.map((id) => book.get(id)?.name), afterRestart: everyone.map((id) => later.get(id)?.name) }).toEqual({
      now: ['Ana', 'Bo', 'Cy', 'Dan', 'Eva'],
      afterRestart: ['Ana', 'Bo', 'Cy', 'Dan', 'Eva'],
    });
  });

  test('[TRUST-9, TRUST-2] the impostor gets the warning, and not the contact that comes back', async () => {
    const { clock, store, book, passBy, meetAndLeave } = createBookFixture();
    meetAndLeave(ana, 'Ana');
    addMessage(store, ana, 'own', 'Own');
    await clock.advance(dayMs);
    await passBy(6_000, { stayMs: minuteMs, perSecond: 2_000 });
    meetAndLeave(bo, 'Ana');
    book.met(ana, 'Ana');
    expect({ impostor: book.earlierHolderOf(bo)?.peerId, contact: book.earlierHolderOf(ana) }).toEqual({
      impostor: ana,
      contact: undefined,
    });
  });

  test('[TRUST-9] a sender that nobody answered is not pushed out by later senders, and they are bounded', async () => {
    const { store, book } = createBookFixture();
    for (let number = 0; number < 20_000; number += 1) book.wrote(fakePeerId(number), 'Bob');
    for (let number = 20_000; number < 23_000; number += 1) book.wrote(fakePeerId(number), 'Bob');
    book.close();
    const known = (number: number): boolean => book.get(fakePeerId(number)) !== undefined;
    expect({ first: known(0), last: known(22_999), firstLate: known(20_000), rows: store.contacts().length }).toEqual({
      first: true,
      last: true,
      firstLate: false,
      rows: 22_000,
    });
  });

  test('[TRUST-9] a store that fails forgets nobody', () => {
    const { store, book } = createBookFixture();
    for (let number = 0; number < 3_000; number += 1) book.wrote(fakePeerId(number), 'Bob');
    book.close();
    store.refuseReads = 'corrupt';
    const later = createBookFixture(store).book;
    const known = Array.from({ length: 3_000 }, (_, number) => later.get(fakePeerId(number))).filter(Boolean);
    expect(known).toHaveLength(3_000);
  });
});

describe('peers that only pass by', () => {
  test('[TRUST-10] the last 2,000 that stayed are known, in memory and in the store', async () => {
    const { store, book, passBy } = createBookFixture();
    const peerIds = await passBy(5_000, { stayMs: minuteMs, perSecond: 500 });
    book.close();
    const known = peerIds.filter((peerId) => book.get(peerId));
    expect({ known, rows: store.contacts().length }).toEqual({ known: peerIds.slice(-2_000), rows: 2_000 });
  });

  test('[TRUST-10] of those that stay a moment, 200 at once and then 5 a second are remembered', async () => {
    const { book, passBy } = createBookFixture();
    const known = (peerIds: readonly string[]): number => peerIds.filter((peerId) => book.get(peerId)).length;
    const first = await passBy(1_000);
    const later = await passBy(9_000, { perSecond: 900 });
    expect({ first: known(first), later: known(later) }).toEqual({ first: 200, later: 50 });
  });

  test('[TRUST-10] a peer that leaves and comes back needs no second place', async () => {
    const { book, passBy, meetAndLeave } = createBookFixture();
    meetAndLeave(ana, 'Ana');
    await passBy(1_000);
    meetAndLeave(ana, 'Ana');
    expect(book.get(ana)?.name).toBe('Ana');
  });

  test('[TRUST-10] contacts forgotten by the hundred are reported until a quieter minute', async () => {
    const { clock, passBy, forgetting } = createBookFixture();
    await passBy(250);
    const few = [...forgetting];
    await passBy(100);
    const many = [...forgetting];
    await clock.advance(2 * minuteMs);
    expect({ few, many, after: forgetting }).toEqual({ few: [], many: [true], after: [true, false] });
  });

  test('[TRUST-10] a file with more contacts than that is trimmed to those seen last', async () => {
    const { clock, store, forgetting } = createBookFixture();
    const times = { nameSinceMs: 1, firstSeenMs: 1 };
    for (let number = 0; number < 3_000; number += 1)
      store.putContact({
        peerId: fakePeerId(number),
        name: 'Bob',
        ...times,
        lastSeenMs: number,
        verified: false,
        blocked: false,
      });
    const { book, clock: laterClock } = createBookFixture(store);
    await laterClock.advance(10_000);
    await clock.advance(0);
    expect({
      rows: store.contacts().length,
      oldest: book.get(fakePeerId(999)),
      first: book.get(fakePeerId(1_000))?.name,
      forgetting,
    }).toEqual({ rows: 2_000, oldest: undefined, first: 'Bob', forgetting: [] });
  });
});

describe('when contacts are persisted', () => {
  test('[TRUST-11] 900 peers that come and go within a second are one transaction', async () => {
    const { store, passBy } = createBookFixture();
    await passBy(900, { perSecond: 900 });
    expect({ commits: store.commits, rows: store.contacts().length }).toEqual({ commits: 1, rows: 200 });
  });

  test('[TRUST-11] a large change is spread over seconds', async () => {
    const { clock, store, book } = createBookFixture();
    for (let number = 0; number < 1_200; number += 1) book.met(fakePeerId(number), 'Bob');
    await clock.advance(minuteMs);
    const rows: number[] = [];
    for (let second = 0; second < 3; second += 1) {
      await clock.advance(1_000);
      rows.push(store.contacts().length);
    }
    expect(rows).toEqual([500, 1_000, 1_200]);
  });

  test('[TRUST-11] the contact of a message either way is persisted at once, so a crash leaves no message without a name', () => {
    const { store, book } = createBookFixture();
    book.met(ana, 'Ana');
    book.met(bo, 'Bo');
    book.met(dan, 'Dan');
    book.wrote(ana, undefined);
    book.wrote(cy, 'Cy');
    book.wroteTo(bo);
    expect(store.contacts().map(({ name }) => name)).toEqual(['Ana', 'Bo', 'Cy']);
  });

  test('[TRUST-11] the contact of a message that the store refuses is tried again', async () => {
    const { clock, store, book } = createBookFixture();
    book.met(ana, 'Ana');
    store.refuseWrites = 'full';
    book.wroteTo(ana);
    store.refuseWrites = undefined;
    await clock.advance(1_000);
    expect(store.contacts().map(({ name }) => name)).toEqual(['Ana']);
  });

  test('[TRUST-11] what waits is persisted at the end, with the time at which each peer was heard last', async () => {
    const { clock, store, book, heardMs } = createBookFixture();
    book.met(ana, 'Ana');
    await clock.advance(dayMs);
    heardMs.set(ana, clock.wallMs() - 3_000);
    const seenMs = book.get(ana)?.lastSeenMs;
    book.close();
    expect({ seenMs, stored: store.contacts()[0]?.lastSeenMs, timers: clock.pendingTimers() }).toEqual({
      seenMs: clock.wallMs() - 3_000,
      stored: clock.wallMs() - 3_000,
      timers: 0,
    });
  });

  test('[TRUST-11] a crash costs ten minutes of the time at which a peer was seen last', async () => {
    const { clock, store, book, heardMs } = createBookFixture();
    book.met(ana, 'Ana');
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(minuteMs);
      heardMs.set(ana, clock.wallMs());
    }
    const staleMs = clock.wallMs() - (store.contacts()[0]?.lastSeenMs ?? 0);
    expect({ isRecent: staleMs <= 11 * minuteMs, isBatched: store.commits < 10 }).toEqual({ isRecent: true, isBatched: true });
  });

  test('[TRUST-11] a store that fails is tried again a minute later, and the contact is known all the same', async () => {
    const { clock, store, book, log, meetAndLeave } = createBookFixture();
    store.refuseWrites = 'full';
    meetAndLeave(ana, 'Ana');
    await clock.advance(30_000);
    const failed = { name: book.get(ana)?.name, log: [...log], rows: store.contacts().length };
    store.refuseWrites = undefined;
    await clock.advance(minuteMs);
    expect({ failed, rows: store.contacts().length }).toEqual({
      failed: { name: 'Ana', log: ['contacts could not be persisted'], rows: 0 },
      rows: 1,
    });
  });
});
