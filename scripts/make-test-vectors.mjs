/**
 * Writes docs/test-vectors.json: signed datagrams with their decoded values, for other
 * implementations of the protocol. It builds the bytes from the tables of
 * docs/spec/wire-presence.md, without the encoder of src/, so that each checks the other. ECDSA
 * signatures differ each time. A valid one is kept, so running it again changes nothing.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../docs/test-vectors.json', import.meta.url);
/** @type {{ key?: { pem: string }, vectors: { name: string, hex: string }[] }} */
const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { vectors: [] };
const pem =
  before.key?.pem ??
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const privateKey = createPrivateKey(pem);
const publicKeyObject = createPublicKey(privateKey);
const spki = publicKeyObject.export({ type: 'spki', format: 'der' });
// The last 64 bytes of the SPKI are x and y; the compressed point is the parity of y, then x.
const publicKey = Buffer.concat([Buffer.of(2 + ((spki.at(-1) ?? 0) & 1)), spki.subarray(-64, -32)]);
/** The receiver's tag: bytes 1 to 8 of its public key. */
const recipient = Buffer.from('5a5b5c5d5e5f6061', 'hex');
const nonce = Buffer.from('0001020304050607', 'hex');
const incarnation = 1_767_225_600_000;

/** @param {number} value @param {number} sizeBytes */
function uint(value, sizeBytes) {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUIntBE(value, 0, sizeBytes);
  return bytes;
}

/** @param {string} value */
function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint(bytes.length, 1), bytes]);
}

/** @param {{ version?: number, kind: number, sequence: number }} header @param {Buffer[]} body */
function signedPart({ version = 1, kind, sequence }, body) {
  const header = [Buffer.from('HALL'), uint(version, 1), uint(kind, 1), publicKey, uint(incarnation, 6), uint(sequence, 4)];
  return Buffer.concat([...header, ...body]);
}

/** @param {{ status?: number, name: string, host: string, note: string }} said */
function announcement({ status = 2, name, host, note }) {
  const numbers = [uint(5_000, 2), uint(50_123, 2), uint(50_124, 2), uint(status, 1), uint(0, 1)];
  return Buffer.concat([...numbers, Buffer.from('0102030405060708', 'hex'), text(name), text(host), text(note)]);
}

const plain = { name: 'Ana Ribeiro', host: 'ana-thinkpad', note: 'Déjeuner 🍜, back at 13:00' };
const decodedAnnouncement = {
  intervalMs: 5_000,
  unicastPort: 50_123,
  tcpPort: 50_124,
  status: 'busy',
  flags: 0,
  roomDigest: '0102030405060708',
  ...{ tops: [], clockSeconds: 0, rooms: [] },
  ...plain,
};

/** @param {string} kind @param {number} sequence @param {object} rest */
function datagram(kind, sequence, rest = {}) {
  return { publicKey: publicKey.toString('hex'), incarnation, sequence, kind, ...rest };
}

/**
 * @type {{ name: string, signed: Buffer, cut?: number, datagram?: object, malformed?: string }[]}
 */
const wanted = [
  {
    name: 'plain beacon',
    signed: signedPart({ kind: 1, sequence: 1 }, [announcement(plain)]),
    datagram: datagram('beacon', 1, { announcement: decodedAnnouncement }),
  },
  {
    name: 'plain HELLO',
    signed: signedPart({ kind: 2, sequence: 2 }, [recipient, uint(281_474_976_710_655, 6), nonce, announcement(plain)]),
    datagram: datagram('hello', 2, {
      to: recipient.toString('hex'),
      echoedIncarnation: 281_474_976_710_655,
      nonce: nonce.toString('hex'),
      announcement: decodedAnnouncement,
    }),
  },
  {
    name: 'plain HELLO-ACK',
    signed: signedPart({ kind: 3, sequence: 3 }, [recipient, nonce]),
    datagram: datagram('hello-ack', 3, { to: recipient.toString('hex'), nonce: nonce.toString('hex') }),
  },
  {
    name: 'plain goodbye',
    signed: signedPart({ kind: 4, sequence: 4_294_967_295 }, []),
    datagram: datagram('goodbye', 4_294_967_295),
  },
  {
    name: 'plain PING',
    signed: signedPart({ kind: 5, sequence: 20 }, [recipient, nonce, uint(3, 1), uint(1, 1)]),
    datagram: datagram('ping', 20, {
      to: recipient.toString('hex'),
      nonce: nonce.toString('hex'),
      unanswered: 3,
      wantsBeacon: true,
    }),
  },
  {
    name: 'plain PONG',
    signed: signedPart({ kind: 6, sequence: 21 }, [recipient, nonce]),
    datagram: datagram('pong', 21, { to: recipient.toString('hex'), nonce: nonce.toString('hex') }),
  },
  {
    name: 'plain suspicion',
    signed: signedPart({ kind: 7, sequence: 22 }, [recipient, uint(incarnation, 6)]),
    datagram: datagram('suspect', 22, { suspect: recipient.toString('hex'), suspectIncarnation: incarnation }),
  },
  {
    name: 'plain question for peers',
    signed: signedPart({ kind: 8, sequence: 23 }, [recipient, nonce]),
    datagram: datagram('ask-peers', 23, { to: recipient.toString('hex'), nonce: nonce.toString('hex') }),
  },
  {
    name: 'plain introductions',
    signed: signedPart({ kind: 9, sequence: 24 }, [recipient, nonce, uint(2, 1), Buffer.from('0a000001c0deac10fe02c0df', 'hex')]),
    datagram: datagram('peers', 24, {
      to: recipient.toString('hex'),
      nonce: nonce.toString('hex'),
      endpoints: [
        { family: 'ipv4', address: '10.0.0.1', port: 49_374 },
        { family: 'ipv4', address: '172.16.254.2', port: 49_375 },
      ],
    }),
  },
  {
    name: 'plain call request',
    signed: signedPart({ kind: 10, sequence: 27 }, [recipient]),
    datagram: datagram('call-me', 27, { to: recipient.toString('hex') }),
  },
  {
    name: 'plain beacon that tells tops',
    signed: signedPart({ kind: 1, sequence: 28 }, [
      announcement(plain),
      uint(2, 1),
      Buffer.from('0badcafe00000007ffffffff01000000', 'hex'),
      uint(1_795_986_480, 4),
      uint(1, 1),
      text('lunch'),
      Buffer.from('0102030405060709', 'hex'),
    ]),
    datagram: datagram('beacon', 28, {
      announcement: {
        ...decodedAnnouncement,
        tops: [
          { tag: '0badcafe', number: 7 },
          { tag: 'ffffffff', number: 16_777_216 },
        ],
        clockSeconds: 1_795_986_480,
        rooms: [{ name: 'lunch', digest: '0102030405060709' }],
      },
    }),
  },
  {
    name: 'plain beacon with the end of a busy status',
    signed: signedPart({ kind: 1, sequence: 31 }, [announcement(plain), Buffer.alloc(6), uint(1_795_993_200, 4)]),
    datagram: datagram('beacon', 31, { announcement: { ...decodedAnnouncement, busyUntilSeconds: 1_795_993_200 } }),
  },
  {
    name: 'plain beacon with a version',
    signed: signedPart({ kind: 1, sequence: 32 }, [announcement(plain), Buffer.alloc(10), text('1.2.3-beta.4')]),
    datagram: datagram('beacon', 32, { announcement: { ...decodedAnnouncement, version: '1.2.3-beta.4' } }),
  },
  {
    name: 'plain ask',
    signed: signedPart({ kind: 12, sequence: 29 }, [
      recipient,
      Buffer.from('0102030405060708', 'hex'),
      uint(2, 1),
      Buffer.from('0badcafe0000000703', 'hex'),
      Buffer.from('ffffffff0000000900', 'hex'),
    ]),
    datagram: datagram('ask', 29, {
      to: recipient.toString('hex'),
      room: '0102030405060708',
      ranges: [
        { tag: '0badcafe', from: 7, count: 3 },
        { tag: 'ffffffff', from: 9, count: 0 },
      ],
    }),
  },
  {
    name: 'plain heads',
    signed: signedPart({ kind: 13, sequence: 30 }, [
      uint(1, 1),
      Buffer.from('0102030405060708', 'hex'),
      uint(incarnation, 6),
      Buffer.from('80000102', 'hex'),
    ]),
    datagram: datagram('heads', 30, {
      heads: [{ room: '0102030405060708', epoch: incarnation, number: 258, bySession: true }],
    }),
  },
  {
    name: 'a beacon with fields of a later version behind its texts (WIRE-5)',
    signed: signedPart({ kind: 1, sequence: 5 }, [announcement(plain), Buffer.from('c0ffee', 'hex')]),
    datagram: datagram('beacon', 5, { announcement: decodedAnnouncement }),
  },
  {
    name: 'a beacon with an unknown status (WIRE-5)',
    signed: signedPart({ kind: 1, sequence: 6 }, [announcement({ ...plain, status: 77 })]),
    datagram: datagram('beacon', 6, { announcement: { ...decodedAnnouncement, status: 'available' } }),
  },
  {
    name: 'a beacon with texts that are too long (WIRE-6)',
    signed: signedPart({ kind: 1, sequence: 7 }, [
      announcement({ name: 'é'.repeat(30), host: 'h'.repeat(49), note: '健'.repeat(40) }),
    ]),
    datagram: datagram('beacon', 7, {
      announcement: { ...decodedAnnouncement, name: 'é'.repeat(24), host: 'h'.repeat(48), note: '健'.repeat(32) },
    }),
  },
  {
    name: 'a beacon with hostile texts (WIRE-7)',
    signed: signedPart({ kind: 1, sequence: 8 }, [
      announcement({
        name: '\u202eAna\u202c\u0000 \u200bR',
        host: ' a\r\nb ',
        note: 'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
      }),
    ]),
    datagram: datagram('beacon', 8, {
      announcement: { ...decodedAnnouncement, name: 'Ana R', host: 'a b', note: 'é\u0301\u0301\u0301\u0301' },
    }),
  },
  {
    name: 'a PING without its flags (WIRE-1)',
    signed: signedPart({ kind: 5, sequence: 25 }, [recipient, nonce, uint(3, 1)]),
    malformed: 'truncated',
  },
  {
    name: 'introductions of three, with two (WIRE-1)',
    signed: signedPart({ kind: 9, sequence: 26 }, [recipient, nonce, uint(3, 1), Buffer.from('0a000001c0deac10fe02c0df', 'hex')]),
    malformed: 'truncated',
  },
  {
    name: 'another version (WIRE-4)',
    signed: signedPart({ version: 2, kind: 1, sequence: 9 }, [announcement(plain)]),
    malformed: 'version',
  },
  { name: 'an unknown kind (WIRE-4)', signed: signedPart({ kind: 99, sequence: 10 }, []), malformed: 'kind' },
  {
    name: 'another magic (WIRE-1)',
    signed: Buffer.concat([Buffer.from('HELL'), signedPart({ kind: 4, sequence: 11 }, []).subarray(4)]),
    malformed: 'foreign',
  },
  {
    name: 'a HELLO-ACK without its last byte (WIRE-1)',
    signed: signedPart({ kind: 3, sequence: 12 }, [recipient, nonce]),
    cut: 1,
    malformed: 'truncated',
  },
  {
    name: 'a beacon whose note is longer than the datagram (WIRE-1)',
    signed: signedPart({ kind: 1, sequence: 13 }, [announcement({ ...plain, note: '' }).subarray(0, -1), uint(200, 1)]),
    malformed: 'truncated',
  },
  {
    name: 'a name that is not UTF-8 (WIRE-1)',
    signed: signedPart({ kind: 1, sequence: 14 }, [
      announcement(plain).subarray(0, 16),
      Buffer.from('02c080', 'hex'),
      text('h'),
      text(''),
    ]),
    malformed: 'text',
  },
];

const peerId = base32(createHash('sha256').update(spki).digest());
const vectors = wanted.map(({ name, signed, cut = 0, datagram: decoded, malformed }) => {
  const body = signed.subarray(0, signed.length - cut);
  const hex = Buffer.concat([body, signatureFor(name, body)]).toString('hex');
  return decoded ? { name, hex, peerId, datagram: decoded } : { name, hex, malformed };
});
const about =
  'Datagrams of the Hallway protocol, signed with the key below, which is published here and therefore good for nothing else. Bytes are in hexadecimal.';
writeFileSync(
  file,
  `${JSON.stringify({ about, key: { pem, publicKey: publicKey.toString('hex'), peerId }, vectors }, null, 2)}\n`,
);

/**
 * The existing signature if it is valid, else a new one.
 * @param {string} name
 * @param {Buffer} bytes
 */
function signatureFor(name, bytes) {
  const hex = before.vectors.find((vector) => vector.name === name)?.hex ?? '';
  const kept = Buffer.from(hex.slice(-128), 'hex');
  const isRight = kept.length === 64 && verify('sha256', bytes, { key: publicKeyObject, dsaEncoding: 'ieee-p1363' }, kept);
  return isRight ? kept : sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

/** RFC 4648, lower case, unpadded. @param {Buffer} bytes */
function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
