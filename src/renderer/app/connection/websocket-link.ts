/**
 * The Link of a browser page: JSON text over a WebSocket to the host that served the page, on the
 * port of its links. It opens when both ends have proved themselves (`prove-link.ts`). It reconnects
 * with back-off for as long as it has a key, also after something else answered in place of the
 * host: only a proof makes it say anything. It never buffers: messages are dropped while the socket
 * is closed, and a stuck socket is closed. Rules LINK-1, LINK-7 and LINK-34.
 */
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { refusalCodes } from '../../../shared/rpc/link-opening.ts';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import type { LinkTrouble } from '../../state/core-state.ts';
import type { LinkKeys } from './link-keys.ts';
import { proveLink, type OpeningOutcome, type ProveLinkDeps } from './prove-link.ts';

/**
 * First delay before reconnecting, about the time that a host takes to restart. It doubles up to
 * the longest.
 */
export const firstPauseMs = 500;
/**
 * Longest delay: a shorter one disturbs a host that is off, a longer one keeps the user waiting.
 */
export const longestPauseMs = 10_000;
/** Longest opening: a program that accepts and says nothing is not our host. */
export const openingLimitMs = 10_000;
/** Limit of buffered bytes. Our messages are far below 1 KiB, so the host has stopped reading. */
export const maxWaitingBytes = 1024 * 1024;

/** The part of a browser's WebSocket that this file uses. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface WebSocketLinkDeps extends Pick<ProveLinkDeps, 'createNonce'> {
  connect(address: string): WebSocketLike;
  /** Calls `callback` once after `delayMs`. @returns a function that cancels it */
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  /** A number in [0, 1), to spread the reconnections of several pages. */
  fraction(): number;
  readonly keys: LinkKeys;
}

export interface WebSocketLink extends Link {
  /**
   * Calls `listener` when an opening failed for a reason that the user must know: at once if the
   * last one did. The next success ends it.
   */
  onTrouble(listener: (trouble: LinkTrouble) => void): Unsubscribe;
  /** Closes the link for good. */
  close(): void;
}

const openState = 1;

export function createWebSocketLink({ connect, setTimer, fraction, keys, createNonce }: WebSocketLinkDeps): WebSocketLink {
  const messages = createEmitter<unknown>();
  const openings = createEmitter<void>();
  const closings = createEmitter<void>();
  const troubles = createEmitter<LinkTrouble>();
  let socket: WebSocketLike | undefined;
  let isOpen = false;
  /** The timer of the opening or of the next attempt. */
  let cancelTimer: Unsubscribe = () => undefined;
  let pauseMs = firstPauseMs;
  let trouble: LinkTrouble | undefined;
  let isClosed = false;

  function open(): void {
    const key = keys.current();
    const { port } = keys;
    if (key === undefined || port === undefined) return emitTrouble('no-key');
    const own = connect(`ws://127.0.0.1:${port}/link`);
    socket = own;
    cancelTimer = setTimer(() => own.close(), openingLimitMs);
    const send = (message: unknown): void => own.send(JSON.stringify(message));
    own.onopen = () => {
      const opening = proveLink(key, { port, createNonce, send });
      // One message after the other, because signing takes a moment.
      let received: Promise<void> = Promise.resolve();
      own.onmessage = ({ data }) => {
        if (isOpen) return emitMessage(data);
        received = received.then(async () => {
          if (isOpen) return emitMessage(data);
          const outcome = await opening.receive(parse(data));
          // The socket may have closed meanwhile.
          if (outcome !== undefined && socket === own && !isClosed) settle(own, outcome);
        });
      };
    };
    own.onclose = ({ code }) => {
      release(own);
      if (isClosed) return;
      if (code !== refusalCodes.unknownKey && code !== refusalCodes.wrongProof) return reconnectLater();
      if (keys.drop()) return open();
      emitTrouble('no-key');
      if (keys.current() !== undefined) reconnectLater();
    };
  }

  function settle(own: WebSocketLike, outcome: OpeningOutcome): void {
    if (outcome.type === 'wrong-host') {
      emitTrouble('wrong-host');
      // Nothing that it still says counts, and it decides nothing by the code of its close.
      release(own);
      own.close();
      return reconnectLater();
    }
    keys.exchange(outcome.given);
    cancelTimer();
    pauseMs = firstPauseMs;
    trouble = undefined;
    isOpen = true;
    openings.emit();
  }

  function emitMessage(data: unknown): void {
    const message = parse(data);
    if (message !== undefined) messages.emit(message);
  }

  function release(own: WebSocketLike): void {
    own.onopen = null;
    own.onmessage = null;
    own.onclose = null;
    cancelTimer();
    if (socket !== own) return;
    socket = undefined;
    if (!isOpen) return;
    isOpen = false;
    closings.emit();
  }

  function emitTrouble(next: LinkTrouble): void {
    trouble = next;
    troubles.emit(next);
  }

  function reconnectLater(): void {
    // Between half the delay and all of it.
    cancelTimer = setTimer(open, pauseMs * (0.5 + fraction() / 2));
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }

  open();

  return {
    send(message) {
      if (!isOpen || socket?.readyState !== openState) return;
      if (socket.bufferedAmount > maxWaitingBytes) socket.close();
      else socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => messages.subscribe(listener),
    onOpen(listener) {
      const undo = openings.subscribe(listener);
      if (isOpen) listener();
      return undo;
    },
    onClose: (listener) => closings.subscribe(listener),
    onTrouble(listener) {
      const undo = troubles.subscribe(listener);
      if (trouble !== undefined) listener(trouble);
      return undo;
    },
    close() {
      isClosed = true;
      cancelTimer();
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
