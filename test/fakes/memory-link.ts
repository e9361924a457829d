/**
 * Two ends of a Link in memory, which a test can close, open and spy on. Messages are cloned through JSON and arrive in a microtask, so that
 * what works here carries nothing that a real pipe would not, and relies on no answer being immediate.
 */
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import type { Link } from '../../src/shared/rpc/link.ts';

export interface MemoryLink {
  readonly left: Link;
  readonly right: Link;
  open(): void;
  close(): void;
}

export function createMemoryLink({ startsOpen = true }: { startsOpen?: boolean } = {}): MemoryLink {
  const openings = createEmitter<void>();
  const closings = createEmitter<void>();
  let isOpen = startsOpen;
  // A message of an earlier opening does not arrive in a later one.
  let opening = 0;

  function createEnd(): { link: Link; receive(message: unknown): void; connect(other: (message: unknown) => void): void } {
    const messages = createEmitter<unknown>();
    let deliver: (message: unknown) => void = () => undefined;
    return {
      receive: (message) => messages.emit(message),
      connect: (other) => void (deliver = other),
      link: {
        send(message) {
          if (!isOpen) return;
          const sentIn = opening;
          const text = JSON.stringify(message);
          queueMicrotask(() => {
            if (isOpen && sentIn === opening) deliver(JSON.parse(text));
          });
        },
        onMessage: (listener) => messages.subscribe(listener),
        onOpen(listener) {
          const undo = openings.subscribe(listener);
          if (isOpen) listener();
          return undo;
        },
        onClose: (listener) => closings.subscribe(listener),
      },
    };
  }

  const left = createEnd();
  const right = createEnd();
  left.connect(right.receive);
  right.connect(left.receive);

  return {
    left: left.link,
    right: right.link,
    open() {
      if (isOpen) return;
      isOpen = true;
      opening += 1;
      openings.emit();
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closings.emit();
    },
  };
}
