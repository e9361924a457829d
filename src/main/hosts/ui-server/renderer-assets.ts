/**
 * Decides which files of the built renderer are served, and under which headers. The Electron host
 * (app://) and the browser host (loopback HTTP) share it, so both serve the same page under the same
 * policy. The hosts read the files. Pure.
 */
import type { SettingValues } from '../../../shared/contract/settings.ts';

export interface Asset {
  /** Relative to the renderer's directory, with forward slashes; never leaves it. */
  readonly path: string;
  readonly mimeType: string;
}

/** The only kinds of file that the build emits; anything else is not served at all. */
const mimeTypes: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['ico', 'image/x-icon'],
  ['woff2', 'font/woff2'],
]);

/**
 * One part of a path: plain letters that do not start with a dot. Nothing that could be `..`, a percent escape, a backslash, a drive or
 * a hidden file passes, so that there is no traversal to look for afterwards.
 */
const plainSegment = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/**
 * @param pathname of the request as it came, with its leading slash and without query, not decoded
 * @returns what to serve, or `undefined` for a path that nothing of ours has
 */
export function resolveAsset(pathname: string): Asset | undefined {
  if (!pathname.startsWith('/')) return undefined;
  const path = pathname === '/' ? 'index.html' : pathname.slice(1);
  if (!path.split('/').every((segment) => plainSegment.test(segment))) return undefined;
  const mimeType = mimeTypes.get(/\.([a-z0-9]+)$/.exec(path)?.[1] ?? '');
  return mimeType === undefined ? undefined : { path, mimeType };
}

/**
 * The page with the chosen theme on its root, so that its first paint has it (rule DESK-41). The
 * style sheets read the attribute, so the page needs no script for it.
 *
 * @param html of index.html
 */
export function withTheme(html: string, theme: SettingValues['theme']): string {
  return html.replace('<html ', `<html data-theme="${theme}" `);
}

/**
 * @param connectSources where the page may connect to besides its own origin, such as `ws://127.0.0.1:4000`
 */
export function securityHeaders(connectSources: readonly string[]): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src ${["'self'", ...connectSources].join(' ')}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // The port and the token change at every start, and the files with every build: nothing is worth keeping.
    'Cache-Control': 'no-store',
  };
}
