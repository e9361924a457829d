/** Frames: their bytes, their limits, and what a decoder refuses. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countForFrame,
  createFrameDecoder,
  encodeFrame,
  maxFrameBytes,
  maxIdsPerFrame,
  maxMessagesPerFrame,
  maxTextBytes,
  type Frame,
  type ReceivedFrame,
  type WireMessage,
} from './frames.ts';
import { addJoined, frame, push, raw } from '../../../../../test/fixtures/frames.ts';

const example: WireMessage = {
  messageId: '0192a5b0-1111-7abc-9def-0123456789ab',
  sequence: 3,
  sentAtMs: 1_767_225_600_000,
  fromName: 'Ana',
  text: 'good morning',
};

const idHex = `d924${Buffer.from(example.messageId).toString('hex')}`;
const room = '0123456789abcdef';
const roomHex = `c408${room}`;
const publicKey = new Uint8Array(33).fill(2);
/** One of each type, and its bytes in hex. A type that lacks its entry here doesn't compile. */
const samples: { readonly [Type in Frame['type']]: readonly [Extract<Frame, { readonly type: Type }>, string] } = {
  hello: [
    { type: 'hello', lowestVersion: 1, highestVersion: 2, capabilities: ['files'] },
    '0000000c 95 01 01 02 91 a566696c6573 c0',
  ],
  messages: [
    { type: 'messages', messages: [example] },
    `00000045 92 02 91 95 ${idHex} 03 cf0000019b76daa800 a3416e61 ac676f6f64206d6f726e696e67`,
  ],
  ack: [{ type: 'ack', messageIds: [example.messageId] }, `00000029 92 03 91 ${idHex}`],
  read: [{ type: 'read', messageIds: [] }, '00000003 92 04 90'],
  typing: [{ type: 'typing', isTyping: true }, '00000003 92 05 c3'],
  reject: [
    { type: 'reject', reason: 'unwanted', messageIds: [example.messageId] },
    `00000032 93 06 a8756e77616e746564 91 ${idHex}`,
  ],
  ping: [{ type: 'ping', nonce: 7 }, '00000003 92 07 07'],
  pong: [{ type: 'pong', nonce: 70_000 }, '00000007 92 08 ce00011170'],
  bye: [{ type: 'bye', reason: 'idle' }, '00000007 92 09 a469646c65'],
  heads: [
    {
      ...{ type: 'heads', room, isAnswer: false, isLast: true, digest: new Uint8Array(8).fill(7) },
      heads: [{ ...{ publicKey, epoch: 5, floor: 1, top: 9 }, hash8: new Uint8Array(8).fill(6), holes: [{ from: 3, to: 4 }] }],
    },
    `0000004e 96 10 ${roomHex} c2 c3 c408${'07'.repeat(8)} 91 96 c421${'02'.repeat(33)} 05 01 09 c408${'06'.repeat(8)} 91 92 03 04`,
  ],
  want: [
    { type: 'want', room, id: 1, wanted: { kind: 'ranges', ranges: [{ tag: '01020304', from: 5, to: 300 }] } },
    `00000019 94 11 ${roomHex} 01 91 93 c40401020304 05 cd012c`,
  ],
  blocks: [{ type: 'blocks', room, id: 1, blocks: [Uint8Array.of(1, 2)] }, `00000012 94 12 ${roomHex} 01 91 c4020102`],
  end: [{ type: 'end', room, id: 1, missing: [{ tag: room, floor: 4 }] }, `0000001a 94 13 ${roomHex} 01 91 92 ${roomHex} 04`],
  relay: [
    { type: 'relay', room, hops: 3, tags: [room], blocks: [Uint8Array.of(1, 2)] },
    `0000001d 95 14 ${roomHex} 03 91 ${roomHex} 91 c4020102`,
  ],
  feed: [{ type: 'feed', room, isOn: true }, `0000000d 93 16 ${roomHex} c3`],
  taken: [{ type: 'taken', hashes: [room] }, `0000000d 92 15 91 ${roomHex}`],
  busy: [
    { type: 'busy', room, id: 0, waitMs: 1_000, holders: ['a'.repeat(52)] },
    `00000047 95 17 ${roomHex} 00 cd03e8 91 d934${'61'.repeat(52)}`,
  ],
  privateList: [{ type: 'privateList', room, changes: [Uint8Array.of(1, 2)] }, `00000011 93 20 ${roomHex} 91 c4020102`],
  privateState: [
    {
      ...{ type: 'privateState', room, isAsk: true, version: 2, hashes: [room], digest: new Uint8Array(8).fill(7) },
      tops: [{ tag: '01020304', number: 9 }],
    },
    `0000002c 97 21 ${roomHex} c3 02 91 ${roomHex} c408${'07'.repeat(8)} 91 92 c40401020304 09`,
  ],
  privateBlocks: [{ type: 'privateBlocks', room, blocks: [Uint8Array.of(1, 2)] }, `00000011 93 22 ${roomHex} 91 c4020102`],
  privateLeft: [{ type: 'privateLeft', room }, `0000000c 92 23 ${roomHex}`],
  transferState: [
    { type: 'transferState', states: [{ transferId: example.messageId, state: 'failed', code: 'changed' }] },
    `00000039 92 30 91 93 ${idHex} a66661696c6564 a76368616e676564`,
  ],
  transferTold: [{ type: 'transferTold', messageIds: [example.messageId] }, `00000029 92 31 91 ${idHex}`],
  transferCall: [{ type: 'transferCall', transferId: example.messageId }, `00000028 92 32 ${idHex}`],
  transferAsk: [{ type: 'transferAsk', transferId: example.messageId }, `00000028 92 33 ${idHex}`],
  transferHolders: [
    { type: 'transferHolders', transferId: example.messageId, answer: 'has', holders: ['a'.repeat(52)] },
    `00000060 94 37 ${idHex} 01 91 d934${'61'.repeat(52)}`,
  ],
  previewAsk: [{ type: 'previewAsk', transferId: example.messageId }, `00000028 92 38 ${idHex}`],
  previewAnswer: [
    { type: 'previewAnswer', transferId: example.messageId, answer: 'has', bytes: Uint8Array.of(1, 2) },
    `0000002d 94 39 ${idHex} 01 c4020102`,
  ],
  pull: [
    { type: 'pull', transferId: example.messageId, part: 'content', haveBytes: 5, chunks: [7, 300] },
    `0000002f 95 34 ${idHex} 01 05 92 07 cd012c`,
  ],
  piece: [
    { type: 'piece', transferId: example.messageId, part: 'description', chunk: 1, offset: 0, bytes: Uint8Array.of(1, 2) },
    `0000002f 96 35 ${idHex} 00 01 00 c4020102`,
  ],
  noPiece: [{ type: 'noPiece', transferId: example.messageId, code: 'vanished' }, `00000031 93 36 ${idHex} a876616e6973686564`],
};

describe('encoding', () => {
  test.each(Object.values(samples))('[FRAME-2] has the same bytes in every release: %o', (sent, hex) => {
    expect(Buffer.from(encodeFrame(sent)).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  test('[FRAME-2] decodes to itself', () => {
    fc.assert(
      fc.property(frame, (sent) => {
        expect(decodeWhole(encodeFrame(sent))).toEqual([sent]);
      }),
    );
  });

  test('[FRAME-1] decodes to the same frames from pieces of any size', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(400), { minLength: 1 }), (sent, sizes) => {
        const bytes = joined(sent.map(encodeFrame));
        const decoder = createFrameDecoder();
        const received: ReceivedFrame[] = [];
        for (let offset = 0, turn = 0; offset < bytes.length; turn += 1) {
          const size = 1 + (sizes[turn % sizes.length] as number);
          // A copy that is overwritten afterwards: decoded frames must not refer to the input.
          const piece = bytes.slice(offset, offset + size);
          addJoined(received, decoder.push(piece).frames);
          piece.fill(0xc1);
          offset += size;
        }
        expect({ received, left: decoder.pendingBytes }).toEqual({ received: sent, left: 0 });
      }),
    );
  });

  test('[FRAME-1] a long frame decodes byte by byte', () => {
    const sent: Frame = { type: 'messages', messages: [{ ...example, text: 'ö'.repeat(maxTextBytes / 2) }] };
    const decoder = createFrameDecoder();
    const received = [...encodeFrame(sent)].flatMap((byte) => decoder.push(Uint8Array.of(byte)).frames);
    expect(received).toEqual([sent]);
  });

  test('[FRAME-9] a lone surrogate is replaced at both ends', () => {
    const [received] = decodeWhole(encodeFrame({ type: 'messages', messages: [{ ...example, text: 'a\ud83d' }] }));
    expect(received).toEqual({ type: 'messages', messages: [{ ...example, text: 'a\ufffd' }] });
    // The first two bytes of a character of four.
    const broken = raw([2, [[example.messageId, 1, 1, 'Ana', 'xy']]]);
    broken.set([0xf0, 0x9f], broken.length - 2);
    const [decoded] = decodeWhole(broken);
    expect(decoded?.type === 'messages' && decoded.messages[0]?.text.isWellFormed()).toBe(true);
  });
});

describe('[FRAME-3] a frame beyond the limits', () => {
  test.each([
    ['a text', { type: 'messages', messages: [{ ...example, text: 'ö'.repeat(maxTextBytes / 2 + 1) }] }],
    ['messages', { type: 'messages', messages: Array.from({ length: maxMessagesPerFrame + 1 }, () => example) }],
    ['ids', { type: 'ack', messageIds: Array.from({ length: maxIdsPerFrame + 1 }, () => example.messageId) }],
    ['bytes', { type: 'messages', messages: Array.from({ length: 17 }, () => ({ ...example, text: 'x'.repeat(maxTextBytes) })) }],
  ] as const)('is not encoded: %s', (_what, tooMuch) => {
    expect(() => encodeFrame(tooMuch)).toThrow(RangeError);
  });

  test('fits at the limits', () => {
    const fullest: readonly Frame[] = [
      { type: 'messages', messages: Array.from({ length: maxMessagesPerFrame }, () => example) },
      { type: 'messages', messages: Array.from({ length: 15 }, () => ({ ...example, text: 'x'.repeat(maxTextBytes) })) },
      { type: 'ack', messageIds: Array.from({ length: maxIdsPerFrame }, () => example.messageId) },
    ];
    for (const sent of fullest) expect(decodeWhole(encodeFrame(sent))).toEqual([sent]);
  });

  test('is refused', () => {
    const id = example.messageId;
    const message_ = [id, 1, 1, 'Ana', 'x'];
    expect({
      bytes: push(Uint8Array.of(0, 4, 0, 1)).problem,
      text: push(raw([2, [[id, 1, 1, 'Ana', 'x'.repeat(maxTextBytes + 1)]]])).problem,
      messages: push(raw([2, Array.from({ length: maxMessagesPerFrame + 1 }, () => message_)])).problem,
      nothing: push(Uint8Array.of(0, 0, 0, 0)).problem,
    }).toEqual({ bytes: 'too-large', text: 'too-large', messages: 'too-large', nothing: 'malformed' });
  });

  test('countForFrame never exceeds the limit', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            length: fc.nat(Math.floor(maxTextBytes / 3)),
            character: fc.constantFrom('x', 'ö', '語'),
            name: fc.constantFrom('Ana', '語'.repeat(48)),
          }),
          { minLength: 1, maxLength: 400 },
        ),
        (shapes) => {
          const messages = shapes.map(({ length, character, name }) => ({
            ...example,
            text: character.repeat(length),
            fromName: name,
          }));
          for (let start = 0; start < messages.length;) {
            const count = countForFrame(messages, start);
            expect(encodeFrame({ type: 'messages', messages: messages.slice(start, start + count) }).length).toBeLessThan(
              maxFrameBytes,
            );
            start += count;
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

test('[FRAME-6] frames and fields of later versions are ignored', () => {
  expect(decodeWhole(raw([200, { later: [1, 2] }]))).toEqual([{ type: 'unknown', code: 200 }]);
  expect(decodeWhole(raw([9, 'idle', 'later', 1]))).toEqual([{ type: 'bye', reason: 'idle' }]);
  expect(decodeWhole(raw([2, [[example.messageId, 3, example.sentAtMs, 'Ana', 'good morning', null, { later: true }]]]))).toEqual(
    [{ type: 'messages', messages: [example] }],
  );
});

test('[FRAME-7] a hello is decoded with any versions', () => {
  expect(decodeWhole(raw([1, 7, 9, ['later'], null, 'later', 1]))).toEqual([
    { type: 'hello', lowestVersion: 7, highestVersion: 9, capabilities: ['later'], purpose: 'later' },
  ]);
});

const id = example.messageId;

test.each([
  ['a map', { a: 1 }],
  ['a map whose key is an array', new Map([[[1], 1]])],
  ['an empty array', []],
  ['a code that is not a number', ['hello']],
  ['a code below zero', [-1]],
  ['a hello without versions', [1]],
  ['a hello whose versions are the wrong way round', [1, 2, 1, [], null]],
  ['a hello with a short proof', [1, 1, 1, [], new Uint8Array(31)]],
  ['a hello with a capability that is no code', [1, 1, 1, ['UPPER'], null]],
  ['a hello with too many capabilities', [1, 1, 1, Array(33).fill('a'), null]],
  ['messages that are not arrays', [2, [1]]],
  ['a message without text', [2, [[id, 1, 1, 'Ana']]]],
  ['a message with an id in upper case', [2, [[id.toUpperCase(), 1, 1, 'Ana', 'x']]]],
  ['a message with an id of another version', [2, [[id.replace('-7', '-4'), 1, 1, 'Ana', 'x']]]],
  ['a message with number 0', [2, [[id, 0, 1, 'Ana', 'x']]]],
  ['a message with a fractional number', [2, [[id, 1.5, 1, 'Ana', 'x']]]],
  ['a message with a number beyond the safe ones', [2, [[id, 2 ** 53, 1, 'Ana', 'x']]]],
  ['a message from before 1970', [2, [[id, 1, -1, 'Ana', 'x']]]],
  ['a message with a name that is too long', [2, [[id, 1, 1, 'A'.repeat(257), 'x']]]],
  ['invalid IDs', [3, ['x']]],
  ['IDs that are not a list', [4, id]],
  ['typing that is not a boolean', [5, 1]],
  ['a rejection without IDs', [6, 'full']],
  ['a ping without a number', [7]],
  ['a pong with a text', [8, 'x']],
  ['a bye with a sentence', [9, 'I am tired.']],
])('[FRAME-8] is malformed: %s', (_what, value) => {
  expect(push(raw(value))).toEqual({ frames: [], problem: 'malformed' });
});

test('[FRAME-1] after a problem the decoder returns that problem alone', () => {
  const decoder = createFrameDecoder();
  const good = encodeFrame({ type: 'ping', nonce: 1 });
  expect(decoder.push(joined([good, raw([9]), good]))).toEqual({ frames: [{ type: 'ping', nonce: 1 }], problem: 'malformed' });
  expect(decoder.push(good)).toEqual({ frames: [], problem: 'malformed' });
});

function decodeWhole(bytes: Uint8Array): readonly ReceivedFrame[] {
  const { frames, problem } = push(bytes);
  expect(problem).toBeUndefined();
  return frames;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
