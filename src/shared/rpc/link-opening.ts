/**
 * The opening of a page's link: the messages by which both ends prove that they know the same key,
 * before the first call. Neither end sends the key. Pure: the hosts and the page do the hashing.
 * Rule LINK-7 of docs/spec/ui-link.md.
 */
import { z } from '../lib/zod.ts';

/** Close codes of a host that refuses a page, in the range for applications (RFC 6455 §7.4.2). */
export const refusalCodes = { unknownKey: 4001, wrongProof: 4003 } as const;

/**
 * The name of the key that lasts as long as the host, for reloads. One-time codes and page keys have
 * names of their own.
 */
export const tokenName = 'token';

/** 32 bytes in base64url: a nonce, a key, or a proof by HMAC-SHA256. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const nameSchema = z.string().min(1).max(64);

/** The key of one page, by which it finds a host that was started again. */
const pageKeySchema = z.object({ name: nameSchema, secret: bytes32 });

export const helloSchema = z.object({ type: z.literal('hello'), key: nameSchema, nonce: bytes32 });
export const proofSchema = z.object({ type: z.literal('proof'), proof: bytes32 });

/** The keys that a page gets: a token after a code, a page key after a code or the token. */
const welcomeSchema = z.object({ type: z.literal('welcome'), token: bytes32.optional(), page: pageKeySchema.optional() });
export type Welcome = z.infer<typeof welcomeSchema>;

/** The host's side. */
export const hostOpeningSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('challenge'), nonce: bytes32, proof: bytes32 }),
  welcomeSchema,
]);

export interface ProofFacts {
  /**
   * The port of the link, as this end sees it. So a program on another port cannot pass the messages
   * of one end on to the other.
   */
  readonly port: number;
  /** The nonces. */
  readonly page: string;
  readonly host: string;
}

/**
 * The text that an end signs with the key, by HMAC-SHA256. It names the end, so that no proof can
 * be sent back to its author.
 */
export function proofText(end: 'host' | 'page', { port, page, host }: ProofFacts): string {
  return `hallway-link/2 ${end}\n${port}\n${page}\n${host}`;
}
