/** Small pictures that members send: only those of the author count. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { jpegWith } from '../../../../../test/fixtures/made-pictures.ts';
import type { Preview } from '../../../../shared/contract/transfers.ts';
import { conversationOfRoom, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import { StoreError } from '../../messaging/ports.ts';
import { encodePreviewBytes } from '../../messaging/wire/preview-bytes.ts';
import type { HolderAnswer } from '../../messaging/wire/room-file-frames.ts';
import type { StoredTransfer } from '../ports.ts';
import { withPreviews } from '../previews/previews.ts';
import { createPreviewFetching } from './preview-fetching.ts';

const ana: PeerId = 'ana';
const bo: PeerId = 'bo';
const cy: PeerId = 'cy';
const lake: readonly Preview[] = [{ file: 0, bytes: new Uint8Array(jpegWith()), description: 'A lake' }];
const hill = lake.map((picture) => ({ ...picture, description: 'A hill' }));
const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

const sha256Later = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(sha256(bytes));

/** An offer of Ana, whose author signed these bytes. */
function offer(number: number, signed = encodePreviewBytes(lake), change: Partial<StoredTransfer> = {}): StoredTransfer {
  const base = fakeOffer(ana, number, { conversation: conversationOfRoom('lunch'), ...change });
  return { ...base, offer: { ...base.offer, previewsId: sha256(signed) } };
}

interface Setting {
  readonly familiar?: readonly PeerId[];
  readonly members?: readonly PeerId[];
  readonly blocked?: readonly PeerId[];
  /** Of the store. */
  readonly failure?: Error;
  readonly open?: (peerId: PeerId) => Promise<boolean>;
  /** Members to whom no frame can be sent. */
  readonly unsendable?: readonly PeerId[];
  readonly hash?: typeof sha256Later;
}

function makeFetching(offers: readonly StoredTransfer[], setting: Setting = {}) {
  const { familiar = [ana], members = [ana, bo, cy], blocked = [], unsendable = [] } = setting;
  const { open = () => Promise.resolve(true), hash = sha256Later } = setting;
  const clock = createFakeClock();
  const book = new Map(offers.map((transfer) => [transfer.transferId, transfer]));
  const set = (transferId: MessageId, previews: typeof lake): void => {
    const transfer = book.get(transferId);
    if (transfer) book.set(transferId, withPreviews(transfer, previews));
  };
  const asked: string[] = [];
  const told: MessageId[] = [];
  const fetching = createPreviewFetching({
    clock,
    random: { fraction: () => 0 },
    disk: { sha256: hash },
    book: {
      ...{ get: (transferId) => book.get(transferId), list: () => [...book.values()], isOwn: () => false },
      ...{ keepPreviews: set },
      dropPreviews: (transferId) => set(transferId, []),
      shownAnew: (transferId) => void told.push(transferId),
    },
    sessions: { open, send: (peerId) => asked.push(peerId) > 0 && !unsendable.includes(peerId) },
    ...{ isHere: (peerId) => members.includes(peerId), isBlocked: (peerId) => blocked.includes(peerId) },
    isFamiliar(peerId) {
      if (setting.failure) throw setting.failure;
      return familiar.includes(peerId);
    },
    membersOf: () => members,
  });
  const answer = async (peerId: PeerId, given: HolderAnswer | typeof lake, number = 0): Promise<void> => {
    const { transferId } = offers[number] as StoredTransfer;
    const bytes = typeof given === 'string' ? new Uint8Array(0) : encodePreviewBytes(given);
    fetching.answered(peerId, { transferId, answer: typeof given === 'string' ? given : 'has', bytes });
    await clock.advance(1);
  };
  const look = async (): Promise<void> => {
    fetching.look();
    await clock.advance(1);
  };
  const shown = (number = 0) => {
    const transfer = book.get(offers[number]?.transferId ?? '') as StoredTransfer;
    return transfer.offer.previews ?? fetching.missing(transfer);
  };
  return { clock, asked, told, fetching, answer, look, shown, book };
}

test('[RFILE-41, RFILE-42] the pictures of the author are kept, and nobody is asked any more', async () => {
  const { look, answer, shown, asked, clock } = makeFetching([offer(1)]);
  await look();
  const before = shown();
  await answer(ana, lake);
  await clock.advance(7_200_000);
  expect([before, shown(), asked]).toEqual(['coming', lake, [ana]]);
});

test('[RFILE-41] other pictures are kept nowhere, and another member is asked', async () => {
  const { look, answer, shown, asked } = makeFetching([offer(1)]);
  await look();
  await answer(ana, hill);
  const meanwhile = shown();
  await answer(bo, lake);
  expect([meanwhile, asked, shown()]).toEqual(['coming', [ana, bo], lake]);
});

test('[RFILE-41] a member that sent other pictures is not asked for an hour, though it comes back', async () => {
  const { look, answer, asked, clock, fetching } = makeFetching([offer(1)], { members: [bo, cy] });
  await look();
  await answer(bo, hill);
  await answer(cy, 'not');
  fetching.heard(bo);
  await clock.advance(3_500_000);
  expect(new Set(asked.slice(1))).toEqual(new Set([cy]));
  await clock.advance(3_600_000);
  expect(asked.slice(1)).toContain(bo);
});

test('[RFILE-41] answers that nobody asked for, and second ones, count for nothing', async () => {
  const { look, answer, shown } = makeFetching([offer(1)]);
  await answer(ana, lake);
  await look();
  await answer(bo, lake);
  expect(shown()).toBe('coming');
});

test('[RFILE-40] what the author signed in place of pictures makes a plain offer', async () => {
  const junk = new TextEncoder().encode('junk');
  const { look, shown, fetching, clock, book } = makeFetching([offer(1, junk)]);
  await look();
  const [transferId = ''] = book.keys();
  fetching.answered(ana, { transferId, answer: 'has', bytes: junk });
  await clock.advance(1);
  expect(shown()).toBeUndefined();
});

test('[RFILE-42] a member without them, and one that says nothing, are passed over', async () => {
  const { look, answer, shown, asked, clock } = makeFetching([offer(1)]);
  await look();
  await answer(ana, 'not');
  await clock.advance(10_000);
  await answer(cy, lake);
  expect([asked, shown()]).toEqual([[ana, bo, cy], lake]);
});

test('[RFILE-45] an author that is busy is asked again soon, and nobody else meanwhile', async () => {
  const { look, answer, asked, clock } = makeFetching([offer(1)]);
  await look();
  await answer(ana, 'busy');
  await clock.advance(1_900);
  const before = [...asked];
  await clock.advance(200);
  expect([before, asked]).toEqual([[ana], [ana, ana]]);
});

test('[RFILE-42] at most four asks wait for an answer, and 64 offers are looked for', async () => {
  const offers = Array.from({ length: 70 }, (_, index) => offer(70 - index));
  const { look, asked, answer, shown, clock, told } = makeFetching(offers);
  await look();
  const atOnce = asked.length;
  const toldAtFirst = told.length;
  await look();
  expect(told).toHaveLength(toldAtFirst);
  await clock.advance(5_000);
  await answer(ana, lake);
  expect([atOnce, asked.length, shown(), shown(63), shown(64)]).toEqual([4, 5, lake, 'coming', 'hidden']);
});

test.each<[string, 'coming' | 'hidden' | undefined, Setting, Partial<StoredTransfer>]>([
  ['of somebody whom the user knows come', 'coming', {}, {}],
  ['of somebody unknown are hidden', 'hidden', { familiar: [] }, {}],
  ['are hidden while the store cannot be read', 'hidden', { failure: new StoreError('failed', 'it cannot be read') }, {}],
  ['in a private room come', 'coming', { familiar: [] }, { conversation: conversationOfRoom(`&${'0'.repeat(16)}`) }],
  ['of a blocked author are not looked for', undefined, { blocked: [ana] }, {}],
  ['of an offer that ended are not looked for', undefined, {}, { state: 'cancelled' }],
  ['of an offer to the user alone are in it', undefined, {}, { conversation: fakeOffer(ana, 1).conversation }],
])('[RFILE-43] small pictures %s', async (_what, expected, setting, change) => {
  const { look, shown, asked } = makeFetching([offer(1, undefined, change)], setting);
  await look();
  expect([shown(), asked.length]).toEqual([expected, expected === 'coming' ? 1 : 0]);
});

test('[RFILE-43] hidden ones come once the user asks for them', async () => {
  const { look, shown, answer, fetching, clock, book, told } = makeFetching([offer(1)], { familiar: [] });
  await look();
  for (const transfer of book.values()) fetching.want(transfer);
  await clock.advance(1);
  const meanwhile = [shown(), told];
  await answer(ana, lake);
  expect([...meanwhile, shown()]).toEqual(['coming', [...book.keys()], lake]);
});

test('[RFILE-42] once closed, nothing more is asked or kept', async () => {
  const { look, answer, shown, fetching, asked, clock } = makeFetching([offer(1)]);
  await look();
  fetching.close();
  await answer(ana, lake);
  await clock.advance(7_200_000);
  expect([shown(), asked]).toEqual(['coming', [ana]]);
});

test('[RFILE-42] beyond 64 offers, the one that is wanted for the longest time is hidden again, and hosts hear of it', async () => {
  const offers = Array.from({ length: 65 }, (_, index) => offer(index + 1));
  const { fetching, shown, told, clock } = makeFetching(offers);
  for (const one of offers) fetching.offered(one);
  await clock.advance(1);
  const ids = offers.map(({ transferId }) => transferId);
  expect([shown(0), shown(1), shown(64), told]).toEqual(['hidden', 'coming', 'coming', [...ids, ids[0]]]);
});

test('[RFILE-42] a member to whom no session opens, or that takes no ask, is passed over at once', async () => {
  const open = (peerId: PeerId): Promise<boolean> => Promise.resolve(peerId !== ana);
  const { look, asked } = makeFetching([offer(1)], { open, unsendable: [bo] });
  await look();
  expect(asked).toEqual([bo, cy]);
});

test('[RFILE-42] a session that opens when its time is over asks for nothing', async () => {
  const opening: ((isOpen: boolean) => void)[] = [];
  const open = (): Promise<boolean> => new Promise((resolve) => opening.push(resolve));
  const { look, asked, clock } = makeFetching([offer(1)], { open });
  await look();
  await clock.advance(10_000);
  const [first, second] = opening;
  first?.(true);
  await clock.advance(1);
  const late = [...asked];
  second?.(true);
  await clock.advance(1);
  expect([late, asked, opening.length]).toEqual([[], [bo], 2]);
});

test('[RFILE-42] once closed, news of a member asks for nothing', async () => {
  const { fetching, asked, clock, book } = makeFetching([offer(1)], { familiar: [] });
  fetching.close();
  for (const transfer of book.values()) fetching.want(transfer);
  fetching.heard(ana);
  await clock.advance(7_200_000);
  expect(asked).toEqual([]);
});

test.each<[string, (book: Map<MessageId, StoredTransfer>, close: () => void) => void]>([
  ['its offer is withdrawn', (book) => book.forEach((one, id) => book.set(id, { ...one, state: 'cancelled' }))],
  ['its offer is forgotten', (book) => book.clear()],
  ['the program ends', (_, close) => close()],
])('[RFILE-41] an answer is kept nowhere if %s while its hash is made', async (_, happen) => {
  let resume: () => void = () => undefined;
  const hash = async (bytes: Uint8Array): Promise<Uint8Array> => {
    await new Promise<void>((resolve) => (resume = resolve));
    return sha256(bytes);
  };
  const { look, answer, book, fetching, clock, asked } = makeFetching([offer(1)], { hash });
  await look();
  await answer(ana, lake);
  happen(book, fetching.close);
  resume();
  await clock.advance(7_200_000);
  expect([[...book.values()].map((one) => one.offer.previews), asked]).toEqual([[...book].map(() => undefined), [ana]]);
});

test('[RFILE-43] a mistake in place of an answer of the store is not hidden', async () => {
  const { look } = makeFetching([offer(1)], { failure: new Error('no answer') });
  await expect(look()).rejects.toThrow('no answer');
});
