/**
 * Decides which requests the browser host answers, by Host, Origin and path. Pure. Any program
 * and any web page on this computer can reach a loopback port. A page of another site has another
 * Origin. A site whose name was rebound to 127.0.0.1 has another Host. A program of another user
 * can send both as ours does: it fails in `admit-page.ts`. Rule LINK-4.
 */
import { say } from '../../../shared/text/messages/host.ts';

export interface RequestFacts {
  readonly method: string | undefined;
  /** Path and query, not decoded. */
  readonly target: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

export interface Refusal {
  readonly status: number;
  /** A sentence for the user. Never repeats the request. */
  readonly reason: string;
}

export const linkPath = '/link';

/** The host names of our page. Any other is another site's name for this address. */
export function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** @returns the refusal; undefined if the client meant this server */
export function refuseHost({ host }: RequestFacts, port: number): Refusal | undefined {
  return isOwnHost(host, port) ? undefined : { status: 421, reason: say('browser.wrong-host') };
}

/** @returns the refusal; undefined if a file may answer the request */
export function refusePage(request: RequestFacts, port: number): Refusal | undefined {
  const refusal = refuseHost(request, port);
  if (refusal !== undefined) return refusal;
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, reason: say('browser.wrong-method') };
  return undefined;
}

export interface LinkFacts {
  readonly port: number;
  /** Of this host's pages, and of pages of an earlier start that have a key. */
  isKnownOrigin(origin: string): boolean;
}

/** @returns the refusal; undefined if the request may become a link */
export function refuseLink(request: RequestFacts, { port, isKnownOrigin }: LinkFacts): Refusal | undefined {
  const refusal = refusePage(request, port);
  if (refusal !== undefined) return refusal;
  if (pathnameOf(request.target) !== linkPath) return { status: 404, reason: say('browser.no-link', { path: linkPath }) };
  // A browser always sends Origin with a WebSocket. A program has the automation interface instead.
  if (request.origin === undefined || !isKnownOrigin(request.origin)) return { status: 403, reason: say('browser.wrong-origin') };
  return undefined;
}

/**
 * Whether a page of that origin may be one of an earlier start that has no key any more. It is told
 * so, because a refused upgrade looks to a page like a Hallway that is closed.
 */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  return /^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}$/.test(origin ?? '');
}

export function pathnameOf(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return host !== undefined && ownHosts(port).includes(host);
}
