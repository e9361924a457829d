/**
 * Datagrams for tests: ordinary ones, arbitrary ones for fast-check, and broken ones as a hostile or confused sender would make them.
 * All chance comes from a seed, so that a failing case can be had again.
 */
import * as fc from 'fast-check';
import type { Status } from '../../src/shared/contract/model.ts';
import type { Announcement } from '../../src/main/core/presence/wire/announcement.ts';
import {
  encodeDatagram,
  headerBytes,
  nonceBytes,
  recipientBytes,
  signatureBytes,
  type DatagramBody,
} from '../../src/main/core/presence/wire/datagram.ts';
import type { Identity, Random } from '../../src/main/core/ports.ts';

const statuses: readonly Status[] = ['available', 'away', 'busy'];
/** Text as strangers write it: other scripts, emoji, marks, direction overrides, controls, lone surrogates. */
const oddTexts = [
  'Ana',
  'Bảo Trân',
  '佐藤 健',
  'سارة',
  '👩‍🚀',
  'a\u0301\u0301',
  '\u202egnp.exe',
  '\u0000\n\t',
  '\ud800',
  '\u200b',
  '',
] as const;

export function sampleAnnouncement(change: Partial<Announcement> = {}): Announcement {
  return {
    intervalMs: 5_000,
    unicastPort: 50_000,
    tcpPort: 0,
    status: 'available',
    flags: 0,
    roomDigest: new Uint8Array(8),
    name: 'Ana Ribeiro',
    host: 'ana-thinkpad',
    note: '',
    ...change,
  };
}

const uint16 = fc.nat({ max: 0xffff });
const exactly = (sizeBytes: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: sizeBytes, maxLength: sizeBytes });
/** Any string at all, much of it the hostile kind. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), { maxLength: 8 })
  .map((parts) => parts.join(''));

export const arbitraryAnnouncement: fc.Arbitrary<Announcement> = fc.record({
  intervalMs: uint16,
  unicastPort: uint16,
  tcpPort: uint16,
  status: fc.constantFrom(...statuses),
  flags: fc.nat({ max: 0xff }),
  roomDigest: exactly(8),
  name: hostileText,
  host: hostileText,
  note: hostileText,
});

export const arbitraryIncarnation: fc.Arbitrary<number> = fc.nat({ max: 2 ** 48 - 1 });

const exchange = { to: exactly(recipientBytes), nonce: exactly(nonceBytes) };
const arbitraryEndpoint = fc.record({ family: fc.constant('ipv4'), address: fc.ipV4(), port: uint16 });

export const arbitraryBody: fc.Arbitrary<DatagramBody> = fc.oneof(
  fc.record({ kind: fc.constant('beacon'), announcement: arbitraryAnnouncement }),
  fc.record({
    kind: fc.constant('hello'),
    ...exchange,
    echoedIncarnation: arbitraryIncarnation,
    announcement: arbitraryAnnouncement,
  }),
  fc.record({ kind: fc.constant('hello-ack'), ...exchange }),
  fc.record({ kind: fc.constant('goodbye') }),
  fc.record({ kind: fc.constant('ping'), ...exchange, unanswered: fc.nat({ max: 255 }), wantsBeacon: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('pong', 'ask-peers'), ...exchange }),
  fc.record({ kind: fc.constant('suspect'), suspect: exactly(recipientBytes), suspectIncarnation: arbitraryIncarnation }),
  fc.record({ kind: fc.constant('peers'), ...exchange, endpoints: fc.array(arbitraryEndpoint, { maxLength: 100 }) }),
);

/** A valid datagram of any kind, with texts of any kind. */
export function randomDatagram(random: Random, identity: Identity): Uint8Array {
  const text = (): string => Array.from({ length: below(random, 5) }, () => pick(random, oddTexts)).join('');
  const announcement = sampleAnnouncement({
    intervalMs: below(random, 65_536),
    unicastPort: below(random, 65_536),
    status: pick(random, statuses),
    name: text(),
    host: text(),
    note: text(),
  });
  const to = random.bytes(recipientBytes);
  const nonce = random.bytes(nonceBytes);
  const bodies: readonly DatagramBody[] = [
    { kind: 'beacon', announcement },
    { kind: 'hello', to, echoedIncarnation: below(random, 2 ** 32), nonce, announcement },
    { kind: 'hello-ack', to, nonce },
    { kind: 'goodbye' },
    { kind: 'ping', to, nonce, unanswered: below(random, 256), wantsBeacon: random.fraction() < 0.5 },
    { kind: 'pong', to, nonce },
    { kind: 'suspect', suspect: to, suspectIncarnation: below(random, 2 ** 40) },
    { kind: 'ask-peers', to, nonce },
    {
      kind: 'peers',
      to,
      nonce,
      endpoints: [{ family: 'ipv4', address: `10.0.0.${below(random, 256)}`, port: below(random, 65_536) }],
    },
  ];
  return encodeDatagram(
    { incarnation: below(random, 2 ** 40), sequence: below(random, 2 ** 31) },
    pick(random, bodies),
    identity,
  );
}

/** The ways in which `brokenDatagram` breaks one. */
export const mutations = {
  noise: (_valid, _other, random) => random.bytes(below(random, 400)),
  noiseBehindHeader: (valid, _other, random) =>
    joined(valid.subarray(0, 1 + below(random, headerBytes)), random.bytes(below(random, 300))),
  flippedBits(valid, _other, random) {
    const bytes = valid.slice();
    for (let flips = 1 + below(random, 4); flips > 0; flips -= 1) {
      const offset = below(random, bytes.length);
      bytes[offset] = (bytes[offset] as number) ^ (1 << below(random, 8));
    }
    return bytes;
  },
  changedByte(valid, _other, random) {
    const bytes = valid.slice();
    bytes[below(random, bytes.length)] = pick(random, [0, 1, 0x7f, 0x80, 0xfe, 0xff]);
    return bytes;
  },
  truncated: (valid, _other, random) => valid.slice(0, below(random, valid.length)),
  extended: (valid, _other, random) => joined(valid, random.bytes(1 + below(random, 200))),
  oversized: (valid, _other, random) => joined(valid, random.bytes(1_200 + below(random, 3_000))),
  /** The front of one, the rest of another. */
  spliced: (valid, other, random) =>
    joined(valid.subarray(0, below(random, valid.length)), other.subarray(below(random, other.length))),
  /** Bytes taken out of the middle, so that lengths and offsets no longer fit. */
  shortened(valid, _other, random) {
    const from = below(random, valid.length);
    return joined(valid.subarray(0, from), valid.subarray(Math.min(valid.length, from + 1 + below(random, 20))));
  },
  /** The body of one with another's signature. */
  signedByAnother: (valid, other) => joined(valid.subarray(0, -signatureBytes), other.subarray(-signatureBytes)),
} as const satisfies Record<string, (valid: Uint8Array, other: Uint8Array, random: Random) => Uint8Array>;

const mutators = Object.values(mutations);

/** Breaks one of `valid` in one of the ways; now and then it stays valid, as chance has it. */
export function brokenDatagram(random: Random, valid: readonly Uint8Array[]): Uint8Array {
  return pick(random, mutators)(pick(random, valid), pick(random, valid), random);
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[below(random, items.length)] as Item;
}

/** A whole number in [0, limit). */
export function below(random: Random, limit: number): number {
  return Math.floor(random.fraction() * limit);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
