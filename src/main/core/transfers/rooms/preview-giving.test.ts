/** Small pictures for members that ask, and for nobody else. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { conversationOf, conversationOfRoom, type PeerId } from '../../../../shared/lib/ids.ts';
import { maxPreviewBytes } from '../../../../shared/contract/transfers.ts';
import type { TransferFrame } from '../../messaging/wire/frames.ts';
import { encodePreviewBytes } from '../../messaging/wire/preview-bytes.ts';
import type { StoredTransfer } from '../ports.ts';
import { createPreviewGiving, givenPictures } from './preview-giving.ts';

const author = 'a'.repeat(52);
const previews = [0, 1, 2, 3].map((file) => ({ file, bytes: new Uint8Array(maxPreviewBytes), description: '' }));
const base = fakeOffer(author, 1, { conversation: conversationOfRoom('lunch') });
const transfer: StoredTransfer = { ...base, offer: { ...base.offer, previews, previewsId: new Uint8Array(32) } };

function makeGiving(given: StoredTransfer = transfer, { blocked = '', outsider = '' } = {}) {
  const clock = createFakeClock();
  const sent: (TransferFrame & { readonly to: PeerId })[] = [];
  const asked = createPreviewGiving({
    clock,
    book: { get: (transferId) => (transferId === given.transferId ? given : undefined) },
    sessions: { send: (to, frame) => sent.push({ ...frame, to }) > 0 },
    isMember: (_, peerId) => peerId !== outsider,
    isBlocked: (peerId) => peerId === blocked,
  });
  const answersOf = (): readonly string[] => sent.map((frame) => (frame.type === 'previewAnswer' ? frame.answer : frame.type));
  return { clock, sent, asked: (peerId: PeerId) => asked(peerId, given.transferId), answersOf };
}

test('[RFILE-44] a member gets all small pictures of an offer', () => {
  const { asked, sent } = makeGiving();
  asked('bo');
  expect(sent).toEqual([
    {
      ...{ to: 'bo', type: 'previewAnswer', transferId: transfer.transferId },
      ...{ answer: 'has', bytes: encodePreviewBytes(previews) },
    },
  ]);
});

const refused = { answer: 'not', bytes: new Uint8Array(0) };
test.each<[string, StoredTransfer, object]>([
  ['no member', transfer, { outsider: 'bo' }],
  ['blocked', transfer, { blocked: 'bo' }],
  ['a member, when the offer was withdrawn,', { ...transfer, state: 'cancelled', code: 'withdrawn' }, {}],
  ['a member, when it was withdrawn after the files came,', { ...transfer, state: 'done', isHeld: false }, {}],
  ['a member, of an offer to somebody else,', { ...transfer, conversation: conversationOf(author) }, {}],
  ['a member, of an offer without them,', base, {}],
])('[RFILE-44] a peer that is %s gets nothing', (_what, given, peers) => {
  const { asked, sent } = makeGiving(given, peers);
  asked('bo');
  expect(sent).toMatchObject([refused]);
});

test('[RFILE-45] the answers of a node have a limit, and those beyond it are busy', async () => {
  const { clock, asked, answersOf, sent } = makeGiving();
  for (let index = 0; index < 50; index += 1) asked(`member ${index}`);
  const count = (answer: string): number => answersOf().filter((one) => one === answer).length;
  expect([count('has'), count('busy')]).toEqual([givenPictures.burst, 50 - givenPictures.burst]);
  await clock.advance(1_000);
  for (let index = 20; index < 50; index += 1) asked(`member ${index}`);
  expect(count('has')).toBe(givenPictures.burst + givenPictures.perSecond);
  const sizeBytes = sent.reduce((sum, frame) => sum + (frame.type === 'previewAnswer' ? frame.bytes.length : 0), 0);
  expect(sizeBytes).toBeLessThan(24 * 135_000);
});

test('[RFILE-45] one member gets the same pictures three times in an hour', async () => {
  const { clock, asked, answersOf } = makeGiving();
  for (let count = 0; count < 5; count += 1) {
    asked('bo');
    await clock.advance(10_000);
  }
  await clock.advance(3_600_000);
  asked('bo');
  expect(answersOf()).toEqual(['has', 'has', 'has', 'not', 'not', 'has']);
});

test('[RFILE-45] a flood of asks of one peer is not even answered', () => {
  const { asked, answersOf } = makeGiving();
  for (let count = 0; count < 1_000; count += 1) asked('bo');
  expect(answersOf()).toHaveLength(100);
});
