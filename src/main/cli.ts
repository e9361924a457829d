/**
 * The `hallway` command: the core without Electron. This file is the order of the steps. The
 * meaning of the arguments is in `hosts/cli/arguments`, the node in `start-node.ts`, the commands
 * that do one thing in `hosts/cli/commands`, scripts' interface in `hosts/cli/automation`, the chat
 * in `hosts/cli/chat`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeHealth } from '../shared/text/messages/describe-problem.ts';
import { describeRefusal } from '../shared/text/messages/describe-refusal.ts';
import { say } from '../shared/text/messages/host.ts';
import { pause, untilAborted } from './core/lib/delay.ts';
import { stackOf } from './core/lib/listener-errors.ts';
import type { Hallway } from './core/hallway.ts';
import type { Log } from './core/ports.ts';
import { createHostCopies } from './hosts/host-copies.ts';
import { serveBrowser } from './hosts/browser/serve-browser.ts';
import { adapterNames, unknownAdapters } from './hosts/cli/arguments/adapter-names.ts';
import { completionScript } from './hosts/cli/arguments/completion/completion-script.ts';
import { helpText } from './hosts/cli/arguments/help.ts';
import { refusalOfNode } from './hosts/cli/arguments/node-version.ts';
import { parseCommandLine, teamKeyVariable, type Command } from './hosts/cli/arguments/options.ts';
import { runAutomation } from './hosts/cli/automation/automation.ts';
import { runChat } from './hosts/cli/chat/chat.ts';
import { shellJobs } from './hosts/cli/chat/job-control.ts';
import { moveProfile } from './hosts/cli/commands/move-profile.ts';
import { askOnce, isOneShotCommand, isProfileCommand, receive, type NodeCommand } from './hosts/cli/commands/ask-once.ts';
import { ownTarget, untilKnown, type CommandTarget } from './hosts/cli/commands/one-shot.ts';
import { untilSettled } from './hosts/cli/commands/say-and-wait.ts';
import { showInBrowser } from './hosts/cli/commands/show-in-browser.ts';
import { connectControl } from './hosts/cli/control/control-client.ts';
import { complain, confirm, exitStatus, print, watchOutput, type ExitStatus } from './hosts/cli/output/terminal-io.ts';
import { startNode, type StartedNode, type StartFailure } from './hosts/start-node.ts';
import { onUnhandledErrors } from './hosts/unhandled-errors.ts';
import { openPageLinkFile } from './node/storage/profile/page-link-file.ts';
import { createStderrLog } from './node/system/log.ts';
import { createSystemClock, createSystemRandom } from './node/system/system-ports.ts';

/** The time that a browser has to start. Other users can read its address while it runs. */
const browserStartLimitMs = 30_000;

const ownDirectory = dirname(fileURLToPath(import.meta.url));

/** A Ctrl+C reaches the whole process group, and again through our parent. Both count as one. */
const sameSignalMs = 300;

/** The log for bugs, once a node has opened it. */
let profileLog: Log | undefined;

onUnhandledErrors(process, (error) => {
  profileLog?.write('error', 'Hallway failed', { reason: stackOf(error) });
  complain(exitStatus.failed, say('cli.failed', { reason: stackOf(error) }));
  process.exit(exitStatus.failed);
});
const outputFailure = watchOutput(process.stdout);
// Nobody is left to tell.
process.stderr.on('error', () => undefined);

process.exit(checkOutput(await main(process.argv.slice(2))));

/** A result that nobody could read is no success. */
function checkOutput(status: ExitStatus): ExitStatus {
  const reason = outputFailure();
  return reason === undefined ? status : complain(exitStatus.failed, say('cli.output-not-written', { reason }));
}

async function main(args: readonly string[]): Promise<ExitStatus> {
  const line = parseCommandLine(args, process.env);
  // A browser that we start must not inherit it.
  delete process.env[teamKeyVariable];
  if (!line.ok) return complain(exitStatus.misunderstood, `${line.message}\n${say('cli.see-help')}`);
  const { command } = line;
  const { version, engines } = readPackage();
  if (command.command === 'help') return print(helpText.trimEnd());
  if (command.command === 'version') return print(version);
  if (command.command === 'completion') return print(completionScript(command.shell).trimEnd());
  const tooOld = refusalOfNode(process.versions.node, engines.node);
  if (tooOld !== undefined) return complain(exitStatus.failed, tooOld);
  if (command.command === 'profile') return moveProfile(command);
  return command.command === 'clear' ? clearIfMeant(command) : runNode(command);
}

async function clearIfMeant(command: Extract<Command, { command: 'clear' }>): Promise<ExitStatus> {
  if (!command.confirmed) {
    if (!process.stdin.isTTY) return complain(exitStatus.misunderstood, say('cli.clear-needs-yes'));
    const who = command.with === undefined ? 'everyone' : 'one';
    const question = say('cli.clear-question', { who, name: command.with ?? '' });
    if (!(await confirm(question, { input: process.stdin, output: process.stderr })))
      return complain(exitStatus.failed, say('cli.clear-no'));
  }
  return runNode(command);
}

async function runNode(command: NodeCommand): Promise<ExitStatus> {
  const { profile, name, teamKey, rooms = [], ...presence } = command.node;
  const unknown = unknownAdapters(presence.interfaces ?? [], adapterNames());
  if (unknown !== undefined) return complain(exitStatus.misunderstood, unknown);

  const stopping = new AbortController();
  // The first signal stops with a goodbye, the second one at once.
  let askedAtMs = Infinity;
  const onSignal = (): void => {
    if (performance.now() - askedAtMs > sameSignalMs) process.exit(exitStatus.failed);
    askedAtMs = Math.min(askedAtMs, performance.now());
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  // A closed terminal may say so several times: the shell and the system both do.
  process.on('SIGHUP', () => stopping.abort());

  const started = await startNode({
    // Warnings would disturb the lines of a chat.
    log: createStderrLog({ threshold: command.command === 'chat' ? 'error' : 'warning', format: 'text' }),
    presence,
    version: readPackage().version,
    keepsLog: !isOneShotCommand(command),
    offline: isProfileCommand(command),
    ...(profile !== undefined && { profileDirectory: profile }),
    ...(name !== undefined && { name }),
    ...(teamKey !== undefined && { teamKey }),
  });
  if (!started.ok) return askOpenHallway(started, command, stopping.signal);

  const { node } = started;
  profileLog = node.profileLog;
  let status: ExitStatus = exitStatus.done;
  void leaveOnFailure();
  async function leaveOnFailure(): Promise<void> {
    const reason = describe(await node.failed);
    profileLog?.write('error', 'Hallway failed', { reason });
    status = complain(exitStatus.failed, say('cli.failed', { reason }));
    stopping.abort();
  }
  // Not awaited: the host must subscribe first.
  if (!isProfileCommand(command)) void joinRooms();
  async function joinRooms(): Promise<void> {
    const problem = await joinAll(node.hallway, rooms);
    if (problem === undefined) return;
    status = complain(exitStatus.failed, problem);
    stopping.abort();
  }
  try {
    const result = await useNode(node, command, stopping.signal);
    return result === exitStatus.done ? status : result;
  } finally {
    await node.stop();
  }
}

/** @returns why one of the rooms could not be joined */
async function joinAll(hallway: Hallway, rooms: readonly string[]): Promise<string | undefined> {
  for (const name of rooms) {
    if (!hallway.rooms) return say('cli.no-rooms');
    const joined = await hallway.rooms.join(name);
    if (!joined.ok) return describeRefusal(joined);
  }
  return undefined;
}

/** The profile is in use. The open Hallway runs the commands that do one thing. */
async function askOpenHallway(failure: StartFailure, command: NodeCommand, signal: AbortSignal): Promise<ExitStatus> {
  const control = 'control' in failure ? failure.control : undefined;
  if (!control || !isOneShotCommand(command)) {
    const advice = failure.code === 'team-key-unusable' ? '' : ` ${say('cli.other-profile')}`;
    return complain(exitStatus.failed, describeRefusal(failure) + advice);
  }
  const connection = await connectControl(control, { clock: createSystemClock(), random: createSystemRandom() });
  if (!connection.ok) return complain(exitStatus.failed, connection.message);
  try {
    return await askOnce(connection.target, command, signal, say('cli.later-open'));
  } finally {
    connection.close();
  }
}

async function useNode(node: StartedNode, command: NodeCommand, signal: AbortSignal): Promise<ExitStatus> {
  // An empty export could replace a good one.
  const needsMessages = command.command === 'export' || command.command === 'clear';
  const unreadable = needsMessages && node.hallway.health.list().find(({ code }) => code === 'history-not-kept');
  if (unreadable) return complain(exitStatus.failed, say('cli.no-messages-here', { remedy: describeHealth(unreadable).remedy }));
  const { hallway, ports } = node;
  const target = ownTarget(
    hallway,
    node.failed.then(() => undefined),
  );
  switch (command.command) {
    case 'run': {
      const streams = { input: process.stdin, output: process.stdout };
      await runAutomation(hallway, { clock: ports.clock, ...streams }, signal);
      return exitStatus.done;
    }
    case 'chat':
      await runChat(hallway, { clock: ports.clock, input: process.stdin, output: process.stdout, jobs: shellJobs }, signal);
      return exitStatus.done;
    case 'peers':
    case 'doctor':
    case 'report':
      await pause(ports.clock, command.forMs, signal);
      return askOnce(target, command, signal, '');
    case 'export':
    case 'clear':
    case 'settings':
      return askOnce(target, command, signal, '');
    case 'send':
    case 'send-files':
      return sendOnce(node, target, command, signal);
    case 'receive':
      return receive(target, command, signal, (who) => hallway.contacts?.resolve(who));
    case 'say': {
      const startedMs = ports.clock.monotonicMs();
      await untilSettled(hallway, { clock: ports.clock, forMs: command.forMs, signal });
      const forMs = Math.max(1, startedMs + command.forMs - ports.clock.monotonicMs());
      return askOnce(target, { ...command, forMs }, signal, say('cli.later-next'));
    }
    case 'open':
      return openInBrowser(node, command, signal);
  }
}

/** Sends from a node of its own, which first has to find the peers. */
async function sendOnce(
  { hallway, ports: { clock } }: StartedNode,
  target: CommandTarget,
  command: Extract<Command, { command: 'send' | 'send-files' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const startedMs = clock.monotonicMs();
  const wait = { clock, forMs: command.forMs, signal };
  if (command.command === 'send-files' && /^[#&]/u.test(command.to)) await untilSettled(hallway, wait);
  else await untilKnown(hallway, command.to, wait);
  const forMs = Math.max(1, startedMs + command.forMs - clock.monotonicMs());
  return askOnce(target, { ...command, forMs }, signal, say('cli.later-next'));
}

async function openInBrowser(
  { hallway, ports, profile }: StartedNode,
  { showBrowser }: Extract<Command, { command: 'open' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const rendererDirectory = join(ownDirectory, '..', 'renderer');
  if (!existsSync(join(rendererDirectory, 'index.html'))) {
    return complain(exitStatus.failed, say('cli.no-page', { folder: rendererDirectory }));
  }
  const pageLinkFile = await openPageLinkFile(profile.directory);
  const copies = createHostCopies(hallway, profile.directory);
  const host = await serveBrowser(hallway, { ...ports, pageLinkFile, copies }, { rendererDirectory });
  try {
    // Each address opens one page, so a used one makes the next.
    const printNext = (): void => void print(say('cli.open-another', { url: host.issueAddress({ onUsed: printNext }) }));
    await print(say('cli.open-at', { url: host.issueAddress({ onUsed: printNext }) }));
    if (outputFailure() !== undefined) return exitStatus.failed;
    if (showBrowser) {
      showInBrowser(host.issueAddress({ validForMs: browserStartLimitMs }), () =>
        complain(exitStatus.done, say('cli.no-browser')),
      );
    }
    await untilAborted(signal);
  } finally {
    await host.close();
  }
  return exitStatus.done;
}

function readPackage(): { readonly version: string; readonly engines: { readonly node: string } } {
  return JSON.parse(readFileSync(join(ownDirectory, '..', '..', 'package.json'), 'utf8')) as ReturnType<typeof readPackage>;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
