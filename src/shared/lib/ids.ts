/** The ids of peers. */
import { z } from './zod.ts';

/** base32 (RFC 4648, lower case, unpadded) of SHA-256 of the public key in SPKI form: 52 characters. */
export const peerIdSchema = z.string().regex(/^[a-z2-7]{52}$/);
export type PeerId = z.infer<typeof peerIdSchema>;
