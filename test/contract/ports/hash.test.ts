/** The core's digests, compared with the examples of FIPS 180-4 for "abc" and for no bytes. */
import { expect, test } from 'vitest';
import { createHashes } from '../../../src/main/node/crypto/hash.ts';

const utf8 = new TextEncoder();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test.each([
  {
    text: 'abc',
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    sha512:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  },
  {
    text: '',
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    sha512:
      'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  },
])('SHA-256 and SHA-512 of "$text" match the standard', ({ text, sha256, sha512 }) => {
  const hash = createHashes();
  const bytes = utf8.encode(text);
  expect(hash.sha256Hex(bytes)).toBe(sha256);
  expect({ sha256: hex(hash.sha256(bytes)), sha512: hex(hash.sha512(bytes)) }).toEqual({ sha256, sha512 });
});
