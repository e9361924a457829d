/** `protocol`: schemes and their handlers. The handlers are called with real Requests for what the real page fetches. */
import { onQuestion, record } from './control.ts';
import type { FetchAnswer } from './control-messages.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, Handler>();
const privileged = new Set<string>();

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly { readonly scheme: string }[]): void {
    for (const { scheme } of schemes) privileged.add(scheme);
    record('protocol.registerSchemesAsPrivileged', schemes);
  },
  handle(scheme: string, handler: Handler): void {
    // Without the privileges Electron gives the page an opaque origin; nobody wants to find that out by its consequences.
    if (!privileged.has(scheme))
      throw new Error(`the scheme ${scheme} was not registered as privileged before the app was ready`);
    if (handlers.has(scheme)) throw new Error(`The scheme has been intercepted: ${scheme}`);
    handlers.set(scheme, handler);
  },
  isProtocolHandled(scheme: string): boolean {
    return handlers.has(scheme);
  },
};

onQuestion('fetch', async ({ url, method, headers }): Promise<FetchAnswer> => {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) throw new Error(`nothing handles ${url}`);
  const response = await handler(new Request(url, { method, headers }));
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    bodyBase64: Buffer.from(await response.arrayBuffer()).toString('base64'),
  };
});
