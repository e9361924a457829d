/**
 * Hallway as a desktop application: the Electron host of the same core as the `hallway` command
 * (cli.ts). This file is the order of the steps. The steps are in `hosts/desktop`, the node in
 * `start-node.ts`.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { app, dialog, ipcMain, nativeTheme, powerMonitor, protocol, session, shell, type BrowserWindow } from 'electron';
import { describeRefusal } from '../shared/text/messages/describe-refusal.ts';
import { refuse } from '../shared/text/messages/problem-values.ts';
import { say } from '../shared/text/messages/host.ts';
import { appOrigin, appPage, registerAppScheme, serveAppScheme } from './hosts/desktop/app-protocol.ts';
import { appId, toastActivatorId } from './hosts/desktop/app-id.ts';
import { callUser } from './hosts/desktop/calling/call-user.ts';
import { followDeepLinks } from './hosts/desktop/links/deep-links.ts';
import { showOnDesktop } from './hosts/desktop/desktop.ts';
import { wantsHardwareAcceleration } from './hosts/desktop/early-settings.ts';
import { createFirewallFix } from './hosts/desktop/fix-firewall.ts';
import { createIpcLink } from './hosts/desktop/ipc-link.ts';
import { keepLocal, restrictSession } from './hosts/desktop/local-only.ts';
import type { MainWindow } from './hosts/desktop/main-window.ts';
import { installMenu } from './hosts/desktop/menu.ts';
import { pickOwnArguments } from './hosts/desktop/own-arguments.ts';
import { followPower } from './hosts/desktop/power.ts';
import { quitAfter } from './hosts/desktop/quit.ts';
import { saveReport } from './hosts/desktop/save-report.ts';
import { createFileHost } from './hosts/desktop/saving/file-host.ts';
import { reportLostSandbox } from './hosts/desktop/sandbox.ts';
import { lockDown, restrictPermissions } from './hosts/desktop/security.ts';
import { followTheme, openWindow } from './hosts/desktop/window.ts';
import { startNode, type StartedNode } from './hosts/start-node.ts';
import { ownProfileDirectory } from './node/storage/profile/default-profile-directory.ts';
import { replaceFile } from './node/storage/atomic-file.ts';
import { createStderrLog } from './node/system/log.ts';
import { readPolicy, type ReadPolicy } from './node/system/policy/read-policy.ts';
import { adapterNames, unknownAdapters } from './hosts/cli/arguments/adapter-names.ts';
import { nodeOptions } from './hosts/cli/arguments/option-table.ts';
import { parseCommandLine, teamKeyVariable, type NodeOptions } from './hosts/cli/arguments/options.ts';
import { stackOf } from './core/lib/listener-errors.ts';
import { onUnhandledErrors } from './hosts/unhandled-errors.ts';
import type { UiHost } from './hosts/ui-server/handlers/host.ts';
import { createChosenPaths } from './hosts/ui-server/chosen-paths.ts';
import { serveUi } from './hosts/ui-server/serve-ui.ts';
import { createHostCopies } from './hosts/host-copies.ts';
import type { FileCopies } from './node/files/file-copies.ts';

const preloadPath = join(import.meta.dirname, '../preload/index.cjs');
const rendererDirectory = join(import.meta.dirname, '../renderer');

/** Set by `npm run dev`: the development server then serves the page and reloads it in place. */
const developmentUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const origin = developmentUrl === undefined ? appOrigin : new URL(developmentUrl).origin;

const localOnly = { origin, platform: process.platform, isDevelopment: developmentUrl !== undefined };

const log = createStderrLog({ threshold: 'info', format: 'text' });

/** Set when the node has started. */
let openNode: StartedNode | undefined;
let mainWindow: MainWindow | undefined;

onUnhandledErrors(process, stopWorking);

registerAppScheme(protocol);
lockDown(app, shell, { origin });
keepLocal(app, localOnly);
app.setAppUserModelId(appId);
if (process.platform === 'win32') app.setToastActivatorCLSID(toastActivatorId);
const links = followDeepLinks(app, process.argv);

const options = readOptions();
if (options !== undefined) {
  const { profile = ownProfileDirectory(), ...node } = options;
  if (profile === undefined) {
    fail(say('desktop.not-started'), describeRefusal(refuse('profile-unusable', { reason: 'noHome', directory: '' })), 1);
  } else {
    // Chromium's data, and the key of the single-instance lock: each profile has its own window.
    app.setPath('userData', join(profile, 'electron'));
    // First the lock: Windows takes seconds for a policy, and a second start needs none.
    if (app.requestSingleInstanceLock()) {
      const administrator = readPolicy();
      if (!wantsHardwareAcceleration(profile, administrator.policy)) app.disableHardwareAcceleration();
      start(profile, { ...node, administrator }).catch((error: unknown) => fail(say('desktop.not-started'), String(error), 1));
    } else app.exit(0);
  }
}

interface StartOptions extends Omit<NodeOptions, 'profile'> {
  readonly administrator: ReadPolicy;
}

async function start(profileDirectory: string, { name, teamKey, administrator, ...presence }: StartOptions): Promise<void> {
  await app.whenReady();
  installMenu({
    isMac: process.platform === 'darwin',
    isDevelopment: developmentUrl !== undefined,
    onSaveReport,
    onAbout: () => mainWindow?.showAt({ page: 'settings', section: 'about' }),
    onShortcut: (shortcut) => mainWindow?.showAt({ page: 'shortcut', name: shortcut }),
  });
  restrictPermissions(session.defaultSession, { origin });
  restrictSession(session.defaultSession, localOnly);
  serveAppScheme(protocol, rendererDirectory);

  const started = await startNode({
    log,
    profileDirectory,
    presence,
    version: app.getVersion(),
    keepsLog: true,
    administrator,
    ...(name !== undefined && { name }),
    ...(teamKey !== undefined && { teamKey }),
  });
  if (!started.ok) return fail(say('desktop.not-started'), describeRefusal(started), 1);
  const { node } = started;
  openNode = node;
  followPower(powerMonitor, { ...node.ports, presence: node.hallway.presence }, () => app.quit());
  quitAfter(app, node.ports, () => node.stop());
  void node.failed.then(stopWorking);

  followTheme(nativeTheme, node.hallway);
  reportLostSandbox({ commandLine: app.commandLine, environment: process.env, health: node.hallway.health });
  const copies = createHostCopies(node.hallway, node.profile.directory);
  mainWindow = showOnDesktop({ node, links, ownArguments: ownArguments(), open: (host) => showNode(node, copies, host) });
  callUser(node, mainWindow);
}

/** Opens a window and connects its page to the node. */
function showNode({ hallway, ports }: StartedNode, copies: FileCopies, host: UiHost): BrowserWindow {
  const window = openWindow(ports, { pageUrl: developmentUrl ?? appPage, preloadPath });
  const paths = createChosenPaths();
  const link = createIpcLink({ ipcMain, webContents: window.webContents, log: ports.log, onChosen: paths.put }, { origin });
  const stopServing = serveUi(hallway, link, {
    clock: ports.clock,
    host,
    fixFirewall: createFirewallFix({ platform: process.platform, program: process.execPath, shell, run: runProgram }),
    about: { host: 'desktop', openFolder: async (path) => (await shell.openPath(path)) === '' },
    files: createFileHost({ shell, dialog, folder: () => app.getPath('downloads') }),
    chosenFiles: { paths, copies },
    onDropped: (reason) => ports.log.write('warning', 'dropped a message of the page', { reason }),
  });
  window.once('closed', stopServing);
  return window;
}

function onSaveReport(): void {
  if (openNode === undefined) return;
  const { hallway, ports } = openNode;
  const writeFile = async (path: string, text: string): Promise<string | undefined> => {
    const written = await replaceFile(path, text);
    return written.ok ? undefined : say('file.problem', { reason: written.code });
  };
  saveReport({ dialog, hallway, writeFile, folder: () => app.getPath('documents') }).catch((error: unknown) =>
    ports.log.write('error', 'no problem report could be written', { error: String(error) }),
  );
}

function readOptions(): NodeOptions | undefined {
  const line = parseCommandLine(['open', ...ownArguments()], process.env);
  // Chromium's processes and other programs must not inherit it.
  delete process.env[teamKeyVariable];
  const node = line.ok && line.command.command === 'open' ? line.command.node : undefined;
  const mistake = line.ok ? unknownAdapters(node?.interfaces ?? [], adapterNames()) : line.message;
  if (mistake === undefined) return node;
  fail(say('desktop.not-understood'), mistake, 2);
  return undefined;
}

/** @returns whether it ended with status 0 */
function runProgram(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => void execFile(program, [...args], (error) => resolve(error === null)));
}

/** Our own arguments among those of Chromium. */
function ownArguments(): readonly string[] {
  return pickOwnArguments(
    process.argv,
    nodeOptions.map(({ name }) => name),
  );
}

function stopWorking(error: unknown): void {
  fail(say('desktop.stopped'), say('desktop.stopped-reason', { reason: String(error) }), 1, stackOf(error));
}

/**
 * Shows a problem to the user and in the log, and ends.
 *
 * @param logged the log's text in place of the message
 */
function fail(title: string, message: string, exitCode: number, logged = message): void {
  log.write('error', title, { message: logged });
  openNode?.profileLog?.write('error', title, { message: logged });
  dialog.showErrorBox(title, message);
  app.exit(exitCode);
}
