import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleAnnouncement } from '../../../../test/fixtures/sample-datagrams.ts';
import { decodeDatagram, encodeDatagram } from '../../core/presence/wire/datagram.ts';
import { createIdentity } from './identity.ts';
import { createNonces, createTeamEnvelope, deriveTeamKey, minPassphraseCharacters, normalizePassphrase } from './team-key.ts';

// Stretching takes its time on purpose, so each key is made once.
const ours = deriveTeamKey('correct horse battery');
const theirs = deriveTeamKey('another team altogether');
const text = new TextEncoder().encode('hello');

describe('[TEAM-2] the key', () => {
  test('is the same for the same passphrase however it was typed, and another for any other', () => {
    expect(deriveTeamKey('  correct horse battery\t')).toEqual(ours);
    expect(deriveTeamKey('caf\u00e9 au lait')).toEqual(deriveTeamKey('cafe\u0301 au lait'));
    expect(theirs).not.toEqual(ours);
    expect(deriveTeamKey('Correct horse battery')).not.toEqual(ours);
  });

  test('has parts that tell nothing of each other, and is what it was in earlier versions', () => {
    expect(ours.datagrams).not.toEqual(ours.sessions);
    expect(Buffer.from(ours.datagrams).toString('hex')).toBe('9205d634039f83b3c6aed3960e1d8cf1f2bd0aa9af5ebe6629d3b9a18e52b260');
    expect(Buffer.from(ours.sessions).toString('hex')).toBe('4fd4cb39c10f470c70f90e61af8c0d5ce72efe12bf0d545aaadf98ada27da0e3');
  });

  test('counts the characters that it is made of', () => {
    expect(normalizePassphrase('\ufb03\u00a0x ')).toBe('ffi x');
    expect(minPassphraseCharacters).toBeGreaterThanOrEqual(8);
  });
});

describe('the envelope', () => {
  test('[TEAM-1] what is sealed opens with the same key and with no other', () => {
    const sealed = createTeamEnvelope([ours]).seal(text);
    expect(createTeamEnvelope([ours]).open(sealed)).toEqual(Buffer.from(text));
    expect(createTeamEnvelope([theirs]).open(sealed)).toBeUndefined();
    expect(sealed).toHaveLength(text.length + createTeamEnvelope([ours]).overheadBytes);
  });

  test('[TEAM-1] what is not sealed does not open, and what is sealed is no datagram to those without a key', () => {
    const { identity } = createIdentity();
    const beacon = encodeDatagram(
      { incarnation: 1, sequence: 1 },
      { kind: 'beacon', announcement: sampleAnnouncement() },
      identity,
    );
    const envelope = createTeamEnvelope([ours]);
    expect(envelope.open(beacon)).toBeUndefined();
    expect(decodeDatagram(envelope.seal(beacon))).toEqual({ ok: false, reason: 'foreign' });
  });

  test('[TEAM-1] nothing can be changed, cut off or added on the way', () => {
    const envelope = createTeamEnvelope([ours]);
    const sealed = envelope.seal(text);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(envelope.open(changed), `byte ${index}`).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length += 1) expect(envelope.open(sealed.subarray(0, length))).toBeUndefined();
    expect(envelope.open(Uint8Array.of(...sealed, 0))).toBeUndefined();
  });

  test('[TEAM-1] opening is total', () => {
    const envelope = createTeamEnvelope([ours, theirs]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_300 }), fc.boolean(), (bytes, withMagic) => {
        if (withMagic) bytes.set([0x48, 0x41, 0x4c, 0x4b].slice(0, bytes.length));
        return envelope.open(bytes) === undefined;
      }),
    );
  });

  test('[TEAM-3] sends with the first key and accepts each of them', () => {
    const [old, rotating, renewed] = [
      createTeamEnvelope([theirs]),
      createTeamEnvelope([ours, theirs]),
      createTeamEnvelope([ours]),
    ];
    expect(rotating.open(old.seal(text))).toEqual(Buffer.from(text));
    expect(rotating.open(renewed.seal(text))).toEqual(Buffer.from(text));
    expect(renewed.open(rotating.seal(text))).toEqual(Buffer.from(text));
    expect(old.open(rotating.seal(text))).toBeUndefined();
  });

  test('[TEAM-4] a sealed beacon with ordinary names stays under 300 bytes', () => {
    const { identity } = createIdentity();
    const announcement = sampleAnnouncement({
      name: 'Ana Lima',
      host: 'ana-laptop.office.example',
      note: 'back at two, call me',
    });
    const beacon = encodeDatagram(
      { incarnation: Date.UTC(2026, 10, 21), sequence: 7 },
      { kind: 'beacon', announcement },
      identity,
    );
    expect(createTeamEnvelope([ours]).seal(beacon).length).toBeLessThan(300);
  });
});

describe('[TEAM-2] nonces', () => {
  test('never come twice, also when the count starts over', () => {
    const next = createNonces(2 ** 32 - 500);
    const seen = new Set(Array.from({ length: 1_000 }, () => Buffer.from(next()).toString('hex')));
    expect(seen.size).toBe(1_000);
    // One prefix before, one after, each with the counts that it has room for.
    const prefixes = [...seen].map((nonce) => nonce.slice(0, 16));
    expect(new Set(prefixes).size).toBe(2);
    expect(prefixes.filter((prefix) => prefix === prefixes[0])).toHaveLength(500);
  });

  test('differ between processes', () => {
    expect(createNonces()()).not.toEqual(createNonces()());
  });
});
