/**
 * The browser host: serves the built renderer over loopback HTTP, and gives each page a Link to the
 * core over a WebSocket. It listens on 127.0.0.1 only. The files contain no secrets. `admission.ts`
 * decides which requests it answers, `page-keys.ts` has the secrets of its addresses,
 * `page-links.ts` the links. Rules LINK-4 and LINK-8.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { say } from '../../../shared/text/messages/host.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { resolveAsset, securityHeaders } from '../ui-server/renderer-assets.ts';
import { refuseLink, refusePage, pathnameOf, type Refusal, type RequestFacts } from './admission.ts';
import { createPageKeys, type CodeOptions } from './page-keys.ts';
import { createPageLinks, maxPages } from './page-links.ts';

/** The largest message of a page: several times a call with the longest text. */
export const maxMessageBytes = 256 * 1024;

/**
 * Connections at a time, for files and links. A page needs one for its link and a few to load.
 */
export const maxConnections = 64;

/** The time that a refused client has to read why. */
export const refusalLimitMs = 1_000;

/** The time that a client has to send a request, and how often that is checked. */
const requestLimitMs = 10_000;
const requestCheckMs = 5_000;

/** Refusals to log. A page of an earlier start retries for as long as it is open. */
const maxLoggedRefusals = 10;

const crowded: Refusal = { status: 503, reason: say('browser.crowded', { count: maxPages }) };

export interface BrowserHostDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface BrowserHostOptions {
  /** The port to listen on. Absent or 0: the system chooses. */
  readonly port?: number;
  /** The folder of the built renderer, with index.html. */
  readonly rendererDirectory: string;
}

export interface BrowserHost {
  /**
   * Makes an address that opens one page. Its fragment has a code for one use, because a browser
   * sends no fragment to a server.
   */
  issueAddress(options?: CodeOptions): string;
  /** Says goodbye to every page and stops listening. Idempotent. */
  close(): Promise<void>;
}

/** @throws the system's error if the port is not free (`EADDRINUSE`, `EACCES`) */
export async function serveBrowser(hallway: Hallway, deps: BrowserHostDeps, options: BrowserHostOptions): Promise<BrowserHost> {
  const { clock, random, log } = deps;
  const keys = createPageKeys({ clock, random });
  const refused = new Set<Duplex>();
  const server = createServer({
    headersTimeout: requestLimitMs,
    requestTimeout: requestLimitMs,
    connectionsCheckingInterval: requestCheckMs,
  });
  server.maxConnections = maxConnections;
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });

  const port = await listen(server, options.port ?? 0);

  server.on('request', (request, response) => {
    const refusal = refusePage(factsOf(request), port);
    if (refusal !== undefined) return refusePlainly(response, refusal);
    void answerPage(request, response, options.rendererDirectory);
  });

  let refusals = 0;
  function logRefusal(status: number, reason: string): void {
    refusals += 1;
    if (refusals <= maxLoggedRefusals) log.write('warning', 'refused a page', { status, reason, refusals });
  }

  const pages = createPageLinks(
    hallway,
    { clock, random, keys },
    {
      onRefused: (code) => logRefusal(code, 'the page did not prove itself'),
      onDropped: (reason) => log.write('warning', 'dropped a message of a page', { reason }),
    },
  );

  server.on('upgrade', (request, connection, head) => {
    // Without a listener, a client that resets during a refusal would end the process.
    connection.on('error', () => connection.destroy());
    const refusal = refuseLink(factsOf(request), port) ?? (pages.isFull() ? crowded : undefined);
    if (refusal === undefined) return webSockets.handleUpgrade(request, connection, head, pages.open);
    logRefusal(refusal.status, refusal.reason);
    refuseUpgrade(connection, refusal);
    refused.add(connection);
    const cancelTimer = clock.setTimer(() => connection.destroy(), refusalLimitMs);
    connection.on('close', () => {
      cancelTimer();
      refused.delete(connection);
    });
  });

  const origin = `http://127.0.0.1:${port}`;
  return {
    issueAddress: (codeOptions) => `${origin}/#code=${keys.issueCode(codeOptions)}`,
    async close() {
      keys.close();
      pages.close();
      for (const connection of refused) connection.destroy();
      await stop(server);
    },
  };
}

/** @returns the port */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });
  // Only a pipe has a string here.
  return (server.address() as AddressInfo).port;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Upgraded connections no longer belong to the server: ws closes them, within the link's own
    // time limit.
    server.closeAllConnections();
  });
}

async function answerPage(request: IncomingMessage, response: ServerResponse, directory: string): Promise<void> {
  const asset = resolveAsset(pathnameOf(request.url ?? ''));
  const bytes = asset && (await readFile(join(directory, asset.path)).catch(() => undefined));
  if (asset === undefined || bytes === undefined) return refusePlainly(response, { status: 404, reason: say('browser.no-file') });
  // Some browsers do not count ws: to the same host as 'self' (CSP 3 §6.7.2.8 does).
  const headers = {
    ...securityHeaders([`ws://${request.headers.host}`]),
    'Content-Type': asset.mimeType,
    'Content-Length': bytes.length,
  };
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function factsOf({ method, url, headers }: IncomingMessage): RequestFacts {
  return { method, target: url ?? '', host: headers.host, origin: headers.origin };
}

function refusalHeaders({ status, reason }: Refusal): Record<string, string | number> {
  return {
    ...securityHeaders([]),
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(reason),
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
  };
}

function refusePlainly(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, refusalHeaders(refusal));
  response.end(refusal.reason);
}

function refuseUpgrade(connection: Duplex, refusal: Refusal): void {
  const lines = Object.entries({ ...refusalHeaders(refusal), Connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  connection.end(`HTTP/1.1 ${refusal.status} Refused\r\n${lines.join('\r\n')}\r\n\r\n${refusal.reason}`);
}
