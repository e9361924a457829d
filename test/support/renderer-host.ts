/**
 * Serves the built renderer on loopback with the real `serveUserInterface` over a fake Hallway, for end-to-end tests, benches and
 * screenshots of the page alone. The Content-Security-Policy is as strict as the real hosts' one; token, Origin and Host checks are
 * the real host's business.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Hallway } from '../../src/main/core/hallway.ts';
import { serveUserInterface } from '../../src/main/hosts/ui-server/serve-ui.ts';
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import type { Link } from '../../src/shared/rpc/link.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const clock = {
  monotonicMs: () => performance.now(),
  setTimer(callback: () => void, delayMs: number) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface RendererHost {
  readonly address: string;
  /** Cuts all connections and refuses new ones until called with `false`. */
  refuseConnections(refuse: boolean): void;
  close(): Promise<void>;
}

export const defaultRendererDirectory = fileURLToPath(new URL('../../out/renderer', import.meta.url));

export async function startRendererHost(
  hallway: Hallway,
  { directory = defaultRendererDirectory }: { readonly directory?: string } = {},
): Promise<RendererHost> {
  let refuses = false;
  const http = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    const file = join(directory, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (body) => {
        response.setHeader('Content-Security-Policy', contentSecurityPolicy);
        response.setHeader('Content-Type', contentTypes[extname(file)] ?? 'application/octet-stream');
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    if (refuses || !(request.url ?? '').startsWith('/link?')) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (webSocket) => serve(hallway, webSocket));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

  function cutAll(): void {
    for (const socket of sockets.clients) socket.terminate();
  }

  return {
    address: `http://127.0.0.1:${(http.address() as AddressInfo).port}/#token=test`,
    refuseConnections(refuse) {
      refuses = refuse;
      if (refuse) cutAll();
    },
    async close() {
      cutAll();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function serve(hallway: Hallway, socket: WebSocket): void {
  const messages = createEmitter<unknown>();
  const closings = createEmitter<void>();
  const link: Link = {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: (listener) => messages.subscribe(listener),
    onOpen(listener) {
      listener();
      return () => undefined;
    },
    onClose: (listener) => closings.subscribe(listener),
  };
  const stop = serveUserInterface(hallway, link, { clock });
  socket.binaryType = 'arraybuffer';
  socket.on('message', (data) => messages.emit(JSON.parse(new TextDecoder().decode(data as ArrayBuffer))));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closings.emit();
    stop();
  });
}
