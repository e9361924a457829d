/**
 * The keys by which a page proves that the user opened it. One-time codes stand in addresses,
 * because other users of the computer can read the arguments of a browser. A page exchanges one for
 * the token, which lasts as long as the host and serves reloads, and for a key of its own, which
 * outlives the host. Rules LINK-6, LINK-7, LINK-32 and LINK-33.
 */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { tokenName, type Welcome } from '../../../shared/rpc/link-opening.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { maxPageKeys, type PageKeyRecord } from '../../node/storage/profile/page-link-file.ts';

/** 256 bits, which no program can guess. */
const keySizeBytes = 32;
/** 128 bits: a code is used or expires long before a guess. */
const codeSizeBytes = 16;
const codeNameSizeBytes = 6;
const pageNameSizeBytes = 12;
/** Unused codes at a time: the printed one and that of a browser that starts. The oldest goes first. */
const maxCodes = 8;
/** A page that waits longer for Hallway is opened anew. */
export const pageKeyLifeMs = 7 * 24 * 3_600_000;
/** The key of an open page is renewed so often, far below its life. */
export const renewalMs = 3_600_000;

export interface CodeOptions {
  /** Absent: the code lasts until a page uses it. */
  readonly validForMs?: number;
  /** Called when a page has exchanged the code. */
  onUsed?(): void;
}

/** A page that proved a key. */
export interface AdmittedPage {
  /** The name of its own key. */
  readonly name: string;
  /** The keys that it gets. */
  readonly given: Omit<Welcome, 'type'>;
}

export interface PageKeys {
  /** @returns a new code as it stands in an address: `NAME.SECRET` */
  issueCode(options?: CodeOptions): string;
  /** Whether pages of that origin may have a key. */
  isKnownOrigin(origin: string): boolean;
  /**
   * @param origin of the page. Codes and the token are for pages of this host, a page key is for the
   * origin that got it
   * @returns the key of that name; undefined for an unknown, expired or used one
   */
  find(name: string, origin: string): string | undefined;
  /**
   * Called when a page has proved the key of that name. Uses up a code.
   *
   * @returns undefined if the key no longer counts
   */
  admit(name: string, origin: string): AdmittedPage | undefined;
  /** The page that has that key of its own is closed. */
  release(name: string): void;
  /** Forgets all codes and ends all timers. */
  close(): void;
}

export interface PageKeysDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** The origins of the pages of this host. */
  readonly ownOrigins: readonly string[];
  /** The page keys of earlier starts. */
  readonly pages?: readonly PageKeyRecord[];
  /** Called when the page keys changed, with all of them. */
  readonly onPages?: (pages: readonly PageKeyRecord[]) => void;
}

interface Code extends CodeOptions {
  readonly secret: string;
  readonly cancelTimer: Unsubscribe;
}

export function createPageKeys({ clock, random, ownOrigins, pages: known = [], onPages }: PageKeysDeps): PageKeys {
  const token = textOf(keySizeBytes);
  const codes = new Map<string, Code>();
  /** In order of use. */
  const pages = new Map<string, PageKeyRecord>(known.map((page) => [page.name, page]));
  /** The names of the keys of open pages, with the number of their links. */
  const open = new Map<string, number>();
  let cancelRenewal = clock.setTimer(renew, renewalMs);

  function textOf(sizeBytes: number): string {
    return Buffer.from(random.bytes(sizeBytes)).toString('base64url');
  }

  function forget(name: string): void {
    codes.get(name)?.cancelTimer();
    codes.delete(name);
  }

  function livePage(name: string): PageKeyRecord | undefined {
    const page = pages.get(name);
    // A clock that was set back makes no key older than it is.
    return page !== undefined && clock.wallMs() - page.usedAtMs < pageKeyLifeMs ? page : undefined;
  }

  function use(page: PageKeyRecord): void {
    pages.delete(page.name);
    pages.set(page.name, { ...page, usedAtMs: clock.wallMs() });
  }

  function emitPages(): void {
    for (const name of pages.keys()) if (livePage(name) === undefined) pages.delete(name);
    for (const oldest of [...pages.keys()].filter((name) => !open.has(name))) {
      if (pages.size <= maxPageKeys) break;
      pages.delete(oldest);
    }
    onPages?.([...pages.values()]);
  }

  function renew(): void {
    cancelRenewal = clock.setTimer(renew, renewalMs);
    if (open.size === 0) return;
    for (const name of open.keys()) {
      const page = pages.get(name);
      if (page !== undefined) use(page);
    }
    emitPages();
  }

  function enter(page: PageKeyRecord): void {
    use(page);
    open.set(page.name, (open.get(page.name) ?? 0) + 1);
    emitPages();
  }

  function givePageKey(origin: string): AdmittedPage & { readonly given: { readonly page: { name: string; secret: string } } } {
    const key = { name: textOf(pageNameSizeBytes), secret: textOf(keySizeBytes) };
    enter({ ...key, origin, usedAtMs: clock.wallMs() });
    return { name: key.name, given: { page: key } };
  }

  return {
    issueCode(options = {}) {
      const [name, secret] = [textOf(codeNameSizeBytes), textOf(codeSizeBytes)];
      const { validForMs } = options;
      const cancelTimer = validForMs === undefined ? () => undefined : clock.setTimer(() => forget(name), validForMs);
      codes.set(name, { ...options, secret, cancelTimer });
      for (const oldest of codes.keys()) {
        if (codes.size <= maxCodes) break;
        forget(oldest);
      }
      return `${name}.${secret}`;
    },
    isKnownOrigin: (origin) => ownOrigins.includes(origin) || [...pages.values()].some((page) => page.origin === origin),
    find(name, origin) {
      const page = livePage(name);
      if (page?.origin === origin) return page.secret;
      if (!ownOrigins.includes(origin)) return undefined;
      return name === tokenName ? token : codes.get(name)?.secret;
    },
    admit(name, origin) {
      const page = livePage(name);
      if (page?.origin === origin) {
        enter(page);
        return { name, given: {} };
      }
      if (name === tokenName) return givePageKey(origin);
      const code = codes.get(name);
      if (code === undefined) return undefined;
      forget(name);
      code.onUsed?.();
      const { name: ownName, given } = givePageKey(origin);
      return { name: ownName, given: { ...given, token } };
    },
    release(name) {
      const links = (open.get(name) ?? 1) - 1;
      if (links > 0) open.set(name, links);
      else open.delete(name);
    },
    close() {
      cancelRenewal();
      for (const name of [...codes.keys()]) forget(name);
    },
  };
}
