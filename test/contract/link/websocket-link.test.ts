/**
 * The two ends of the browser host's Link, the core's and the page's, over a real WebSocket on
 * loopback.
 */
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { admitPage } from '../../../src/main/hosts/browser/admit-page.ts';
import { createPageKeys } from '../../../src/main/hosts/browser/page-keys.ts';
import { createWebSocketLink as createCoreLink, type WebSocketLink } from '../../../src/main/hosts/browser/websocket-link.ts';
import { createNonce, createSigner } from '../../../src/renderer/app/connection/link-crypto.ts';
import { createLinkKeys } from '../../../src/renderer/app/connection/link-keys.ts';
import { createWebSocketLink as createPageLink } from '../../../src/renderer/app/connection/websocket-link.ts';
import type { Link, Unsubscribe } from '../../../src/shared/rpc/link.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { describeLink } from './link-suite.ts';

describeLink('WebSocket', async () => {
  const clock = createFakeClock();
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;

  const random = { fraction: () => 0.5, bytes: (sizeBytes: number) => crypto.getRandomValues(new Uint8Array(sizeBytes)) };
  const origin = 'http://127.0.0.1:1';
  const pageKeys = createPageKeys({ clock, random, ownOrigins: [origin] });
  let core: WebSocketLink | undefined;
  let sayConnected: () => void = () => undefined;
  server.on('connection', (socket) => {
    const handlers = {
      onAdmitted() {
        core = createCoreLink(socket, { clock });
        sayConnected();
      },
      onRefused: (code: number) => expect.fail(`the host refused the page with ${code}`),
    };
    admitPage(socket, { clock, random, keys: pageKeys, port, origin }, handlers);
  });
  /** Resolves when both ends are open. */
  function connected(start: () => void): Promise<void> {
    return new Promise((resolve) => {
      let missing = 2;
      const one = (): void => {
        missing -= 1;
        if (missing === 0) resolve();
      };
      sayConnected = one;
      start();
      const undo: Unsubscribe = page.onOpen(() => {
        undo();
        one();
      });
    });
  }

  /** The page's next reconnection, which waits for `restore`. */
  let reconnect: () => void = () => undefined;
  const page = createPageLink({
    connect: (address) => new WebSocket(address) as never,
    setTimer(callback) {
      reconnect = callback;
      return () => (reconnect = () => undefined);
    },
    fraction: () => 0.5,
    keys: createLinkKeys(`${pageKeys.issueCode()}.${port}`, { createSigner }),
    createNonce,
  });
  await connected(() => undefined);

  return {
    page,
    core(): Link {
      if (core === undefined) throw new Error('the page is not connected');
      return core;
    },
    interrupt: () =>
      new Promise((resolve) => {
        let missing = 2;
        const undo: Unsubscribe[] = [];
        const one = (): void => {
          missing -= 1;
          if (missing > 0) return;
          for (const stop of undo) stop();
          resolve();
        };
        undo.push(page.onClose(one), core?.onClose(one) ?? (() => undefined));
        for (const socket of server.clients) socket.terminate();
      }),
    restore: () => connected(() => reconnect()),
    async close() {
      page.close();
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
});
