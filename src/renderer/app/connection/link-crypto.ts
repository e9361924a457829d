/**
 * The hashing of a link's opening by the browser. It works on 127.0.0.1 and localhost, which count
 * as secure contexts without TLS.
 */
import type { Sign } from './prove-link.ts';

const nonceSizeBytes = 32;

/**
 * Gives a key to the browser, which signs with it and never shows it again, not even to this page.
 *
 * @returns HMAC-SHA256 with that key, in base64url
 */
export function createSigner(secret: string): Sign {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  return async (text) => base64url(new Uint8Array(await crypto.subtle.sign('HMAC', await key, encoder.encode(text))));
}

export function createNonce(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(nonceSizeBytes)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
