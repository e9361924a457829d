import { expect, test } from 'vitest';
import { sampleAnnouncement } from '../../../../../test/fixtures/sample-datagrams.ts';
import { decodeAnnouncement, encodeAnnouncement } from './announcement.ts';

/** Bytes before the three texts. */
const fixedBytes = 16;
const statusOffset = 6;

/** An announcement with these bytes as texts, which no honest encoder would write. */
function withRawTexts(texts: readonly (string | Uint8Array)[]): Uint8Array {
  const fixed = encodeAnnouncement(sampleAnnouncement()).subarray(0, fixedBytes);
  const parts = texts.map((text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text));
  return new Uint8Array([...fixed, ...parts.flatMap((part) => [part.length, ...part])]);
}

test('[WIRE-5] an unknown status reads as available', () => {
  const bytes = encodeAnnouncement(sampleAnnouncement({ status: 'busy' }));
  expect(decodeAnnouncement(bytes)).toMatchObject({ status: 'busy' });
  expect(decodeAnnouncement(bytes.with(statusOffset, 200))).toMatchObject({ status: 'available' });
});

test('[WIRE-6] the receiver cuts texts beyond the limits', () => {
  const decoded = decodeAnnouncement(withRawTexts(['n'.repeat(200), 'h'.repeat(255), '健'.repeat(60)]));
  expect(decoded).toMatchObject({ name: 'n'.repeat(48), host: 'h'.repeat(48), note: '健'.repeat(32) });
});

test('[WIRE-7] the receiver cleans texts that the sender did not clean', () => {
  const decoded = decodeAnnouncement(withRawTexts(['\u202eAna\u0000\u200b', ' ana\t\n host ', '\u2066note\u2069\ufeff']));
  expect(decoded).toMatchObject({ name: 'Ana', host: 'ana host', note: 'note' });
});

test('[AWAY-12] the end of a busy status takes 10 bytes without rooms, 4 with them, and none if there is none', () => {
  const rooms = { clockSeconds: 1_795_986_480, rooms: [{ name: 'lunch', digest: new Uint8Array(8) }] };
  const sizes = [{}, rooms].map((change) => {
    const [without, withEnd] = [{}, { busyUntilSeconds: 1_795_993_200 }].map((end) =>
      encodeAnnouncement(sampleAnnouncement({ status: 'busy', ...change, ...end })),
    );
    expect(decodeAnnouncement(withEnd ?? new Uint8Array())).toMatchObject({ busyUntilSeconds: 1_795_993_200, ...change });
    return (withEnd?.length ?? 0) - (without?.length ?? 0);
  });
  expect(sizes).toEqual([10, 4]);
});

test('[AWAY-12] zeros and cut bytes there say nothing, and so do those behind more rooms than we know', () => {
  const bytes = encodeAnnouncement(sampleAnnouncement({ busyUntilSeconds: 1 }));
  const roomCount = bytes.length - 5;
  for (const changed of [bytes.subarray(0, -1), bytes.with(bytes.length - 1, 0), bytes.with(roomCount, 4)])
    expect(decodeAnnouncement(changed)).not.toHaveProperty('busyUntilSeconds');
});

test('[PROF-10] the version takes its bytes and one more; a long, cut or foreign text there is no version', () => {
  const [without, withVersion] = [{}, { version: '1.2.3' }].map((change) =>
    encodeAnnouncement(sampleAnnouncement({ busyUntilSeconds: 1, ...change })),
  ) as [Uint8Array, Uint8Array];
  expect(withVersion.length - without.length).toBe(6);
  expect(decodeAnnouncement(withVersion)).toEqual({ ...sampleAnnouncement({ busyUntilSeconds: 1 }), version: '1.2.3' });
  const behind = (text: string, length = text.length): Uint8Array =>
    Uint8Array.from([...without, length, ...new TextEncoder().encode(text)]);
  const claims = [
    behind('1.2.3', 9),
    behind('1.2'),
    behind('1.2.3\u202e'),
    behind(`1.2.3-${'a'.repeat(27)}`),
    behind('\0\0'),
    behind(''),
  ];
  expect(claims.map((bytes) => decodeAnnouncement(bytes))).toEqual(claims.map(() => sampleAnnouncement({ busyUntilSeconds: 1 })));
  expect(decodeAnnouncement(Uint8Array.from([...without, 2, 0xc0, 0x80]))).toEqual(sampleAnnouncement({ busyUntilSeconds: 1 }));
});

test('[WIRE-1, WIRE-7] an announcement that is not UTF-8 is malformed', () => {
  for (const raw of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x91]]) {
    expect(decodeAnnouncement(withRawTexts([Uint8Array.from(raw), '', '']))).toBe('text');
  }
});
