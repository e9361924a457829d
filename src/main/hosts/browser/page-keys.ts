/**
 * The keys by which a page proves that the user opened it: one token for as long as the host runs,
 * and one-time codes that a page exchanges for it. Addresses contain codes only, because other users
 * of the computer can read the arguments of a browser. Rules LINK-6 and LINK-7.
 */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { tokenName } from '../../../shared/rpc/link-opening.ts';
import type { Clock, Random } from '../../core/ports.ts';

/** 256 bits, which no program can guess. */
const tokenSizeBytes = 32;
/** 128 bits: a code is used or expires long before a guess. */
const codeSizeBytes = 16;
const nameSizeBytes = 6;
/** Unused codes at a time: the printed one and that of a browser that starts. The oldest goes first. */
const maxCodes = 8;

export interface CodeOptions {
  /** Absent: the code lasts until a page uses it. */
  readonly validForMs?: number;
  /** Called when a page has exchanged the code. */
  onUsed?(): void;
}

export interface PageKeys {
  /** @returns a new code as it stands in an address: `NAME.SECRET` */
  issueCode(options?: CodeOptions): string;
  /** @returns the key of that name; undefined for an unknown, expired or used code */
  find(name: string): string | undefined;
  /**
   * Called when a page has proved the key of that name. Uses up a code.
   *
   * @returns the token if `name` is a code that still counts; otherwise `undefined`
   */
  redeem(name: string): string | undefined;
  /** Forgets all codes and their timers. */
  close(): void;
}

interface Code extends CodeOptions {
  readonly secret: string;
  readonly cancelTimer: Unsubscribe;
}

export function createPageKeys({ clock, random }: { readonly clock: Clock; readonly random: Random }): PageKeys {
  const token = textOf(tokenSizeBytes);
  const codes = new Map<string, Code>();

  function textOf(sizeBytes: number): string {
    return Buffer.from(random.bytes(sizeBytes)).toString('base64url');
  }

  function forget(name: string): void {
    codes.get(name)?.cancelTimer();
    codes.delete(name);
  }

  return {
    issueCode(options = {}) {
      const [name, secret] = [textOf(nameSizeBytes), textOf(codeSizeBytes)];
      const { validForMs } = options;
      const cancelTimer = validForMs === undefined ? () => undefined : clock.setTimer(() => forget(name), validForMs);
      codes.set(name, { ...options, secret, cancelTimer });
      for (const oldest of codes.keys()) {
        if (codes.size <= maxCodes) break;
        forget(oldest);
      }
      return `${name}.${secret}`;
    },
    find: (name) => (name === tokenName ? token : codes.get(name)?.secret),
    redeem(name) {
      const code = codes.get(name);
      if (code === undefined) return undefined;
      forget(name);
      code.onUsed?.();
      return token;
    },
    close() {
      for (const name of [...codes.keys()]) forget(name);
    },
  };
}
