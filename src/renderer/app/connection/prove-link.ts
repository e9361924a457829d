/**
 * The page's end of a link's opening: it lets the host prove that it knows the page's key, and then
 * proves the same. A program that took over the host's port learns nothing from it. Rules LINK-7 and
 * LINK-32.
 */
import { hostOpeningSchema, proofText, type Welcome } from '../../../shared/rpc/link-opening.ts';

/** @returns HMAC-SHA256 of the text by one key, in base64url */
export type Sign = (text: string) => Promise<string>;

export interface LinkKey {
  /** `code`: of the address · `token`: of this tab, until the host ends · `page`: of this very page. */
  readonly kind: 'code' | 'token' | 'page';
  readonly name: string;
  readonly sign: Sign;
}

export interface ProveLinkDeps {
  /** The port of the link. */
  readonly port: number;
  /** 32 random bytes in base64url. */
  createNonce(): string;
  send(message: unknown): void;
}

/** The keys that the host gave. */
export type GivenKeys = Omit<Welcome, 'type'>;

export type OpeningOutcome = { readonly type: 'open'; readonly given: GivenKeys } | { readonly type: 'wrong-host' };

export interface Opening {
  /** Takes the host's next message. Calls must not overlap: await one before the next. */
  receive(message: unknown): Promise<OpeningOutcome | undefined>;
}

/** Starts the opening: call it when the socket is open. */
export function proveLink(key: LinkKey, { port, createNonce, send }: ProveLinkDeps): Opening {
  const pageNonce = createNonce();
  let hasProved = false;
  send({ type: 'hello', key: key.name, nonce: pageNonce });

  return {
    async receive(message) {
      const parsed = hostOpeningSchema.safeParse(message);
      if (!parsed.success) return { type: 'wrong-host' };
      if (parsed.data.type === 'welcome') {
        const { token, page } = parsed.data;
        if (!hasProved || !isExpected(key, parsed.data)) return { type: 'wrong-host' };
        return { type: 'open', given: { ...(token !== undefined && { token }), ...(page && { page }) } };
      }
      const facts = { port, page: pageNonce, host: parsed.data.nonce };
      if (hasProved || parsed.data.proof !== (await key.sign(proofText('host', facts)))) return { type: 'wrong-host' };
      hasProved = true;
      send({ type: 'proof', proof: await key.sign(proofText('page', facts)) });
      return undefined;
    },
  };
}

function isExpected({ kind }: LinkKey, { token, page }: GivenKeys): boolean {
  return (token !== undefined) === (kind === 'code') && (page !== undefined) === (kind !== 'page');
}
