/**
 * The browser host: serves the built renderer over loopback HTTP, and gives each page a Link to the
 * core over a WebSocket. It listens on 127.0.0.1 only. The files contain no secrets; the WebSocket
 * needs the token of this start. `admission.ts` decides which requests it answers,
 * `websocket-link.ts` carries the messages.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { say } from '../../../shared/text/messages/host.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { resolveAsset, securityHeaders } from '../ui-server/renderer-assets.ts';
import { serveUi } from '../ui-server/serve-ui.ts';
import { refuseLink, refusePage, splitTarget, type Refusal, type RequestFacts } from './admission.ts';
import { closeCodes, createWebSocketLink, type WebSocketLink } from './websocket-link.ts';

/** Pages at a time. A user has a few tabs; more means a page that reconnects in a loop. */
export const maxPages = 16;

/** The largest message of a page: several times a call with the longest text. */
export const maxMessageBytes = 256 * 1024;

/** 256 bits, which no program can guess. */
const tokenSizeBytes = 32;

/** Refusals to log. A page of an earlier start retries for as long as it is open. */
const maxLoggedRefusals = 10;

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
   * The address to open. Its fragment has the token, because a browser sends no fragment to a
   * server.
   */
  readonly url: string;
  /** Says goodbye to every page and stops listening. Idempotent. */
  close(): Promise<void>;
}

/** @throws the system's error if the port is not free (`EADDRINUSE`, `EACCES`) */
export async function serveBrowser(hallway: Hallway, deps: BrowserHostDeps, options: BrowserHostOptions): Promise<BrowserHost> {
  const { clock, random, log } = deps;
  const token = Buffer.from(random.bytes(tokenSizeBytes)).toString('base64url');
  const links = new Set<WebSocketLink>();
  const server = createServer();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port ?? 0, host: '127.0.0.1', exclusive: true }, resolve);
  });
  // Only a pipe has a string here.
  const { port } = server.address() as AddressInfo;

  server.on('request', (request, response) => {
    const refusal = refusePage(factsOf(request), port);
    if (refusal !== undefined) return refusePlainly(response, refusal);
    void answerPage(request, response, options.rendererDirectory);
  });

  let refusals = 0;
  server.on('upgrade', (request, connection, head) => {
    // Without a listener, a client that resets during a refusal would end the process.
    connection.on('error', () => connection.destroy());
    const refusal = refuseLink(factsOf(request), port, token) ?? refuseCrowd(links.size);
    if (refusal !== undefined) {
      refusals += 1;
      if (refusals <= maxLoggedRefusals)
        log.write('warning', 'refused a page', { status: refusal.status, reason: refusal.reason, refusals });
      return refuseUpgrade(connection, refusal);
    }
    webSockets.handleUpgrade(request, connection, head, (socket) => {
      const link = createWebSocketLink(socket, { clock });
      links.add(link);
      const stopServing = serveUi(hallway, link, {
        clock,
        onDropped: (reason) => log.write('warning', 'dropped a message of a page', { reason }),
      });
      link.onClose(() => {
        links.delete(link);
        stopServing();
      });
    });
  });

  return {
    url: `http://127.0.0.1:${port}/#token=${token}`,
    async close() {
      for (const link of [...links]) link.close(closeCodes.goingAway, 'going-away');
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Upgraded connections no longer belong to the server: ws closes them, within the link's
        // own time limit.
        server.closeAllConnections();
      });
    },
  };
}

async function answerPage(request: IncomingMessage, response: ServerResponse, directory: string): Promise<void> {
  const asset = resolveAsset(splitTarget(request.url ?? '').pathname);
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

function refuseCrowd(pages: number): Refusal | undefined {
  return pages < maxPages ? undefined : { status: 503, reason: say('browser.crowded', { count: maxPages }) };
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
