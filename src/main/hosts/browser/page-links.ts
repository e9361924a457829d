/**
 * The links of all pages of the browser host, from their opening to their end. `admit-page.ts` lets
 * both ends prove themselves, `websocket-link.ts` carries the messages. Rule LINK-8.
 */
import type { WebSocket } from 'ws';
import type { Hallway } from '../../core/hallway.ts';
import type { Clock, Random } from '../../core/ports.ts';
import type { FileCopies } from '../../node/files/file-copies.ts';
import { serveUi } from '../ui-server/serve-ui.ts';
import { admitPage } from './admit-page.ts';
import type { PageKeys } from './page-keys.ts';
import { closeCodes, createWebSocketLink, type WebSocketLink } from './websocket-link.ts';

/** Pages at a time. A user has a few tabs; more means a page that reconnects in a loop. */
export const maxPages = 16;

/** Links that open at a time, which takes milliseconds. The oldest makes room for the next. */
const maxOpenings = 16;

export interface PageLinksDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: PageKeys;
  /** The port of the links. */
  readonly port: number;
  /** Of the files that pages send. */
  readonly copies: FileCopies;
}

export interface PageLinksHandlers {
  /** Called with the close code when a page did not prove itself. */
  onRefused(code: number): void;
  /** Called with the reason when a message of a page was dropped. */
  onDropped(reason: string): void;
}

export interface PageLinks {
  isFull(): boolean;
  /** Opens a link to the page of that origin at the other end. */
  open(socket: WebSocket, origin: string): void;
  /** Says goodbye to every page. */
  close(): void;
}

export function createPageLinks(
  hallway: Hallway,
  { clock, random, keys, port, copies }: PageLinksDeps,
  { onRefused, onDropped }: PageLinksHandlers,
): PageLinks {
  const openings = new Set<WebSocket>();
  const links = new Set<WebSocketLink>();
  // A browser tells nothing of the input in other programs, so a user without a page may be anywhere.
  const stopAway = hallway.away.follow({ idleMs: () => (links.size > 0 ? hallway.away.sinceActiveMs() : undefined) });

  function serve(socket: WebSocket): void {
    const link = createWebSocketLink(socket, { clock });
    links.add(link);
    const stopServing = serveUi(hallway, link, { clock, onDropped, chosenFiles: { copies } });
    link.onClose(() => {
      links.delete(link);
      stopServing();
    });
  }

  function onAdmitted(socket: WebSocket, keyName: string): void {
    openings.delete(socket);
    socket.on('close', () => keys.release(keyName));
    if (links.size < maxPages) serve(socket);
    else socket.close(closeCodes.crowded, 'crowded');
  }

  return {
    isFull: () => links.size >= maxPages,
    open(socket, origin) {
      for (const oldest of openings) {
        if (openings.size < maxOpenings) break;
        openings.delete(oldest);
        oldest.terminate();
      }
      openings.add(socket);
      socket.on('close', () => openings.delete(socket));
      const onAdmittedHere = (keyName: string): void => onAdmitted(socket, keyName);
      admitPage(socket, { clock, random, keys, port, origin }, { onAdmitted: onAdmittedHere, onRefused });
    },
    close() {
      stopAway();
      for (const socket of [...openings]) socket.terminate();
      for (const link of [...links]) link.close(closeCodes.goingAway, 'going-away');
    },
  };
}
