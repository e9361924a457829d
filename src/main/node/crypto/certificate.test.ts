import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { createIdentity, identityFromPem, peerIdOfTlsKey, type OwnIdentity } from './identity.ts';

/** Made for this test with OpenSSL's `-ec_conv_form compressed`; nobody uses it. */
const compressedPem = `-----BEGIN PRIVATE KEY-----
MGcCAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcETTBLAgEBBCCPgieiuzHAvdjKMh1M
8YQRWh7HMcQjHibomX2N0knZiqEkAyIAAq+o3fSZwnjFsmqW8fviJbRQ4W6rfpxo
oPTr2ymTbcbq
-----END PRIVATE KEY-----`;

test.each([
  ['a key of ours', () => createIdentity().identity],
  ['a key whose file holds the point compressed', () => identityFromPem(compressedPem) as OwnIdentity],
])('[TLS-2] the certificate of %s carries the key that the peerId is the hash of, for all of time', (_what, make) => {
  const identity = make();
  const { key, cert } = identity.tlsCredentials();
  const certificate = new X509Certificate(cert);
  expect({
    peerId: peerIdOfTlsKey(certificate.publicKey),
    subject: certificate.subject,
    issuer: certificate.issuer,
    from: new Date(certificate.validFrom).getUTCFullYear(),
    to: new Date(certificate.validTo).getUTCFullYear(),
    isSigned: certificate.verify(certificate.publicKey),
    isItsKey: certificate.checkPrivateKey(createPrivateKey(key)),
  }).toEqual({
    peerId: identity.peerId,
    subject: `CN=${identity.peerId}`,
    issuer: `CN=${identity.peerId}`,
    from: 1970,
    to: 9999,
    isSigned: true,
    isItsKey: true,
  });
  expect(() => createSecureContext({ key, cert })).not.toThrow();
});

test('the credentials are the same at each call', () => {
  const { identity } = createIdentity();
  expect(identity.tlsCredentials()).toBe(identity.tlsCredentials());
});
