/**
 * The app:// scheme. It gives the built renderer an origin of its own (`app://hallway`), unlike
 * file://, and serves it with the security policy as a header. `renderer-assets.ts` decides which
 * files it serves.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Protocol } from 'electron';
import { say } from '../../../shared/text/messages/host.ts';
import { resolveAsset, securityHeaders } from '../ui-server/renderer-assets.ts';

const scheme = 'app';
export const appOrigin = 'app://hallway';
export const appPage = `${appOrigin}/index.html`;

/** To be called before the app is ready. Later, Chromium accepts no schemes. */
export function registerAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the renderer in `directory` from now on. */
export function serveAppScheme(protocol: Protocol, directory: string): void {
  protocol.handle(scheme, (request) => answer(request, directory));
}

async function answer(request: Request, directory: string): Promise<Response> {
  const pathname = ownPathname(request.url);
  const asset = pathname === undefined || request.method !== 'GET' ? undefined : resolveAsset(pathname);
  const bytes = asset && (await readFile(join(directory, asset.path)).catch(() => undefined));
  if (asset === undefined || bytes === undefined) {
    return new Response(say('browser.no-file'), {
      status: 404,
      headers: { ...securityHeaders([]), 'Content-Type': 'text/plain' },
    });
  }
  return new Response(new Uint8Array(bytes), { headers: { ...securityHeaders([]), 'Content-Type': asset.mimeType } });
}

function ownPathname(url: string): string | undefined {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}` === appOrigin ? pathname : undefined;
}
