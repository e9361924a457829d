import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createWaits, type Waits } from '../catch-up/waits.ts';
import { createChildren, maxUntakenBytes, type Children, type Parcel } from './children.ts';

let clock: FakeClock;
let waits: Waits;
let children: Children;
let sent: string[];
let failed: string[];
/** Whether a session is open, or how long it takes until it is: never if undefined. */
let sessions: Map<string, 'open' | number>;
let spaces: number;

beforeEach(() => {
  clock = createFakeClock();
  waits = createWaits(clock);
  [sent, failed, sessions, spaces] = [[], [], new Map(), 0];
  children = createChildren({
    clock,
    waits,
    send(peerId, frame) {
      if (sessions.get(peerId) !== 'open') return false;
      sent.push(`${peerId} ${frame.type === 'relay' ? frame.room : ''}`);
      return true;
    },
    async open(peerId) {
      const state = sessions.get(peerId);
      if (state === 'open') return true;
      await new Promise<void>((resolve) => void clock.setTimer(resolve, state ?? 5_000));
      if (state !== undefined) sessions.set(peerId, 'open');
      return state !== undefined;
    },
    onSpace: () => (spaces += 1),
  });
});
afterEach(() => waits.close());

function give(to: string, name: string, sizeBytes = 100, tags: readonly string[] = []): void {
  children.give(to, parcelOf(name, sizeBytes, tags), () => void failed.push(`${to} ${name}`));
}

function parcelOf(name: string, sizeBytes = 100, tags: readonly string[] = []): Parcel {
  return { frame: { type: 'relay', room: name, hops: 1, tags, blocks: [] }, hashes: [name], sizeBytes };
}

it('[ROOM-142] a peer that takes it is not given up', async () => {
  sessions.set('ana', 'open');
  give('ana', 'a');
  children.onTaken('ana', ['a']);
  await clock.advance(60_000);
  expect({ sent, failed, untaken: children.untakenBytes() }).toEqual({ sent: ['ana a'], failed: [], untaken: 0 });
});

it('[ROOM-142] a session is waited for 1.5 s, and then for nothing', async () => {
  sessions.set('ana', 1_000).set('ben', 1_600);
  give('ana', 'a');
  give('ben', 'b');
  await clock.advance(1_001);
  children.onTaken('ana', ['a']);
  await clock.advance(498);
  const before = [...failed];
  await clock.advance(5_000);
  expect({ before, failed, sent, untaken: children.untakenBytes() }).toEqual({
    ...{ before: [], failed: ['ben b'], sent: ['ana a'] },
    untaken: 0,
  });
});

it('[ROOM-142] who has not taken it within 1 s is given up, and gets nothing more for 10 s', async () => {
  sessions.set('ana', 'open');
  give('ana', 'a');
  await clock.advance(1_000);
  give('ana', 'b');
  await clock.advance(9_999);
  give('ana', 'c');
  await clock.advance(1);
  give('ana', 'd');
  expect({ sent, failed }).toEqual({ sent: ['ana a', 'ana d'], failed: ['ana a', 'ana b', 'ana c'] });
});

it('[ROOM-142] a peer that takes frame after frame is not slow, however long the last one waits', async () => {
  sessions.set('ana', 'open');
  for (const name of ['a', 'b', 'c', 'd']) give('ana', name);
  for (const name of ['a', 'b', 'c']) {
    await clock.advance(900);
    children.onTaken('ana', [name]);
  }
  await clock.advance(999);
  const before = [...failed];
  await clock.advance(1);
  expect({ before, failed, isSlow: children.isSlow('ana') }).toEqual({ before: [], failed: ['ana d'], isSlow: true });
});

it('[ROOM-142] a list waits 3 s at most for a peer that takes frame after frame', async () => {
  sessions.set('ana', 'open');
  const names = Array.from({ length: 30 }, (_, number) => String(number));
  for (const name of names) give('ana', name, 100, ['tag']);
  for (const name of names.slice(0, 3)) {
    await clock.advance(900);
    children.onTaken('ana', [name]);
  }
  await clock.advance(299);
  const before = [...failed];
  await clock.advance(1);
  expect({ before, failed }).toEqual({ before: [], failed: names.slice(3).map((name) => `ana ${name}`) });
});

it('[ROOM-142] another session does not make a list wait longer than 3 s', async () => {
  sessions.set('ana', 'open');
  for (const name of ['a', 'b', 'c', 'd']) give('ana', name, 100, ['tag']);
  for (const name of ['a', 'b', 'c']) {
    await clock.advance(900);
    children.onTaken('ana', [name]);
  }
  children.sessionReplaced('ana');
  await clock.advance(299);
  const before = [...failed];
  await clock.advance(1);
  expect({ before, failed }).toEqual({ before: [], failed: ['ana d'] });
});

it('[ROOM-142] a slow peer that took everything gets the next one at once', async () => {
  sessions.set('ana', 'open');
  give('ana', 'a');
  await clock.advance(2_000);
  children.onTaken('ana', ['a']);
  give('ana', 'b');
  expect({ sent, failed }).toEqual({ sent: ['ana a', 'ana b'], failed: ['ana a'] });
});

it('[ROOM-144] at most 4 MiB are on their way to one peer, also while its session opens', async () => {
  sessions.set('ana', 'open').set('ben', 1_000);
  for (const to of ['ana', 'ben']) for (const name of ['a', 'b', 'c']) give(to, name, maxUntakenBytes / 2);
  expect({ failed, untaken: children.untakenBytes(), takesMore: children.takesMore('ana') }).toEqual({
    ...{ failed: ['ana c', 'ben c'], untaken: 2 * maxUntakenBytes },
    takesMore: false,
  });
  children.onTaken('ana', ['a']);
  expect({ takesMore: children.takesMore('ana'), spaces }).toEqual({ takesMore: true, spaces: 1 });
});

it('[ROOM-143] the end of a session gives up its list at once, and the peer alone gets it once more', async () => {
  sessions.set('ana', 'open').set('ben', 'open');
  give('ana', 'a');
  give('ben', 'b');
  sessions.set('ana', 300).delete('ben');
  for (const name of ['ana', 'ben']) children.sessionClosed(name);
  const before = { failed: [...failed], sent: [...sent] };
  await clock.advance(301);
  children.sessionClosed('ana');
  await clock.advance(5_000);
  expect({ before, failed, sent, untaken: children.untakenBytes() }).toEqual({
    before: { failed: ['ana a', 'ben b'], sent: ['ana a', 'ben b'] },
    ...{ failed: ['ana a', 'ben b'], sent: ['ana a', 'ben b', 'ana a'], untaken: 0 },
  });
});

it('[ROOM-143] over another session with the same peer it is sent again', async () => {
  sessions.set('ana', 'open');
  for (const name of ['a', 'b']) give('ana', name);
  children.onTaken('ana', ['a']);
  children.sessionReplaced('ana');
  await clock.advance(999);
  children.onTaken('ana', ['b']);
  await clock.advance(5_000);
  expect({ sent, failed }).toEqual({ sent: ['ana a', 'ana b', 'ana b'], failed: [] });
});

it('[ROOM-222] who asks to hear of a loss hears of it, and nothing is sent again', async () => {
  const lost: string[] = [];
  const giveOwn = (name: string): void =>
    children.give('ana', { ...parcelOf(name), onLost: () => void lost.push(name) }, () => undefined);
  sessions.set('ana', 'open');
  for (const name of ['a', 'b']) giveOwn(name);
  children.onTaken('ana', ['a']);
  children.sessionReplaced('ana');
  giveOwn('c');
  children.sessionClosed('ana');
  sessions.delete('ana');
  giveOwn('d');
  await clock.advance(5_000);
  giveOwn('while slow');
  expect({ lost, sent, untaken: children.untakenBytes() }).toEqual({
    ...{ lost: ['b', 'c', 'd', 'while slow'], sent: ['ana a', 'ana b', 'ana c'], untaken: 0 },
  });
});

it('[ROOM-142] what nobody asked about changes nothing', () => {
  children.onTaken('nobody', ['a']);
  children.sessionClosed('nobody');
  children.sessionReplaced('nobody');
  expect({ sent, failed, untaken: children.untakenBytes() }).toEqual({ sent: [], failed: [], untaken: 0 });
});
