/**
 * Decides which requests the browser host answers, by Host, Origin, path and token. Pure. Any
 * program and any web page on this computer can reach a loopback port. A page of another site has
 * another Origin. A site whose name was rebound to 127.0.0.1 has another Host. A program of another
 * user does not know the token.
 */
import { say } from '../../../shared/text/messages/host.ts';
import { createHash, timingSafeEqual } from 'node:crypto';

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
function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** @returns the refusal; undefined if a file may answer the request */
export function refusePage(request: RequestFacts, port: number): Refusal | undefined {
  if (!isOwnHost(request.host, port)) return { status: 421, reason: say('browser.wrong-host') };
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, reason: say('browser.wrong-method') };
  return undefined;
}

/** @returns the refusal; undefined if the request may become a link */
export function refuseLink(request: RequestFacts, port: number, token: string): Refusal | undefined {
  const refusal = refusePage(request, port);
  if (refusal !== undefined) return refusal;
  const { pathname, query } = splitTarget(request.target);
  if (pathname !== linkPath) return { status: 404, reason: say('browser.no-link', { path: linkPath }) };
  // A browser always sends Origin with a WebSocket. A program has the automation interface instead.
  if (request.origin !== `http://${request.host}`) return { status: 403, reason: say('browser.wrong-origin') };
  if (!isSameSecret(new URLSearchParams(query).get('token') ?? '', token)) {
    // Not 401, which promises a way to log in (RFC 9110 §15.5.2).
    return { status: 403, reason: say('browser.wrong-token') };
  }
  return undefined;
}

export function splitTarget(target: string): { readonly pathname: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { pathname: target, query: '' } : { pathname: target.slice(0, mark), query: target.slice(mark + 1) };
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return host !== undefined && ownHosts(port).includes(host);
}

/** Takes the same time wherever the two differ. Hashing makes their lengths equal. */
function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(expected).digest());
}
