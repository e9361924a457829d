import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import type { PeerRecord } from '../presence/registry/peer-record.ts';
import { createDeliveryHealth } from './delivery-health.ts';
import { createHealthBoard } from './health-board.ts';

async function openDeliveryHealth() {
  const clock = createFakeClock();
  const board = createHealthBoard({ clock });
  const here = new Set(['bo', 'cleo', 'dan']);
  const registry = {
    get: (peerId: string) => (here.has(peerId) ? ({ announcement: { name: peerId, tcpPort: 4_711 } } as PeerRecord) : undefined),
  };
  const health = createDeliveryHealth({ clock, health: board, registry });
  const stopping = new AbortController();
  const running = health.run(stopping.signal);
  return {
    clock,
    here,
    ...health,
    failTwice(peerId: string, reason = 'refused', hadStream = false) {
      for (let count = 0; count < 2; count += 1) health.failed(peerId, { reason, hadStream });
    },
    async entries() {
      await clock.advance(1_000);
      return board.list().map(({ code, values }) => ({ code, ...values }));
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const ofBo = { code: 'messages-not-delivered', name: 'bo', port: 4_711, cause: 'firewall', others: 0 };

test.each([
  ['refused', false, 'firewall'],
  ['unreachable', false, 'firewall'],
  ['deadline', false, 'firewall'],
  ['lost', false, 'broken'],
  ['handshake-failed', false, 'broken'],
  ['deadline', true, 'broken'],
  ['lost', true, 'broken'],
])('[SESS-18] %s (with a stream: %s) means %s', async (reason, hadStream, cause) => {
  const { failTwice, entries, stop } = await openDeliveryHealth();
  failTwice('bo', reason, hadStream);
  expect(await entries()).toEqual([{ ...ofBo, cause }]);
  await stop();
});

test.each(['busy', 'leaving', 'refused', 'constructor'])(
  '[SESS-18] the reason "%s" of a peer that was reached is no entry',
  async (reason) => {
    const { failTwice, entries, stop } = await openDeliveryHealth();
    failTwice('bo', reason, true);
    expect(await entries()).toEqual([]);
    await stop();
  },
);

test('[SESS-18] the entry names the first peer and counts the others, and goes with the last of them', async () => {
  const { failTwice, reached, here, entries, stop } = await openDeliveryHealth();
  for (const peerId of ['bo', 'cleo', 'dan']) failTwice(peerId);
  const all = await entries();
  reached('bo');
  const withoutBo = await entries();
  here.delete('cleo');
  const withoutCleo = await entries();
  reached('dan');
  expect({ all, withoutBo, withoutCleo, none: await entries() }).toEqual({
    all: [{ ...ofBo, others: 2 }],
    withoutBo: [{ ...ofBo, name: 'cleo', others: 1 }],
    withoutCleo: [{ ...ofBo, name: 'dan' }],
    none: [],
  });
  await stop();
});

test('[SESS-18] two minutes after the last attempt the entry goes, and nothing is left at the end', async () => {
  const { clock, failTwice, entries, stop } = await openDeliveryHealth();
  failTwice('bo');
  await clock.advance(118_000);
  const before = await entries();
  await clock.advance(1_000);
  const after = await entries();
  await stop();
  expect({ before, after, timers: clock.pendingTimers() }).toEqual({ before: [ofBo], after: [], timers: 0 });
});
