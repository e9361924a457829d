import { expect, test } from 'vitest';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import { jpegWith } from '../../../../../test/fixtures/made-pictures.ts';
import { previewsFor, previewsTooMany } from './previews.ts';

const bytes = new Uint8Array(jpegWith());

test('[IMG-9] the small pictures of the oldest offers go first', () => {
  const transfers = [3, 1, 4, 2].map((number) => {
    const transfer = fakeOffer(fakePeerId(1), number);
    return { ...transfer, offer: { ...transfer.offer, previews: [{ file: 0, bytes, description: '' }] } };
  });
  const plain = fakeOffer(fakePeerId(1), 0);
  const gone = previewsTooMany([...transfers, plain], 2 * bytes.length);
  expect(gone.map(({ offeredAtMs }) => offeredAtMs - 1_000)).toEqual([2, 1]);
  expect(previewsTooMany(transfers, 4 * bytes.length)).toEqual([]);
});

test('[IMG-6] a small picture finds its file by its name, and its description is cleaned', () => {
  const files = [
    { name: 'a.txt', sizeBytes: 1 },
    { name: 'lake.jpg', sizeBytes: 1 },
  ];
  const given = [
    { name: 'lake.jpg', bytes, description: ' A\nlake\u202e ' },
    { name: 'other.jpg', bytes, description: '' },
    { name: 'a.txt', bytes: new Uint8Array([1, 2, 3]), description: '' },
  ];
  expect(previewsFor(files, given)).toEqual([{ file: 1, bytes, description: 'A lake' }]);
});
