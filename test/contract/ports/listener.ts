/** UDP socket handlers that record their calls. */
import type { Endpoint, UdpHandlers } from '../../../src/main/core/ports.ts';

export interface Listener extends UdpHandlers {
  readonly heard: readonly { readonly text: string; readonly source: Endpoint }[];
  /** The codes of the failures. */
  readonly errors: readonly string[];
  texts(): string[];
}

export function createListener(): Listener {
  const heard: { text: string; source: Endpoint }[] = [];
  const errors: string[] = [];
  return {
    heard,
    errors,
    texts: () => heard.map(({ text }) => text),
    onDatagram: (bytes, source) => void heard.push({ text: new TextDecoder().decode(bytes), source }),
    onError: ({ code }) => void errors.push(code),
  };
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
