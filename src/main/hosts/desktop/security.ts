/**
 * Restricts pages, whatever they contain: they may show our own page and ask for notifications,
 * nothing else. Covers the navigation, window, webview and permission items of Electron's security
 * checklist (docs/decisions/0002-electron-security.md).
 */
import type { App, Session, Shell, WebContents } from 'electron';

/** Restricts every page that is created later. To be called before the app is ready. */
export function lockDown(app: App, shell: Shell, { origin }: { readonly origin: string }): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => restrictContents(contents, shell, origin));
}

function restrictContents(contents: WebContents, shell: Shell, origin: string): void {
  // Reloading our own page is the only navigation.
  const keepHome = (event: { readonly url: string; preventDefault(): void }): void => {
    if (originOf(event.url) !== origin) event.preventDefault();
  };
  contents.on('will-navigate', keepHome);
  contents.on('will-frame-navigate', keepHome);
  contents.on('will-redirect', keepHome);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isWebAddress(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Electron approves every permission unless told otherwise. */
export function restrictPermissions(session: Session, { origin }: { readonly origin: string }): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(permission === 'notifications' && originOf(details.requestingUrl) === origin);
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return permission === 'notifications' && originOf(requestingOrigin) === origin;
  });
  session.setDevicePermissionHandler(() => false);
}

/** openExternal starts the system's program for a scheme, so it gets web addresses only. */
function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

/** Not `URL.origin`, which is 'null' for a scheme like app: that Node does not know. */
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
