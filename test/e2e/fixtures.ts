/**
 * The fixtures of the specs. Each test gets its own network port, so that tests do not hear each
 * other. Instances of Hallway run on loopback with temporary profiles. Every instance ends after
 * its test, also after a failure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { _electron, test as base, type Browser } from '@playwright/test';
import { createElectronStub } from '../electron-stub/electron-stub.ts';
import { collectComplaints, type AppInstance, type LaunchOptions } from './app-instance.ts';
import { startCommand, type RunningCommand } from './command.ts';
import { electronExecutable, type Host } from './hosts.ts';
import { mainPath, root } from './paths.ts';

/** Below the range of ephemeral ports (from 32768 or 49152), and above the well-known ones. */
const firstPort = 20_000;
const portsPerWorker = 100;
const maxWorkers = 100;

let portsTaken = 0;

/** @returns the options for a network port that no other test uses at the same time */
function takeNetwork(workerIndex: number): readonly string[] {
  portsTaken += 1;
  const port = firstPort + (workerIndex % maxWorkers) * portsPerWorker + (portsTaken % portsPerWorker);
  return ['--interface', 'lo', '--port', String(port)];
}

interface HallwayFixtures {
  /** The host that `launch` uses. Set with `test.use`. */
  readonly host: Host;
  /** The options that isolate this test's instances. */
  readonly networkArgs: readonly string[];
  /** The same for the instances on the second port. */
  readonly networkApartArgs: readonly string[];
  makeProfile(): Promise<string>;
  launch(options: LaunchOptions): Promise<AppInstance>;
  /** Runs the `hallway` command on this test's network, or on another. */
  run(args: readonly string[], networkArgs?: readonly string[]): RunningCommand;
}

export const test = base.extend<HallwayFixtures>({
  host: ['browser', { option: true }],

  // Playwright requires a destructured first parameter, even an empty one.
  // oxlint-disable-next-line no-empty-pattern -- Playwright accepts only a pattern here
  networkArgs: async ({}, use, { workerIndex }) => {
    await use(takeNetwork(workerIndex));
  },

  // oxlint-disable-next-line no-empty-pattern -- Playwright accepts only a pattern here
  networkApartArgs: async ({}, use, { workerIndex }) => {
    await use(takeNetwork(workerIndex));
  },

  // oxlint-disable-next-line no-empty-pattern -- Playwright accepts only a pattern here
  makeProfile: async ({}, use) => {
    const profiles: string[] = [];
    await use(async () => {
      const profile = await mkdtemp(join(tmpdir(), 'hallway-e2e-'));
      profiles.push(profile);
      return profile;
    });
    for (const profile of profiles) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  },

  run: async ({ networkArgs }, use) => {
    const running: RunningCommand[] = [];
    await use((args, ownNetworkArgs = networkArgs) => {
      const command = startCommand([...args, ...ownNetworkArgs]);
      running.push(command);
      return command;
    });
    await Promise.all(running.map((command) => command.kill()));
  },

  launch: async ({ browser, host, networkArgs, networkApartArgs, makeProfile, run }, use, testInfo) => {
    const ends: (() => Promise<void>)[] = [];
    const instances: AppInstance[] = [];
    await use(async ({ name, profile, isApart = false, hasTray = false, isWayland = false, args: ownArgs = [] }) => {
      const args = ['--name', name, '--profile', profile ?? (await makeProfile())];
      const instance = await launchOn[host]({
        name,
        args: host === 'electron-stub' ? [...args, ...ownArgs] : args,
        environment: desktopEnvironment(hasTray, isWayland),
        networkArgs: isApart ? networkApartArgs : networkArgs,
        browser,
        run,
        onEnd: (end) => ends.push(end),
      });
      instances.push(instance);
      return instance;
    });
    if (testInfo.status !== testInfo.expectedStatus) {
      for (const { name, output } of instances)
        await testInfo.attach(`output of ${name}`, { body: output(), contentType: 'text/plain' });
    }
    await Promise.all(ends.map((end) => end()));
  },
});

export { expect } from '@playwright/test';

interface Launch {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: Record<string, string>;
  readonly networkArgs: readonly string[];
  readonly browser: Browser;
  readonly run: (args: readonly string[], networkArgs: readonly string[]) => RunningCommand;
  readonly onEnd: (end: () => Promise<void>) => void;
}

/** A developer's own desktop must not decide. */
function desktopEnvironment(hasTray: boolean, isWayland: boolean): Record<string, string> {
  const bus = join(root, 'test/electron-stub/bus', hasTray ? 'with-tray' : 'without-tray');
  return { PATH: [bus, process.env['PATH']].join(delimiter), XDG_SESSION_TYPE: isWayland ? 'wayland' : 'x11' };
}

const launchOn: Record<Host, (launch: Launch) => Promise<AppInstance>> = {
  async browser({ name, args, networkArgs, browser, run, onEnd }) {
    const command = run(['open', '--no-browser', ...args], networkArgs);
    const address = await command.firstMatch(/http:\/\/\S+#code=\S+/);
    const context = await browser.newContext();
    onEnd(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    collectComplaints(page, complaints);
    await page.goto(address);
    const quit = (): Promise<number | null> => command.stop();
    return {
      name,
      page,
      complaints,
      address,
      nextAddress: async () => {
        await command.firstMatch(/To open another page/);
        return (
          command
            .output()
            .match(/http:\/\/\S+#code=\S+/g)
            ?.at(-1) ?? ''
        );
      },
      quit,
      kill: () => command.kill(),
      pause: () => command.signal('SIGSTOP'),
      goOn: () => command.signal('SIGCONT'),
      output: () => command.output(),
    };
  },

  async 'electron-stub'({ name, args, environment, networkArgs, browser, onEnd }) {
    const context = await browser.newContext();
    const complaints: string[] = [];
    context.on('page', (page) => collectComplaints(page, complaints));
    const electronStub = createElectronStub(context, {
      mainPath,
      args: [...args, ...networkArgs],
      environment,
    });
    const kill = async (): Promise<void> => {
      electronStub.kill();
      await electronStub.exited;
    };
    onEnd(async () => {
      await kill();
      await context.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    });
    const page = await electronStub.firstWindow();
    await page.waitForURL(/index\.html$/);
    const quit = (): Promise<number | null> => {
      electronStub.quit();
      return electronStub.exited;
    };
    return {
      name,
      page,
      complaints,
      electronStub,
      quit,
      kill,
      pause: () => electronStub.signal('SIGSTOP'),
      goOn: () => electronStub.signal('SIGCONT'),
      output: () => electronStub.output(),
    };
  },

  async electron({ name, args, networkArgs, onEnd }) {
    const executablePath = electronExecutable();
    if (executablePath === undefined) throw new Error('The Electron runtime is not installed: run `npx install-electron`.');
    const app = await _electron.launch({ executablePath, args: [root, ...args, ...networkArgs], cwd: root });
    const child = app.process();
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const kill = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    };
    onEnd(kill);
    const page = await app.firstWindow();
    await page.waitForURL(/index\.html$/);
    const complaints: string[] = [];
    collectComplaints(page, complaints);
    const quit = async (): Promise<number | null> => {
      await app.close();
      return exited;
    };
    return {
      name,
      page,
      complaints,
      quit,
      kill,
      pause: () => void child.kill('SIGSTOP'),
      goOn: () => void child.kill('SIGCONT'),
      output: () => output,
    };
  },
};
