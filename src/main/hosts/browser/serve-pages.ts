/**
 * Serves the built renderer over loopback HTTP, on a port that is new at each start (rule LINK-31).
 * The files contain no secrets. `admission.ts` decides which requests it answers.
 */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { SettingValues } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/host.ts';
import { resolveAsset, securityHeaders, withTheme } from '../ui-server/renderer-assets.ts';
import { pathnameOf, refusePage } from './admission.ts';
import { factsOf, refusePlainly, type LoopbackServer } from './loopback-server.ts';

export interface ServePagesOptions {
  /** The folder of the built renderer, with index.html. */
  readonly directory: string;
  /** The chosen theme, now. */
  theme(): SettingValues['theme'];
  /** The only place to which a page may connect beside its own origin. */
  readonly linkAddress: string;
}

export function servePages({ server, port }: LoopbackServer, options: ServePagesOptions): void {
  server.on('request', (request, response) => {
    const refusal = refusePage(factsOf(request), port);
    if (refusal !== undefined) return refusePlainly(response, refusal);
    void answer(request, response, options);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { directory, linkAddress, theme }: ServePagesOptions,
): Promise<void> {
  const asset = resolveAsset(pathnameOf(request.url ?? ''));
  const file = asset && (await readFile(join(directory, asset.path)).catch(() => undefined));
  if (asset === undefined || file === undefined) return refusePlainly(response, { status: 404, reason: say('browser.no-file') });
  const bytes = asset.path === 'index.html' ? Buffer.from(withTheme(file.toString(), theme())) : file;
  const headers = {
    ...securityHeaders([linkAddress]),
    'Content-Type': asset.mimeType,
    'Content-Length': bytes.length,
  };
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
