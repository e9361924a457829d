/**
 * The Link of a browser page: JSON text over a WebSocket to the host that served the page. It
 * reconnects with back-off. It never buffers: messages are dropped while the socket is closed, and
 * a stuck socket is closed.
 */
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';

/**
 * First delay before reconnecting, about the time that a host takes to restart. It doubles up to
 * the longest.
 */
export const firstPauseMs = 500;
/**
 * Longest delay: a shorter one disturbs a host that is off, a longer one keeps the user waiting.
 */
export const longestPauseMs = 10_000;
/** Limit of buffered bytes. Our messages are far below 1 KiB, so the host has stopped reading. */
export const maxWaitingBytes = 1024 * 1024;

/** The part of a browser's WebSocket that this file uses. */
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
  /** Calls `callback` once after `delayMs`. @returns a function that cancels it */
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  /** A number in [0, 1), to spread the reconnections of several pages. */
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
    // Between half the delay and all of it.
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
    /** Closes the link for good. */
    close() {
      ended = true;
      cancelReconnect();
      socket?.close();
    },
  };
}

/** @returns the value, or `undefined` if the data is not JSON text */
function parse(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
