/**
 * Opens an address in the user's browser, if there is a display.
 */
import { spawn } from 'node:child_process';

/** @param onFailure called if the browser does not start; never called without a display */
export function showInBrowser(url: string, onFailure: () => void): void {
  const opener = openerFor(process.platform, process.env);
  if (opener === undefined) return;
  const [command, ...args] = opener;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true, windowsHide: true });
  child.on('error', onFailure);
  child.on('exit', (code) => {
    if (code !== 0) onFailure();
  });
  // The child may run for as long as the browser does.
  child.unref();
}

/** @returns the command, without the address; undefined without a display */
export function openerFor(
  platform: NodeJS.Platform,
  variables: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] | undefined {
  if (platform === 'darwin') return ['open'];
  // Not `start`: its shell would interpret `&` in an address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return variables['DISPLAY'] || variables['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}
