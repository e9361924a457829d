/**
 * Turns WebSocket requests of our pages into links. It serves no file: a program that takes this
 * port while Hallway is closed can then have nothing in a browser that Hallway meets again.
 * `admission.ts` decides which requests it answers, `page-links.ts` has the links. Rule LINK-8.
 */
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { say } from '../../../shared/text/messages/host.ts';
import { refusalCodes } from '../../../shared/rpc/link-opening.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { isLoopbackOrigin, linkPath, refuseHost, refuseLink, type Refusal } from './admission.ts';
import { factsOf, refusePlainly, refuseUpgrade, type LoopbackServer } from './loopback-server.ts';
import type { FileCopies } from '../../node/files/file-copies.ts';
import type { PageKeys } from './page-keys.ts';
import { createPageLinks, maxPages } from './page-links.ts';

/** The largest message of a page: several times a call with the longest text. */
export const maxMessageBytes = 256 * 1024;

/** The time that a refused client has to read why. */
export const refusalLimitMs = 1_000;

/** Refusals to log. A page whose key expired retries for as long as it is open. */
const maxLoggedRefusals = 10;

const crowded: Refusal = { status: 503, reason: say('browser.crowded', { count: maxPages }) };
const noFile: Refusal = { status: 404, reason: say('browser.no-file') };

export interface ServeLinksDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly keys: PageKeys;
  /** Of the files that pages send. */
  readonly copies: FileCopies;
}

/** @returns its end: says goodbye to every page */
export function serveLinks(
  hallway: Hallway,
  { server, port }: LoopbackServer,
  { clock, random, log, keys, copies }: ServeLinksDeps,
): () => void {
  const refused = new Set<Duplex>();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  let refusals = 0;

  function logRefusal(status: number, reason: string): void {
    refusals += 1;
    if (refusals <= maxLoggedRefusals) log.write('warning', 'refused a page', { status, reason, refusals });
  }

  const pages = createPageLinks(
    hallway,
    { clock, random, keys, port, copies },
    {
      onRefused: (code) => logRefusal(code, 'the page did not prove itself'),
      onDropped: (reason) => log.write('warning', 'dropped a message of a page', { reason }),
    },
  );

  server.on('request', (request, response) => {
    refusePlainly(response, refuseHost(factsOf(request), port) ?? noFile);
  });

  /** Says that it has no key here, and nothing else. */
  function refusePage(socket: WebSocket): void {
    socket.on('error', () => undefined);
    socket.close(refusalCodes.unknownKey);
    const cancelTimer = clock.setTimer(() => socket.terminate(), refusalLimitMs);
    socket.on('close', cancelTimer);
  }

  server.on('upgrade', (request, connection, head) => {
    // Without a listener, a client that resets during a refusal would end the process.
    connection.on('error', () => connection.destroy());
    const facts = factsOf(request);
    const refusal = refuseLink(facts, { port, isKnownOrigin: keys.isKnownOrigin }) ?? (pages.isFull() ? crowded : undefined);
    if (refusal === undefined) {
      return webSockets.handleUpgrade(request, connection, head, (socket) => pages.open(socket, facts.origin ?? ''));
    }
    logRefusal(refusal.status, refusal.reason);
    if (refusal.status === 403 && isLoopbackOrigin(facts.origin)) {
      return webSockets.handleUpgrade(request, connection, head, (socket) => refusePage(socket));
    }
    refuseUpgrade(connection, refusal);
    refused.add(connection);
    const cancelTimer = clock.setTimer(() => connection.destroy(), refusalLimitMs);
    connection.on('close', () => {
      cancelTimer();
      refused.delete(connection);
    });
  });

  return () => {
    pages.close();
    for (const connection of refused) connection.destroy();
  };
}

/** @returns the address of the link, for pages and their policy */
export function linkAddressOf(port: number): string {
  return `ws://127.0.0.1:${port}${linkPath}`;
}
