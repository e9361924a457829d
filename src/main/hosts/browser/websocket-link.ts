/**
 * The Link of the browser host: one WebSocket to one page. Text frames carry JSON. Any other frame
 * closes the link with a code and a reason, and so does a page that does not read. `admission.ts`
 * decides which requests may connect.
 */
import type { RawData, WebSocket } from 'ws';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Clock } from '../../core/ports.ts';

/** RFC 6455 §7.4.1 and its registry define the first four. The last is in the range for applications. */
export const closeCodes = {
  goingAway: 1001,
  binaryFrame: 1003,
  notJson: 1007,
  crowded: 1013,
  tooSlow: 4008,
} as const;

/**
 * Unsent bytes at which a page counts as not reading: some ten times the largest snapshot (1,000
 * peers, about 400 kB).
 */
export const maxUnsentBytes = 4 * 1024 * 1024;

/**
 * A page that answers no ping for this long is gone. Browsers answer pings even in a background
 * tab.
 */
const pingIntervalMs = 15_000;

/** The time limit of the closing handshake. */
const closeTimeoutMs = 1_000;

export interface WebSocketLink extends Link {
  /** Idempotent. No message is received afterwards. */
  close(code: number, reason: string): void;
}

export function createWebSocketLink(socket: WebSocket, { clock }: { readonly clock: Clock }): WebSocketLink {
  const messages = createEmitter<unknown>();
  const closings = createEmitter<void>();
  let open = true;
  let answered = true;
  let cancelTimer: Unsubscribe = clock.setTimer(ping, pingIntervalMs);

  function ping(): void {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
    cancelTimer = clock.setTimer(ping, pingIntervalMs);
  }

  /** Closes the link for its users, whatever the connection still does. */
  function end(): void {
    if (!open) return;
    open = false;
    cancelTimer();
    closings.emit();
  }

  function close(code: number, reason: string): void {
    if (!open) return;
    end();
    socket.close(code, reason);
    cancelTimer = clock.setTimer(() => socket.terminate(), closeTimeoutMs);
  }

  socket.on('message', (data, isBinary) => {
    if (!open) return;
    if (isBinary) return close(closeCodes.binaryFrame, 'binary-frame');
    const message = parse(data);
    if (message === undefined) return close(closeCodes.notJson, 'not-json');
    messages.emit(message.value);
  });
  socket.on('pong', () => (answered = true));
  // `close` follows every error. ws itself answers a frame that is too large (1009) or malformed
  // (1002).
  socket.on('error', () => undefined);
  socket.on('close', () => {
    end();
    cancelTimer();
  });

  return {
    send(message) {
      if (!open) return;
      if (socket.bufferedAmount > maxUnsentBytes) return close(closeCodes.tooSlow, 'too-slow');
      socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => messages.subscribe(listener),
    onOpen(listener) {
      if (open) listener();
      // A connection opens once. A page that reconnects gets another link.
      return () => undefined;
    },
    onClose: (listener) => closings.subscribe(listener),
    close,
  };
}

function parse(data: RawData): { readonly value: unknown } | undefined {
  try {
    // By default, ws gives a text frame as one Buffer.
    return { value: JSON.parse((data as Buffer).toString('utf8')) };
  } catch {
    return undefined;
  }
}
