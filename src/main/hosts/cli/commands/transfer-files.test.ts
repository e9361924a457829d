import { describe, expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { createMessagingHallway, type MessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import type { StoredTransfer } from '../../../core/transfers/ports.ts';
import { ownTarget } from './one-shot.ts';
import { receiveFiles, sendFilesAndWait } from './transfer-files.ts';

const bo = fakePeer(1, { name: 'Bo' });
const eva = fakePeer(2, { name: 'Eva', verified: true });
const never = new Promise<void>(() => undefined);

function createNode(): MessagingHallway {
  const node = createMessagingHallway();
  node.join(bo);
  node.join(eva);
  return node;
}

async function send(node: MessagingHallway, change: Partial<StoredTransfer>, forMs = 30_000): Promise<unknown> {
  const request = { to: 'Bo', paths: ['/home/a'], forMs };
  const sending = sendFilesAndWait(ownTarget(node.hallway, never), request, node.clock, new AbortController().signal);
  await node.settle();
  for (const transfer of node.hallway.transfers?.list() ?? []) node.fake.inTransfers.put({ ...transfer, ...change });
  await node.clock.advance(forMs);
  return sending;
}

describe('[FILE-21] hallway send-files', () => {
  it.each([
    [{ state: 'done' }, { arrived: true }],
    [{ state: 'declined' }, { arrived: false, why: 'refused', message: 'They declined the files.' }],
    [
      { state: 'failed', code: 'expired' },
      { arrived: false, why: 'refused', message: 'The offer expired before anyone accepted it.' },
    ],
    [{ state: 'running' }, { arrived: false, why: 'not-yet', message: 'Timed out; not all files have arrived yet.' }],
  ] as const)('ends for %o', async (change, outcome) => {
    expect(await send(createNode(), change)).toEqual(outcome);
  });
});

describe('[FILE-22] hallway receive', () => {
  it('accepts from verified people alone, or from the one that is named, and says what arrived', async () => {
    const accepted: (readonly string[])[] = [];
    const arrived: string[] = [];
    for (const from of [undefined, bo.peerId]) {
      const node = createNode();
      const stopping = new AbortController();
      const deps = {
        clock: node.clock,
        onArrived: (paths: readonly string[]) => void arrived.push(...paths),
        onProblem: (message: string) => void arrived.push(message),
      };
      const request = { into: '/srv/in', ...(from && { from }) };
      const receiving = receiveFiles(ownTarget(node.hallway, never), request, deps, stopping.signal);
      const offers = [fakeOffer(bo.peerId, 1), fakeOffer(eva.peerId, 2)];
      for (const offer of offers) node.fake.inTransfers.put(offer);
      await node.clock.advance(1_000);
      const taken = node.hallway.transfers?.list().filter(({ state }) => state === 'accepted') ?? [];
      accepted.push(taken.map(({ from: sender, directory }) => `${sender === bo.peerId ? 'bo' : 'eva'} ${directory}`));
      for (const one of taken) node.fake.inTransfers.put({ ...one, state: 'done', paths: ['/srv/in/report.pdf'] });
      await node.clock.advance(1_000);
      stopping.abort();
      await node.clock.advance(1_000);
      await receiving;
    }
    expect({ accepted, arrived }).toEqual({
      accepted: [['eva /srv/in'], ['bo /srv/in']],
      arrived: ['/srv/in/report.pdf', '/srv/in/report.pdf'],
    });
  });
});
