/**
 * The hashing of a link's opening by the browser. It works on 127.0.0.1 and localhost, which count
 * as secure contexts without TLS.
 */

const nonceSizeBytes = 32;

/** @returns HMAC-SHA256 in base64url */
export async function sign(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))));
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
