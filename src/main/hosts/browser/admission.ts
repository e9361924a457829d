/**
 * Decides which requests the browser host answers, by Host, Origin and path. Pure. Any program
 * and any web page on this computer can reach a loopback port. A page of another site has another
 * Origin. A site whose name was rebound to 127.0.0.1 has another Host. A program of another user
 * can send both as ours does: it fails in `admit-page.ts`.
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
export function refuseLink(request: RequestFacts, port: number): Refusal | undefined {
  const refusal = refusePage(request, port);
  if (refusal !== undefined) return refusal;
  if (pathnameOf(request.target) !== linkPath) return { status: 404, reason: say('browser.no-link', { path: linkPath }) };
  // A browser always sends Origin with a WebSocket. A program has the automation interface instead.
  if (request.origin !== `http://${request.host}`) return { status: 403, reason: say('browser.wrong-origin') };
  return undefined;
}

export function pathnameOf(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return host !== undefined && ownHosts(port).includes(host);
}
