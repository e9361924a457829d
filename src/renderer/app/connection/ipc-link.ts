/**
 * The Link of a window of the desktop app: what the preload exposes as `window.hallway`, given the shape of a Link. It is usable from the
 * first moment and for as long as the window lives, because the core lives in the process that owns the window.
 */
import type { Link } from '../../../shared/rpc/link.ts';

/** What the preload exposes. Nothing else crosses from it into the page. */
export interface HallwayBridge {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
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
