/**
 * Opens an address in the person's own browser, where there is one to be seen.
 */
import { spawn } from 'node:child_process';

/** @param onFailure called if the system has no way to do it; not called where there is no display and nobody expects it */
export function showInBrowser(url: string, onFailure: () => void): void {
  const opener = openerFor(process.platform, process.env);
  if (opener === undefined) return;
  const [command, ...args] = opener;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true, windowsHide: true });
  child.on('error', onFailure);
  child.on('exit', (code) => {
    if (code !== 0) onFailure();
  });
  // It may stay for as long as the browser does; we need not.
  child.unref();
}

/** @returns the command to which the address is added, `undefined` where there is no display */
export function openerFor(
  platform: NodeJS.Platform,
  variables: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] | undefined {
  if (platform === 'darwin') return ['open'];
  // Not `start`, which is part of a shell that would have its own opinion on `&` in an address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return variables['DISPLAY'] || variables['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}
