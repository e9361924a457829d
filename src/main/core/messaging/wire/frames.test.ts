import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encode } from '@msgpack/msgpack';
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
import { findShapeProblem, maxValues } from './msgpack-limits.ts';

/** Frames that are mutated at random. */
const mutations = process.env['HALLWAY_LONG'] === '1' ? 1_000_000 : 100_000;
/** What a decoder holds is little, and nothing of it stays. */
const maxGrowthBytes = 16 * 1_048_576;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const messageId = fc
  .tuple(fc.stringMatching(/^[0-9a-f]{12}$/), fc.stringMatching(/^[0-9a-f]{15}$/), fc.constantFrom('8', '9', 'a', 'b'))
  .map(([a, b, c]) => `${a.slice(0, 8)}-${a.slice(8)}-7${b.slice(0, 3)}-${c}${b.slice(3, 6)}-${b.slice(6)}fff`);
const wellFormed = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((text) => text.isWellFormed());
const message: fc.Arbitrary<WireMessage> = fc.record({
  messageId,
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  sentAtMs: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  fromName: fc.string({ unit: 'grapheme', maxLength: 20 }),
  text: wellFormed,
});
const reason = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/);
const ids = fc.array(messageId, { maxLength: 20 });
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc
    .record({ versions: fc.tuple(fc.nat(), fc.nat()), capabilities: fc.array(reason, { maxLength: 8 }) })
    .map(({ versions: [one, other], capabilities }) => ({
      type: 'hello' as const,
      lowestVersion: Math.min(one, other),
      highestVersion: Math.max(one, other),
      capabilities,
    })),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((proof) => ({
    ...{ type: 'hello' as const, lowestVersion: 1, highestVersion: 1, capabilities: [] },
    proof,
  })),
  fc.array(message, { maxLength: 8 }).map((messages) => ({ type: 'messages' as const, messages })),
  fc.tuple(fc.constantFrom('kept' as const, 'read' as const), ids).map(([type, messageIds]) => ({ type, messageIds })),
  fc.boolean().map((isTyping) => ({ type: 'typing' as const, isTyping })),
  fc.tuple(reason, ids).map(([why, messageIds]) => ({ type: 'refuse' as const, reason: why, messageIds })),
  fc.tuple(fc.constantFrom('ping' as const, 'pong' as const), fc.nat()).map(([type, nonce]) => ({ type, nonce })),
  reason.map((why) => ({ type: 'bye' as const, reason: why })),
);

const example: WireMessage = {
  messageId: '0192a5b0-1111-7abc-9def-0123456789ab',
  sequence: 3,
  sentAtMs: 1_767_225_600_000,
  fromName: 'Ana',
  text: 'good morning',
};

const idHex = `d924${Buffer.from(example.messageId).toString('hex')}`;
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
  kept: [{ type: 'kept', messageIds: [example.messageId] }, `00000029 92 03 91 ${idHex}`],
  read: [{ type: 'read', messageIds: [] }, '00000003 92 04 90'],
  typing: [{ type: 'typing', isTyping: true }, '00000003 92 05 c3'],
  refuse: [
    { type: 'refuse', reason: 'unwanted', messageIds: [example.messageId] },
    `00000032 93 06 a8756e77616e746564 91 ${idHex}`,
  ],
  ping: [{ type: 'ping', nonce: 7 }, '00000003 92 07 07'],
  pong: [{ type: 'pong', nonce: 70_000 }, '00000007 92 08 ce00011170'],
  bye: [{ type: 'bye', reason: 'idle' }, '00000007 92 09 a469646c65'],
};

describe('what is encoded', () => {
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

  test('[FRAME-1] decodes to the same frames, in whatever pieces it arrives', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(400), { minLength: 1 }), (sent, sizes) => {
        const bytes = joined(sent.map(encodeFrame));
        const decoder = createFrameDecoder();
        const received: ReceivedFrame[] = [];
        for (let offset = 0, turn = 0; offset < bytes.length; turn += 1) {
          const size = 1 + (sizes[turn % sizes.length] as number);
          // A copy that is overwritten afterwards: nothing decoded may rest on what was lent.
          const piece = bytes.slice(offset, offset + size);
          received.push(...decoder.push(piece).frames);
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

  test('[FRAME-9] half a character is replaced, here and there', () => {
    const [received] = decodeWhole(encodeFrame({ type: 'messages', messages: [{ ...example, text: 'a\ud83d' }] }));
    expect(received).toEqual({ type: 'messages', messages: [{ ...example, text: 'a\ufffd' }] });
    // The first two bytes of a character of four.
    const broken = raw([2, [[example.messageId, 1, 1, 'Ana', 'xy']]]);
    broken.set([0xf0, 0x9f], broken.length - 2);
    const [decoded] = decodeWhole(broken);
    expect(decoded?.type === 'messages' && decoded.messages[0]?.text.isWellFormed()).toBe(true);
  });
});

describe('[FRAME-3] what is more than a frame may have', () => {
  test.each([
    ['a text', { type: 'messages', messages: [{ ...example, text: 'ö'.repeat(maxTextBytes / 2 + 1) }] }],
    ['messages', { type: 'messages', messages: Array.from({ length: maxMessagesPerFrame + 1 }, () => example) }],
    ['ids', { type: 'kept', messageIds: Array.from({ length: maxIdsPerFrame + 1 }, () => example.messageId) }],
    ['bytes', { type: 'messages', messages: Array.from({ length: 17 }, () => ({ ...example, text: 'x'.repeat(maxTextBytes) })) }],
  ] as const)('is not encoded: %s', (_what, tooMuch) => {
    expect(() => encodeFrame(tooMuch)).toThrow(RangeError);
  });

  test('fits at the limits', () => {
    const fullest: readonly Frame[] = [
      { type: 'messages', messages: Array.from({ length: maxMessagesPerFrame }, () => example) },
      { type: 'messages', messages: Array.from({ length: 15 }, () => ({ ...example, text: 'x'.repeat(maxTextBytes) })) },
      { type: 'kept', messageIds: Array.from({ length: maxIdsPerFrame }, () => example.messageId) },
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

  test('as many messages are put into a frame as surely fit', () => {
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

describe('[FRAME-4] what would take much to build is refused before it is built', () => {
  test.each([
    ['deep arrays', Uint8Array.of(...Array<number>(200).fill(0x91), 0xc0), 'too-large'],
    ['deep maps', Uint8Array.of(...Array<number>(100).fill(0x81), 0xc0), 'too-large'],
    ['an array that claims 4,294,967,295 values', Uint8Array.of(0xdd, 255, 255, 255, 255, 1), 'malformed'],
    ['a map that claims 2,147,483,648 entries', Uint8Array.of(0xdf, 128, 0, 0, 0, 1), 'malformed'],
    ['many values', Uint8Array.from(encode(Array(maxValues).fill(0))), 'too-large'],
    ['a string that claims 4 GiB', Uint8Array.of(0xdb, 255, 255, 255, 255), 'too-large'],
    ['bytes that claim 4 GiB', Uint8Array.of(0xc6, 255, 255, 255, 255), 'malformed'],
    ['an extension that is cut off', Uint8Array.of(0xc9, 0, 0, 1, 0, 5), 'malformed'],
    ['the byte that is never used', Uint8Array.of(0xc1), 'malformed'],
    ['nothing', new Uint8Array(0), 'malformed'],
    ['two values', Uint8Array.of(1, 1), 'malformed'],
  ] as const)('%s', (_what, bytes, problem) => {
    expect(findShapeProblem(bytes, maxTextBytes)).toBe(problem);
  });

  test('what the library encodes is whole', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const bytes = encode(value);
        expect(findShapeProblem(bytes, maxTextBytes)).toBeUndefined();
        expect(findShapeProblem(bytes.subarray(0, -1), maxTextBytes)).toBe('malformed');
      }),
    );
    const others = [new Uint8Array(300), new Uint8Array(70_000), new Date(), -1, -200, -70_000, 1.5, 2 ** 40, 'x'.repeat(300)];
    expect(findShapeProblem(encode(others), maxTextBytes)).toBeUndefined();
  });
});

test('[FRAME-5] a frame that was only promised takes no memory', () => {
  const before = memoryBytes();
  const decoders = Array.from({ length: 2_000 }, () => {
    const decoder = createFrameDecoder();
    decoder.push(Uint8Array.of(0, 4, 0, 0, 0x91));
    return decoder;
  });
  expect(decoders.every(({ pendingBytes }) => pendingBytes === 5)).toBe(true);
  // Held as promised they would be 512 MiB.
  expect(memoryBytes() - before).toBeLessThan(maxGrowthBytes);
});

test('[FRAME-6] frames of later versions are ignored, and fields behind the last known one', () => {
  expect(decodeWhole(raw([200, { later: [1, 2] }]))).toEqual([{ type: 'unknown', code: 200 }]);
  expect(decodeWhole(raw([9, 'idle', 'later', 1]))).toEqual([{ type: 'bye', reason: 'idle' }]);
  expect(decodeWhole(raw([2, [[example.messageId, 3, example.sentAtMs, 'Ana', 'good morning', { later: true }]]]))).toEqual([
    { type: 'messages', messages: [example] },
  ]);
});

test('[FRAME-7] a hello is read whatever its versions are', () => {
  expect(decodeWhole(raw([1, 7, 9, ['later'], null, 'later']))).toEqual([
    { type: 'hello', lowestVersion: 7, highestVersion: 9, capabilities: ['later'] },
  ]);
});

const id = example.messageId;
test.each([
  ['no array', { a: 1 }],
  ['a map whose key is an array', new Map([[[1], 1]])],
  ['nothing in it', []],
  ['a code that is no number', ['hello']],
  ['a code below zero', [-1]],
  ['a hello without versions', [1]],
  ['a hello whose versions are the wrong way round', [1, 2, 1, [], null]],
  ['a hello with a short proof', [1, 1, 1, [], new Uint8Array(31)]],
  ['a hello with a capability that is no code', [1, 1, 1, ['UPPER'], null]],
  ['a hello with too many capabilities', [1, 1, 1, Array(33).fill('a'), null]],
  ['messages that are none', [2, [1]]],
  ['a message without text', [2, [[id, 1, 1, 'Ana']]]],
  ['a message with an id in upper case', [2, [[id.toUpperCase(), 1, 1, 'Ana', 'x']]]],
  ['a message with an id of another version', [2, [[id.replace('-7', '-4'), 1, 1, 'Ana', 'x']]]],
  ['a message with number 0', [2, [[id, 0, 1, 'Ana', 'x']]]],
  ['a message with half a number', [2, [[id, 1.5, 1, 'Ana', 'x']]]],
  ['a message with a number beyond the safe ones', [2, [[id, 2 ** 53, 1, 'Ana', 'x']]]],
  ['a message from before 1970', [2, [[id, 1, -1, 'Ana', 'x']]]],
  ['a message with an endless name', [2, [[id, 1, 1, 'A'.repeat(257), 'x']]]],
  ['ids that are none', [3, ['x']]],
  ['ids that are no list', [4, id]],
  ['typing that is neither', [5, 1]],
  ['a refusal without ids', [6, 'full']],
  ['a ping without a number', [7]],
  ['a pong with a text', [8, 'x']],
  ['a bye with a sentence', [9, 'I am tired.']],
])('[FRAME-8] refused as malformed: %s', (_what, value) => {
  expect(push(raw(value))).toEqual({ frames: [], problem: 'malformed' });
});

test('[FRAME-1] after a problem there is nothing but that problem', () => {
  const decoder = createFrameDecoder();
  const good = encodeFrame({ type: 'ping', nonce: 1 });
  expect(decoder.push(joined([good, raw([9]), good]))).toEqual({ frames: [{ type: 'ping', nonce: 1 }], problem: 'malformed' });
  expect(decoder.push(good)).toEqual({ frames: [], problem: 'malformed' });
});

test(`[FRAME-1] ${mutations} mutated frames: nothing is thrown, and memory stays`, { timeout: 600_000 }, () => {
  const encoded = fc.sample(frame, { numRuns: 200, seed: 4_255 }).map(encodeFrame);
  const random = fc.sample(fc.array(fc.nat(0xffff_ffff), { minLength: 64, maxLength: 64 }), { numRuns: 1_000, seed: 7_264 });
  const before = memoryBytes();
  const counts: Record<string, number> = {};
  for (let number = 0; number < mutations; number += 1) {
    const noise = random[number % random.length] as readonly number[];
    const bytes = mutated(encoded[(number * 31) % encoded.length] as Uint8Array, noise, number);
    const { frames, problem } = push(bytes);
    const outcome = problem ?? frames[0]?.type ?? 'incomplete';
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  // Mutations that never came near the frames would prove nothing.
  expect(Object.keys(counts).sort()).toEqual(
    expect.arrayContaining(['incomplete', 'malformed', 'too-large', 'unknown', 'messages', 'hello']),
  );
  expect(memoryBytes() - before).toBeLessThan(maxGrowthBytes);
});

/** Flips, inserts, cuts and repeats, mostly behind the length, which is put right as often as not. */
function mutated(sample: Uint8Array, noise: readonly number[], number: number): Uint8Array {
  const bytes = [...sample];
  const times = 1 + ((noise[0] as number) % 4);
  for (let time = 0; time < times; time += 1) {
    const chance = (noise[(number + time * 7 + 1) % noise.length] as number) ^ Math.imul(number, 0x9e37_79b1);
    const at = (chance >>> 4) % Math.max(1, bytes.length);
    const value = (chance >>> 16) & 255;
    if ((chance & 3) === 0) bytes[at] = value;
    else if ((chance & 3) === 1) bytes.splice(at, 0, value);
    else if ((chance & 3) === 2) bytes.splice(at, 1 + (value & 7));
    else bytes.splice(at, 0, ...bytes.slice(at, at + (value & 31)));
  }
  const whole = Uint8Array.from(bytes);
  if (whole.length > 4 && (number & 3) !== 0) new DataView(whole.buffer).setUint32(0, whole.length - 4);
  return whole;
}

function push(bytes: Uint8Array): ReturnType<ReturnType<typeof createFrameDecoder>['push']> {
  return createFrameDecoder().push(bytes);
}

function decodeWhole(bytes: Uint8Array): readonly ReceivedFrame[] {
  const { frames, problem } = push(bytes);
  expect(problem).toBeUndefined();
  return frames;
}

/** A frame of anything at all. */
function raw(value: unknown): Uint8Array {
  const body = encode(value);
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, 4);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** After a collection: what nobody holds does not count. */
function memoryBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
