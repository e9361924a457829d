/**
 * The Link of a browser page: JSON text over a WebSocket to the host that served the page. It reconnects by itself with a growing pause,
 * and never hoards: what is sent while the socket is closed is dropped, and a socket that takes nothing any more is closed.
 */
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';

/** First pause before reconnecting: a host that is being restarted is back about then. Doubles up to the longest. */
export const firstPauseMs = 500;
/** Longest pause: more often is noise on a host that is switched off, more rarely keeps a returned user waiting. */
export const longestPauseMs = 10_000;
/** Bytes that may wait to be sent. Our messages are far under 1 KiB, so that much means the host has stopped reading. */
export const maxWaitingBytes = 1024 * 1024;

/** The part of a browser's WebSocket that is used here. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface WebSocketLinkDeps {
  connect(address: string): WebSocketLike;
  /** Calls `callback` once after `delayMs`. @returns its undo */
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  /** A number in [0, 1): spreads reconnections of several pages. */
  fraction(): number;
}

const openState = 1;

/** @param address `ws://HOST/link?token=TOKEN` */
export function createWebSocketLink(
  { connect, setTimer, fraction }: WebSocketLinkDeps,
  { address }: { readonly address: string },
): Link & { close(): void } {
  const messages = createEmitter<unknown>();
  const openings = createEmitter<void>();
  const closings = createEmitter<void>();
  let socket: WebSocketLike | undefined;
  let cancelReconnect: Unsubscribe = () => undefined;
  let pauseMs = firstPauseMs;
  let ended = false;

  function open(): void {
    const own = connect(address);
    let wasOpen = false;
    socket = own;
    own.onopen = () => {
      wasOpen = true;
      pauseMs = firstPauseMs;
      openings.emit();
    };
    own.onmessage = ({ data }) => {
      const message = parse(data);
      if (message !== undefined) messages.emit(message);
    };
    own.onclose = () => {
      release(own);
      if (wasOpen) closings.emit();
      if (!ended) reconnectLater();
    };
  }

  function release(own: WebSocketLike): void {
    own.onopen = null;
    own.onmessage = null;
    own.onclose = null;
    if (socket === own) socket = undefined;
  }

  function reconnectLater(): void {
    // Between half and the whole of the pause.
    cancelReconnect = setTimer(open, pauseMs * (0.5 + fraction() / 2));
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }

  open();

  return {
    send(message) {
      if (socket?.readyState !== openState) return;
      if (socket.bufferedAmount > maxWaitingBytes) socket.close();
      else socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => messages.subscribe(listener),
    onOpen(listener) {
      const undo = openings.subscribe(listener);
      if (socket?.readyState === openState) listener();
      return undo;
    },
    onClose: (listener) => closings.subscribe(listener),
    /** Ends the link for good. */
    close() {
      ended = true;
      cancelReconnect();
      socket?.close();
    },
  };
}

/** @returns the value, or `undefined` for what is no JSON text */
function parse(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
