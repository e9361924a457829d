import { describe, expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { createMessagingHallway, type MessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import type { ShownTransfer } from '../../../core/transfers/transfers.ts';
import { parseCommandLine } from '../arguments/options.ts';
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

async function send(node: MessagingHallway, change: Partial<ShownTransfer>, to = 'Bo'): Promise<unknown> {
  const forMs = 30_000;
  const request = { to, paths: ['/home/a'], forMs };
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

describe('[RFILE-32] hallway send-files to a room', () => {
  it.each([
    [{ state: 'running', keptBy: { count: 2, of: 2 } }, { arrived: true }],
    [
      { state: 'running', keptBy: { count: 1, of: 2 } },
      { arrived: false, why: 'not-yet', message: 'Timed out; not all files have arrived yet.' },
    ],
    [
      { state: 'offered', keptBy: { count: 0, of: 0 } },
      { arrived: false, why: 'not-yet', message: 'Timed out; not all files have arrived yet.' },
    ],
  ] as const)('ends for %o', async (change, outcome) => {
    expect(await send(createNode(), change, '#lunch')).toEqual(outcome);
  });

  it('is named by --room, and then every word is a path', () => {
    const parsed = (...words: readonly string[]): unknown => parseCommandLine(['send-files', ...words], {});
    expect(parsed('--room', 'Lunch', 'a.txt', 'b.txt')).toMatchObject({ command: { to: '#lunch', paths: ['a.txt', 'b.txt'] } });
    expect(parsed('#lunch', 'a.txt')).toMatchObject({ command: { to: '#lunch', paths: ['a.txt'] } });
    expect(parsed('--room', 'lunch')).toMatchObject({ ok: false });
    expect(parsed('--room', 'lunch', '--room', 'tea', 'a.txt')).toMatchObject({ ok: false });
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
        onNotice: (message: string) => void arrived.push(message),
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

  it('[XFER-71] takes a name for the first person that it means, even if they come later', async () => {
    const node = createMessagingHallway();
    const stopping = new AbortController();
    const problems: string[] = [];
    const deps = { clock: node.clock, onArrived: () => undefined, onNotice: (message: string) => void problems.push(message) };
    const from = { name: 'Bo', resolve: (who: string) => node.hallway.contacts?.resolve(who) };
    const receiving = receiveFiles(ownTarget(node.hallway, never), { from }, deps, stopping.signal);
    node.fake.inTransfers.put(fakeOffer(bo.peerId, 1));
    await node.clock.advance(2_000);
    const states = (): readonly unknown[] => node.hallway.transfers?.list().map(({ state }) => state) ?? [];
    const before = states();
    node.join(bo);
    await node.clock.advance(1_000);
    const next = states();
    // Somebody else takes the name once the first one is gone.
    const other = fakePeer(3, { name: 'Bo' });
    node.fake.inTransfers.put(fakeOffer(other.peerId, 2));
    node.join(other);
    await node.clock.advance(2_000);
    const after = node.hallway.transfers?.list().map(({ from: sender, state }) => [sender === bo.peerId ? 'bo' : 'other', state]);
    stopping.abort();
    await node.clock.advance(1_000);
    await receiving;
    expect({ before, next, after: after?.toSorted(), problems }).toEqual({
      before: ['offered'],
      next: ['accepted'],
      after: [
        ['bo', 'accepted'],
        ['other', 'offered'],
      ],
      problems: [
        'Nobody called "Bo" is here yet. Hallway keeps looking.',
        `Accepting files from Bo alone, whose ID is ${bo.peerId}.`,
      ],
    });
  });

  it('[XFER-72] more paths than one offer takes get a sentence', async () => {
    const request = { to: 'Bo', paths: Array.from({ length: 1_001 }, () => '/home/a'), forMs: 1_000 };
    const node = createNode();
    const target = ownTarget(node.hallway, never);
    expect(await sendFilesAndWait(target, request, node.clock, new AbortController().signal)).toEqual({
      ...{ arrived: false, why: 'refused' },
      message: 'Send at most 1,000 files and folders at once. A folder counts once, whatever is in it.',
    });
    expect(node.hallway.transfers?.list()).toEqual([]);
  });
});
