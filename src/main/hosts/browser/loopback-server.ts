/**
 * The part that both servers of the browser host share: HTTP on 127.0.0.1 alone, with a limit for
 * connections and for the time of a request, and plain refusals. Rules LINK-4 and LINK-8.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { securityHeaders } from '../ui-server/renderer-assets.ts';
import type { Refusal, RequestFacts } from './admission.ts';

/**
 * Not by `import`, which reads every export: one of them loads Node's client for fetch, a tenth of
 * the processor time of a start.
 */
const { createServer } = process.getBuiltinModule('node:http');

/**
 * Connections at a time, of each server. A page needs one for its link and a few to load.
 */
export const maxConnections = 64;

/** The time that a client has to send a request, and how often that is checked. */
const requestLimitMs = 10_000;
const requestCheckMs = 5_000;

export interface LoopbackServer {
  readonly server: Server;
  readonly port: number;
  /** Stops listening, and ends all connections that were not upgraded. */
  close(): Promise<void>;
}

/**
 * @param port 0: the system chooses
 * @throws the system's error if the port is not free (`EADDRINUSE`, `EACCES`)
 */
export async function listenOnLoopback(port: number): Promise<LoopbackServer> {
  const server = createServer({
    headersTimeout: requestLimitMs,
    requestTimeout: requestLimitMs,
    connectionsCheckingInterval: requestCheckMs,
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    // Only a pipe has a string here.
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Upgraded connections no longer belong to the server: ws closes them, within the link's own
        // time limit.
        server.closeAllConnections();
      }),
  };
}

export function factsOf({ method, url, headers }: IncomingMessage): RequestFacts {
  return { method, target: url ?? '', host: headers.host, origin: headers.origin };
}

export function refusePlainly(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, refusalHeaders(refusal));
  response.end(refusal.reason);
}

export function refuseUpgrade(connection: Duplex, refusal: Refusal): void {
  const lines = Object.entries({ ...refusalHeaders(refusal), Connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  connection.end(`HTTP/1.1 ${refusal.status} Refused\r\n${lines.join('\r\n')}\r\n\r\n${refusal.reason}`);
}

function refusalHeaders({ status, reason }: Refusal): Record<string, string | number> {
  return {
    ...securityHeaders([]),
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(reason),
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
  };
}
