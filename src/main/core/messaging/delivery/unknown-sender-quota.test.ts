/** The quota of unknown senders: whom it limits, and when it ends. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createMessagingWorld, wireMessage, type MessagingWorld } from '../../../../../test/fixtures/messaging-world.ts';
import type { WireMessage } from '../wire/frames.ts';
import {
  createUnknownSenderQuota,
  messageOverheadBytes,
  unknownSenderQuotas,
  type UnknownSenderQuotas,
} from './unknown-sender-quota.ts';

const hourMs = 3_600_000;
const longText = 'x'.repeat(16_384);

const few: UnknownSenderQuotas = { eachBytes: 4 * 1_048_576, allBytes: 16 * 1_048_576, hourMs };

function makeQuota(known: readonly string[] = [], quotas: UnknownSenderQuotas = few) {
  const clock = createFakeClock();
  const surges: boolean[] = [];
  const quota = createUnknownSenderQuota(
    { clock, isFamiliar: (peerId) => known.includes(peerId), onSurge: (isSurge) => surges.push(isSurge) },
    quotas,
  );
  /**
   * Spends until the quota is used up.
   *
   * @returns how many MiB it took
   */
  function fill(peerId: string, mostMiB: number): number {
    // One mebibyte, overhead included.
    const part = Array.from({ length: 64 }, (_, index) => wireMessage(index, 'x'.repeat(16_384 - messageOverheadBytes)));
    let count = 0;
    for (; count < mostMiB && quota.waitMs(peerId) === 0; count += 1) quota.spend(peerId, part);
    return count;
  }
  return { clock, quota, fill, surges };
}

function toMiB(sizeBytes: number): number {
  return sizeBytes / 1_048_576;
}

test('[TRUST-7] an unknown sender gets a quota, waits beyond it, and may write again with time', async () => {
  const { clock, quota, fill } = makeQuota();
  const each = toMiB(few.eachBytes);
  // One write may overdraw it.
  expect(fill('mallory', 9_999)).toBe(each + 1);
  const waitMs = quota.waitMs('mallory');
  expect([waitMs > 0, waitMs < hourMs / each + 1]).toEqual([true, true]);
  await clock.advance(Math.ceil(waitMs));
  expect(quota.waitMs('mallory')).toBe(0);
  await clock.advance(hourMs);
  expect(fill('mallory', 9_999)).toBe(each + 1);
});

test('[TRUST-7] the names of offered files count like a text', () => {
  const quota = makeQuota().quota;
  const files = Array.from({ length: 20 }, () => ({ name: 'ö'.repeat(255), sizeBytes: 1 }));
  const numbers = { contentId: new Uint8Array(32), fileCount: 20, totalBytes: 20, descriptionBytes: 999, lifeMs: 1 };
  // 20 names of 510 bytes: 500 offers are more than the quota, 300 are not.
  const offers = Array.from({ length: 500 }, (_, index) => ({ ...wireMessage(index, 'x'), offer: { ...numbers, files } }));
  quota.spend('mallory', offers.slice(0, 300));
  const before = quota.waitMs('mallory');
  quota.spend('mallory', offers.slice(300));
  expect([before, quota.waitMs('mallory') > 0]).toEqual([0, true]);
});

test('[TRUST-7] all unknown senders together share a quota', () => {
  const { fill } = makeQuota();
  const all = toMiB(few.allBytes);
  let kept = 0;
  for (let key = 0; key < 64; key += 1) kept += fill(`key ${key}`, 1);
  expect(kept).toBe(all + 1);
});

test('[TRUST-7] known contacts have no quota, also while unknown senders wait', () => {
  const { quota, fill } = makeQuota(['bo']);
  for (let key = 0; key < 5; key += 1) fill(`key ${key}`, 9_999);
  expect([fill('bo', 100), quota.waitMs('trudy') > 0]).toEqual([100, true]);
});

test('[TRUST-7] the quota counts bytes: a million short messages fit', () => {
  const { quota } = makeQuota([], unknownSenderQuotas);
  const part = Array.from({ length: 1_000 }, (_, index) => wireMessage(index, 'y'.repeat(100)));
  for (let count = 0; count < 1_000; count += 1) quota.spend('mallory', part);
  const wide = makeQuota();
  const wideTexts = Array.from({ length: 64 }, (_, index) => wireMessage(index, '文'.repeat(5_461)));
  for (let count = 0; count < 5; count += 1) wide.quota.spend('mallory', wideTexts);
  expect([quota.waitMs('mallory'), wide.quota.waitMs('mallory') > 0]).toEqual([0, true]);
});

test('[TRUST-14] unknown senders that send very much are reported until 10 s with less, and known contacts are not', async () => {
  const { clock, fill, surges } = makeQuota(['bo'], unknownSenderQuotas);
  fill('bo', 100);
  fill('mallory', 3);
  expect(surges).toEqual([]);
  await clock.advance(10_000);
  fill('mallory', 3);
  fill('trudy', 1);
  expect(surges).toEqual([true]);
  await clock.advance(10_000);
  fill('mallory', 3);
  expect(surges).toEqual([true]);
  await clock.advance(10_000);
  expect(surges).toEqual([true, false]);
  await clock.advance(10_000);
  expect(clock.pendingTimers()).toBe(0);
});

/** The events about unknown senders that wait. */
function waitsEmitted({ events }: MessagingWorld): readonly boolean[] {
  return events.flatMap((event) => (event.type === 'strangers-wait' ? [event.isWaiting] : []));
}

/**
 * Floods with long texts, as a peer that ignores the pause does.
 *
 * @returns how many were persisted
 */
async function flood(world: MessagingWorld, count: number): Promise<number> {
  for (let index = 1; index <= count; index += 15) {
    const messages: WireMessage[] = Array.from({ length: 15 }, (_, offset) => wireMessage(index + offset, longText));
    world.sessions.receive('bo', { type: 'messages', messages });
    await world.settle();
  }
  return [...world.store.exportMessages('bo')].length;
}

test('[TRUST-7, DELIVER-2] beyond the quota the session pauses without loss; our answer lifts the quota', async () => {
  const world = createMessagingWorld({ unknownSenderQuotas: { eachBytes: 2_000_000, allBytes: 9_000_000, hourMs } });
  const session = world.sessions.connect('bo');
  const kept = await flood(world, 240);
  expect([session.isPaused, session.closedFor, kept < 200]).toEqual([true, undefined, true]);
  expect(world.sessions.sent('bo', 'ack').flatMap(({ messageIds }) => messageIds)).toHaveLength(kept);
  const emitted = waitsEmitted(world);
  await world.send('please stop');
  await world.clock.advance(10_000);
  expect([session.isPaused, [...world.store.exportMessages('bo')].length]).toEqual([false, 241]);
  expect([emitted, waitsEmitted(world)]).toEqual([[true], [true, false]]);
});

test('[TRUST-7] a verified contact has no quota, and a peer that leaves leaves no timer', async () => {
  const quotas = { eachBytes: 1_000_000, allBytes: 9_000_000, hourMs };
  const world = createMessagingWorld({ unknownSenderQuotas: quotas });
  world.verified.add('bo');
  const session = world.sessions.connect('bo');
  expect([await flood(world, 240), session.isPaused]).toEqual([240, false]);
  const other = createMessagingWorld({ unknownSenderQuotas: quotas });
  other.sessions.connect('bo');
  await flood(other, 240);
  const kept = [...other.store.exportMessages('bo')].length;
  other.sessions.end('bo');
  // TRUST-14 looks for a while whether more comes.
  await other.clock.advance(20_000);
  expect([kept < 240, other.clock.pendingTimers(), waitsEmitted(other)]).toEqual([true, 0, [true, false]]);
});
