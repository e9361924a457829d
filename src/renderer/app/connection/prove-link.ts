/**
 * The page's end of a link's opening: it lets the host prove that it knows the page's key, and then
 * proves the same. A program that took over the host's port learns nothing from it. Rule LINK-7.
 */
import { hostOpeningSchema, proofText, tokenName } from '../../../shared/rpc/link-opening.ts';

export interface LinkKey {
  /** `token`, or the name of a one-time code. */
  readonly name: string;
  readonly secret: string;
}

export interface ProveLinkDeps {
  /** @returns HMAC-SHA256 of the text, in base64url */
  sign(secret: string, text: string): Promise<string>;
  /** 32 random bytes in base64url. */
  createNonce(): string;
  send(message: unknown): void;
}

/** `token` is there if the page proved a one-time code. */
export type OpeningOutcome = { readonly type: 'open'; readonly token: string | undefined } | { readonly type: 'wrong-host' };

export interface Opening {
  /** Takes the host's next message. Calls must not overlap: await one before the next. */
  receive(message: unknown): Promise<OpeningOutcome | undefined>;
}

/** Starts the opening: call it when the socket is open. */
export function proveLink(key: LinkKey, { sign, createNonce, send }: ProveLinkDeps): Opening {
  const pageNonce = createNonce();
  let hasProved = false;
  send({ type: 'hello', key: key.name, nonce: pageNonce });

  return {
    async receive(message) {
      const parsed = hostOpeningSchema.safeParse(message);
      if (!parsed.success) return { type: 'wrong-host' };
      if (parsed.data.type === 'welcome') {
        const { token } = parsed.data;
        const isExpected = hasProved && (token === undefined) === (key.name === tokenName);
        return isExpected ? { type: 'open', token } : { type: 'wrong-host' };
      }
      const nonces = { page: pageNonce, host: parsed.data.nonce };
      if (hasProved || parsed.data.proof !== (await sign(key.secret, proofText('host', nonces)))) return { type: 'wrong-host' };
      hasProved = true;
      send({ type: 'proof', proof: await sign(key.secret, proofText('page', nonces)) });
      return undefined;
    },
  };
}
