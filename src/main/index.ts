/**
 * Hallway as a desktop application: the Electron host over the same core as the `hallway` command (cli.ts). This file only says what
 * happens in which order; the steps are in `electron/`, the node itself in `start-node.ts`.
 */
import { describeRefusal } from '../shared/text/messages/describe-problem.ts';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, ipcMain, powerMonitor, protocol, session, shell, type BrowserWindow } from 'electron';
import { appOrigin, appPage, registerAppScheme, serveAppScheme } from './hosts/desktop/app-protocol.ts';
import { createIpcLink } from './hosts/desktop/ipc-link.ts';
import { installMenu } from './hosts/desktop/menu.ts';
import { pickOwnArguments } from './hosts/desktop/own-arguments.ts';
import { followPower } from './hosts/desktop/power.ts';
import { quitAfter } from './hosts/desktop/quit.ts';
import { lockDown, restrictPermissions } from './hosts/desktop/security.ts';
import { focusWindow, openWindow } from './hosts/desktop/window.ts';
import { startNode, type StartedNode } from './hosts/start-node.ts';
import { defaultProfileDirectory } from './node/storage/profile/default-profile-directory.ts';
import { createStderrLog } from './node/system/log.ts';
import { adapterNames, unknownAdapters } from './hosts/cli/arguments/adapter-names.ts';
import { parseCommandLine, teamKeyVariable, type NodeOptions } from './hosts/cli/arguments/options.ts';
import { serveUserInterface } from './hosts/ui-server/serve-ui.ts';

const preloadPath = join(import.meta.dirname, '../preload/index.cjs');
const rendererDirectory = join(import.meta.dirname, '../renderer');
const isMac = process.platform === 'darwin';

/** Set by `npm run dev`: the page then comes from the development server, which reloads it in place. */
const developmentUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const origin = developmentUrl === undefined ? appOrigin : new URL(developmentUrl).origin;

const log = createStderrLog({ threshold: 'info', format: 'text' });

// Electron's own answer is a dialog and going on with a core in an unknown state.
process.on('uncaughtException', (error) =>
  fail('Hallway stopped working', `Start it again. The reason was: ${String(error)}`, 1),
);

registerAppScheme(protocol);
lockDown(app, shell, { origin });
app.setAppUserModelId('app.hallway');

const options = readOptions();
if (options !== undefined) {
  const { profile = ownProfileDirectory(), ...node } = options;
  // Chromium's own data. Also the key of the single-instance lock, so that each profile has a window of its own.
  app.setPath('userData', join(profile, 'electron'));
  if (app.requestSingleInstanceLock())
    start(profile, node).catch((error: unknown) => fail('Hallway could not start', String(error), 1));
  else app.exit(0);
}

async function start(profileDirectory: string, { name, teamKey, ...presence }: Omit<NodeOptions, 'profile'>): Promise<void> {
  await app.whenReady();
  installMenu({ isMac, isDevelopment: developmentUrl !== undefined });
  restrictPermissions(session.defaultSession, { origin });
  serveAppScheme(protocol, rendererDirectory);

  const started = await startNode({
    log,
    profileDirectory,
    presence,
    ...(name !== undefined && { name }),
    ...(teamKey !== undefined && { teamKey }),
  });
  if (!started.ok) return fail('Hallway could not start', describeRefusal(started), 1);
  const { node } = started;
  followPower(powerMonitor, { clock: node.ports.clock, hallway: node.hallway, log }, () => app.quit());
  quitAfter(app, { clock: node.ports.clock, log }, () => node.stop());
  void node.failed.then((reason) => fail('Hallway stopped working', `Start it again. The reason was: ${String(reason)}`, 1));

  let window = showNode(node);
  const show = (): void => {
    if (window.isDestroyed()) window = showNode(node);
    else focusWindow(window);
  };
  app.on('second-instance', show);
  app.on('activate', show);
  // On macOS programs stay without a window, until Cmd+Q.
  app.on('window-all-closed', () => {
    if (!isMac) app.quit();
  });
}

/** Opens a window and connects its page to the node. */
function showNode({ hallway, ports }: StartedNode): BrowserWindow {
  const window = openWindow({ log }, { pageUrl: developmentUrl ?? appPage, preloadPath });
  const link = createIpcLink({ ipcMain, webContents: window.webContents, log }, { origin });
  const stopServing = serveUserInterface(hallway, link, {
    clock: ports.clock,
    onDropped: (reason) => log.write('warning', 'dropped a message of the page', { reason }),
  });
  window.once('closed', stopServing);
  return window;
}

function ownProfileDirectory(): string {
  return defaultProfileDirectory({ platform: process.platform, homeDirectory: homedir(), variables: process.env });
}

function readOptions(): NodeOptions | undefined {
  const line = parseCommandLine(['open', ...pickOwnArguments(process.argv)], process.env);
  // Read, and now nobody's business: Chromium's processes and programs that are started would inherit it.
  delete process.env[teamKeyVariable];
  const node = line.ok && line.command.command === 'open' ? line.command.node : undefined;
  const mistake = line.ok ? unknownAdapters(node?.interfaces ?? [], adapterNames()) : line.message;
  if (mistake === undefined) return node;
  fail('Hallway does not understand how it was started', mistake, 2);
  return undefined;
}

/** Says what is wrong where both a person and a script see it, and ends. */
function fail(title: string, message: string, exitCode: number): void {
  log.write('error', title, { message });
  dialog.showErrorBox(title, message);
  app.exit(exitCode);
}
