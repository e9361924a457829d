import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodeBase32 } from './base32.ts';
import { createIdentity, createSignatures, identityFromPem } from './identity.ts';

const text = new TextEncoder().encode('good morning');

test('[ID-1] a stored key is the same identity again', () => {
  const { pem, identity } = createIdentity();
  const again = identityFromPem(pem);
  expect({ publicKey: again?.publicKey, peerId: again?.peerId }).toEqual({
    publicKey: identity.publicKey,
    peerId: identity.peerId,
  });
  expect(createSignatures().verify(identity.publicKey, text, again?.sign(text) ?? new Uint8Array())).toBe(true);
});

test('[ID-1] the peerId is the hash of the key in the form in which others write it', () => {
  const { pem, identity } = createIdentity();
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  expect(identity.peerId).toBe(encodeBase32(createHash('sha256').update(spki).digest()));
  expect(createSignatures().peerIdOf(identity.publicKey)).toBe(identity.peerId);
});

test('[ID-2] a signature is one that anybody can check with ECDSA, SHA-256 and IEEE P1363', () => {
  const { pem, identity } = createIdentity();
  expect(verify('sha256', text, { key: createPublicKey(pem), dsaEncoding: 'ieee-p1363' }, identity.sign(text))).toBe(true);
});

/** Made for this test with OpenSSL's `-ec_conv_form compressed`; nobody uses it. */
const compressedPem = `-----BEGIN PRIVATE KEY-----
MGcCAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcETTBLAgEBBCCPgieiuzHAvdjKMh1M
8YQRWh7HMcQjHibomX2N0knZiqEkAyIAAq+o3fSZwnjFsmqW8fviJbRQ4W6rfpxo
oPTr2ymTbcbq
-----END PRIVATE KEY-----`;

test('[ID-1] a key whose file holds the point compressed has the peerId that everybody derives from it', () => {
  const identity = identityFromPem(compressedPem);
  expect(identity?.peerId).toBe(identity && createSignatures().peerIdOf(identity.publicKey));
  expect(identity?.peerId).toMatch(/^[a-z2-7]{52}$/);
});

function pemOf(namedCurve: string): string {
  return generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

test.each([
  ['nothing', ''],
  ['no key', 'hello'],
  ['half a key', createIdentity().pem.slice(0, 120)],
  ['another curve', pemOf('secp384r1')],
  ['another kind', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['a public key', createPublicKey(createIdentity().pem).export({ type: 'spki', format: 'pem' }).toString()],
  [
    'a locked key',
    generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
      .toString(),
  ],
])('a file with %s is no identity', (_what, pem) => {
  expect(identityFromPem(pem)).toBeUndefined();
});

test('[ID-2] a point that is not on the curve is no key', () => {
  const signatures = createSignatures();
  const { identity } = createIdentity();
  const points = Array.from({ length: 256 }, (_, x) => Uint8Array.of(2, ...new Uint8Array(31), x));
  const onCurve = points.filter((point) => signatures.peerIdOf(point) !== undefined);
  // About every second x has a y.
  expect(onCurve.length).toBeGreaterThan(64);
  expect(onCurve.length).toBeLessThan(192);
  for (const point of points) expect(signatures.verify(point, text, identity.sign(text))).toBe(false);
});

test('a known key is still known after thousands of strangers', () => {
  const signatures = createSignatures();
  const { identity } = createIdentity();
  const signature = identity.sign(text);
  const unknownSender = new Uint8Array(33).fill(2);
  for (let count = 0; count < 5_000; count += 1) {
    unknownSender[31] = count >> 8;
    unknownSender[32] = count;
    signatures.peerIdOf(unknownSender);
  }
  expect(signatures.verify(identity.publicKey, text, signature)).toBe(true);
});
