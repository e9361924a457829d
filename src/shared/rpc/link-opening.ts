/**
 * The opening of a page's link: the messages by which both ends prove that they know the same key,
 * before the first call. Neither end sends the key. Pure: the hosts and the page do the hashing.
 * Rule LINK-7 of docs/spec/ui-link.md.
 */
import { z } from '../lib/zod.ts';

/** Close codes of a host that refuses a page for good, in the range for applications (RFC 6455 §7.4.2). */
export const refusalCodes = { unknownKey: 4001, wrongProof: 4003 } as const;

/** The name of the key that lasts as long as the host. A one-time code has a name of its own. */
export const tokenName = 'token';

/** 32 bytes in base64url: a nonce, or a proof by HMAC-SHA256. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const helloSchema = z.object({ type: z.literal('hello'), key: z.string().max(64), nonce: bytes32 });
export const proofSchema = z.object({ type: z.literal('proof'), proof: bytes32 });

/** The host's side. `token` is there only if the page proved a one-time code. */
export const hostOpeningSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('challenge'), nonce: bytes32, proof: bytes32 }),
  z.object({ type: z.literal('welcome'), token: bytes32.optional() }),
]);

/**
 * The text that an end signs with the key, by HMAC-SHA256. It names the end, so that no proof can
 * be sent back to its author.
 */
export function proofText(end: 'host' | 'page', nonces: { readonly page: string; readonly host: string }): string {
  return `hallway-link/1 ${end}\n${nonces.page}\n${nonces.host}`;
}
