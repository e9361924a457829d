/**
 * Stock Chromium does not open pages of a scheme that it does not know, so that `app://hallway/x` is loaded as
 * `https://hallway.app.invalid/x`: secure as well, an origin of its own as well, and a name that never resolves (RFC 6761 §6.4).
 */
const suffix = '.invalid';

export function toPageUrl(appUrl: string): string {
  const { protocol, host, pathname, search, hash } = new URL(appUrl);
  if (protocol === 'http:' || protocol === 'https:') return appUrl;
  return `https://${host}.${protocol.slice(0, -1)}${suffix}${pathname}${search}${hash}`;
}

export function toAppUrl(pageUrl: string): string {
  if (!isMapped(pageUrl)) return pageUrl;
  const { hostname, pathname, search, hash } = new URL(pageUrl);
  const [host, scheme] = hostname.slice(0, -suffix.length).split('.');
  return `${scheme}://${host}${pathname}${search}${hash}`;
}

export function isMapped(pageUrl: string): boolean {
  return URL.canParse(pageUrl) && /^[^.]+\.[^.]+\.invalid$/.test(new URL(pageUrl).hostname);
}
