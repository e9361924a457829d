/**
 * The certificate of a node's streams: self-signed, P-256, in DER by hand (RFC 5280; X.690),
 * because node:crypto cannot create one. TLS uses it only to carry the public key, whose hash is
 * the peer ID. So no peer checks its names, signature or dates, and it is valid for all time, so
 * that a wrong clock breaks nothing.
 */
import { sign, type KeyObject } from 'node:crypto';
import { concatBytes } from '../../core/lib/bytes.ts';

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758 §3.2). */
const ecdsaWithSha256 = Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
/** id-at-commonName, 2.5.4.3. */
const commonName = Uint8Array.of(0x55, 0x04, 0x03);
const version3 = Uint8Array.of(2);
/** There is one certificate per key, so the number means nothing. */
const serialNumber = Uint8Array.of(1);
/** RFC 5280 §4.1.2.5: a year has two digits until 2049, and the last date means "never". */
const notBefore = '700101000000Z';
const notAfter = '99991231235959Z';

const tags = {
  integer: 0x02,
  bitString: 0x03,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  explicit0: 0xa0,
} as const;

/** PEM, for TLS. */
export interface TlsCredentials {
  readonly key: string;
  readonly cert: string;
}

/**
 * @param spki the public key's SubjectPublicKeyInfo, DER
 * @param name the common name, for a reader of the certificate
 * @returns PEM
 */
export function createCertificate(privateKey: KeyObject, spki: Uint8Array, name: string): string {
  const algorithm = der(tags.sequence, der(tags.objectId, ecdsaWithSha256));
  const holder = der(
    tags.sequence,
    der(tags.set, der(tags.sequence, der(tags.objectId, commonName), der(tags.utf8String, bytesOf(name)))),
  );
  const validity = der(tags.sequence, der(tags.utcTime, bytesOf(notBefore)), der(tags.generalizedTime, bytesOf(notAfter)));
  const version = der(tags.explicit0, der(tags.integer, version3));
  const toSign = der(tags.sequence, version, der(tags.integer, serialNumber), algorithm, holder, validity, holder, spki);
  const signature = sign('sha256', toSign, { key: privateKey, dsaEncoding: 'der' });
  // The first byte of a bit string says how many of its last bits do not count.
  return pemOf(der(tags.sequence, toSign, algorithm, der(tags.bitString, Uint8Array.of(0), signature)));
}

/** One value: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const header = size < 0x80 ? [tag, size] : size < 0x100 ? [tag, 0x81, size] : [tag, 0x82, size >> 8, size & 255];
  return concatBytes([Uint8Array.from(header), ...parts]);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function pemOf(bytes: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
