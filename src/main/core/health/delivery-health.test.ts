import { expect, test } from 'vitest';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { RegistryEvent } from '../presence/index.ts';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import type { PeerRecord } from '../presence/registry/peer-record.ts';
import { createDeliveryHealth } from './delivery-health.ts';
import { createHealthBoard } from './health-board.ts';

async function openDeliveryHealth() {
  const clock = createFakeClock();
  const board = createHealthBoard({ clock });
  const here = new Set(['bo', 'cleo', 'dan']);
  const presences = new Map<string, PeerRecord['presence']>();
  const events = createEmitter<RegistryEvent>();
  const recordOf = (peerId: string): PeerRecord =>
    ({ peerId, presence: presences.get(peerId) ?? 'online', announcement: { name: peerId, tcpPort: 4_711 } }) as PeerRecord;
  const registry = {
    get: (peerId: string) => (here.has(peerId) ? recordOf(peerId) : undefined),
    subscribe: events.subscribe,
  };
  const health = createDeliveryHealth({ clock, health: board, registry, tcpPort: () => 4_712 });
  const stopping = new AbortController();
  const running = health.run(stopping.signal);
  return {
    clock,
    here,
    ...health,
    setPresence(peerId: string, presence: PeerRecord['presence']) {
      presences.set(peerId, presence);
      events.emit({ type: 'updated', record: recordOf(peerId) });
    },
    leave: (peerId: string) => events.emit({ type: 'left', departed: { record: recordOf(peerId), reason: 'expired' } }),
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

const ofBo = { code: 'messages-not-delivered', name: 'bo', port: 4_711, ownPort: 4_712, cause: 'firewall', others: 0 };

test.each([
  ['refused', false, 'firewall'],
  ['unreachable', false, 'firewall'],
  ['deadline', false, 'firewall'],
  ['stalled', false, 'broken'],
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

test('[SESS-19] one session without an answer means larger packets, until the peer acknowledges something', async () => {
  const { stalled, reached, answered, entries, stop } = await openDeliveryHealth();
  stalled('bo');
  const before = await entries();
  reached('bo');
  const inNextSession = await entries();
  answered('bo');
  expect({ before, inNextSession, after: await entries() }).toEqual({
    before: [{ ...ofBo, cause: 'size' }],
    inNextSession: [{ ...ofBo, cause: 'size' }],
    after: [],
  });
  await stop();
});

test('[SESS-19] a doubt about the peer within 40 s explains it better', async () => {
  const { clock, stalled, setPresence, leave, entries, stop } = await openDeliveryHealth();
  setPresence('bo', 'suspect');
  stalled('bo');
  setPresence('bo', 'online');
  await clock.advance(39_999);
  stalled('bo');
  leave('cleo');
  stalled('cleo');
  const doubted = await entries();
  stalled('bo');
  expect({ doubted, later: await entries() }).toEqual({ doubted: [], later: [{ ...ofBo, cause: 'size' }] });
  await stop();
});
