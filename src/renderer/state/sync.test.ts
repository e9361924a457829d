import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { createFakeHallway, fakePeer, fakePeerId } from '../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../test/fakes/memory-link.ts';
import { serveUi } from '../../main/hosts/ui-server/serve-ui.ts';
import { createRpcClient } from '../../shared/rpc/rpc.ts';
import { createSync, maxWaitingDeltas, snapshotRetryMs } from './sync.ts';
import { createHallwayStore } from './store.ts';

function createSyncFixture({ serves = true } = {}) {
  const clock = createFakeClock();
  const link = createMemoryLink();
  const hallway = createFakeHallway();
  if (serves) serveUi(hallway, link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  const store = createHallwayStore();
  const frames: (() => void)[] = [];
  const setFrame = (callback: () => void) => {
    frames.push(callback);
    return () => void frames.splice(frames.indexOf(callback) >>> 0, 1);
  };
  const asked: unknown[] = [];
  link.right.onMessage((message) => asked.push(message));
  const stop = createSync({ link: link.left, client, store, setFrame, setTimer: clock.setTimer });
  const drawFrame = (): void => frames.splice(0).forEach((callback) => callback());
  return { clock, link, hallway, store, frames, drawFrame, asked, stop };
}

test('[LINK-3] an opened link requests a snapshot', async () => {
  const { clock, hallway, store } = createSyncFixture();
  hallway.putPeer(fakePeer(1));
  await clock.advance(0);
  expect([store.getState().core.connection, store.getState().core.hereIds]).toEqual(['open', [fakePeerId(1)]]);
});

test('applies the deltas of one frame together', async () => {
  const { clock, hallway, store, drawFrame } = createSyncFixture();
  await clock.advance(0);
  let changes = 0;
  store.subscribe(() => (changes += 1));
  for (let number = 0; number < 4; number += 1) {
    hallway.putPeer(fakePeer(number));
    await clock.advance(50);
  }
  const before = [changes, store.getState().core.peers.size];
  drawFrame();
  expect([before, changes, store.getState().core.peers.size]).toEqual([[0, 0], 1, 4]);
});

test('a page without frames applies deltas before they become too many', async () => {
  const { clock, hallway, store } = createSyncFixture();
  await clock.advance(0);
  for (let number = 0; number < maxWaitingDeltas; number += 1) {
    hallway.putPeer(fakePeer(number % 3, { note: String(number) }));
    await clock.advance(50);
  }
  expect(store.getState().core.revision).toBe(maxWaitingDeltas);
});

test('[LINK-3] a gap requests a new snapshot, which closes it', async () => {
  const { clock, link, hallway, store, drawFrame, asked } = createSyncFixture();
  await clock.advance(0);
  hallway.putPeer(fakePeer(1));
  link.right.send({ type: 'event', name: 'changed', payload: { revision: 3 } });
  await clock.advance(0);
  drawFrame();
  await clock.advance(0);
  expect([asked.length, store.getState().core.hereIds]).toEqual([2, [fakePeerId(1)]]);
});

test('shows a lost link, and starts over with a snapshot on the next one', async () => {
  const { clock, link, hallway, store } = createSyncFixture();
  hallway.putPeer(fakePeer(1));
  await clock.advance(0);
  link.close();
  hallway.leave(fakePeerId(1), 'goodbye');
  const lost = [store.getState().core.connection, store.getState().core.peers.size];
  link.open();
  await clock.advance(0);
  const { connection, peers, departed } = store.getState().core;
  expect([lost, connection, peers.size, departed.size]).toEqual([['lost', 1], 'open', 0, 1]);
});

test('retries a refused snapshot', async () => {
  const { clock, link, asked } = createSyncFixture({ serves: false });
  await clock.advance(0);
  link.right.send({ type: 'failure', id: 1, code: 'busy', message: 'busy' });
  await clock.advance(snapshotRetryMs);
  expect(asked).toMatchObject([
    { id: 1, name: 'snapshot' },
    { id: 2, name: 'snapshot' },
  ]);
});

test('does nothing after it is stopped', async () => {
  const { clock, hallway, store, stop, frames } = createSyncFixture();
  await clock.advance(0);
  const before = store.getState();
  hallway.putPeer(fakePeer(1));
  stop();
  await clock.advance(1_000);
  expect([store.getState() === before, frames]).toEqual([true, []]);
});
