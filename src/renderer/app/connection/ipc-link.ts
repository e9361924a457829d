/**
 * The Link of a desktop window: wraps `window.hallway`, which the preload exposes. It is usable as
 * long as the window lives, because the window's own process runs the core.
 */
import type { Link } from '../../../shared/rpc/link.ts';

/** The preload's interface. Nothing else crosses from it into the page. */
export interface HallwayBridge {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
  /** @returns an ID by which the host knows its path; empty for a file that has none */
  chooseFile(file: File): string;
}

declare global {
  interface Window {
    readonly hallway?: HallwayBridge;
  }
}

export function createIpcLink(bridge: HallwayBridge): Link {
  return {
    send: (message) => bridge.send(message),
    onMessage: (listener) => bridge.onMessage((message) => listener(message)),
    onOpen(listener) {
      listener();
      return () => undefined;
    },
    onClose: () => () => undefined,
  };
}
