/**
 * The `hallway` command: the core without Electron. This file only says what happens in which order; what the arguments mean is in
 * `terminal/options.ts`, the node itself in `start-node.ts`, what is said to scripts in `terminal/automation.ts`, to people in
 * `terminal/chat.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveBrowser } from './hosts/browser/serve-browser.ts';
import { connectControl } from './hosts/cli/control/control-client.ts';
import { pause, untilAborted } from './core/lib/delay.ts';
import type { Log } from './core/ports.ts';
import { startNode, type StartedNode, type StartFailure } from './hosts/start-node.ts';
import { exportHistory, formatHistory } from './node/storage/export/message-export.ts';
import { createFile } from './node/storage/atomic-file.ts';
import { describeHealth } from '../shared/text/messages/describe-problem.ts';
import { describeRefusal } from '../shared/text/messages/describe-refusal.ts';
import { say } from '../shared/text/messages/host.ts';
import { createSystemClock } from './node/system/system-ports.ts';
import { createStderrLog } from './node/system/log.ts';
import { adapterNames, unknownAdapters } from './hosts/cli/arguments/adapter-names.ts';
import { peerObject } from './hosts/cli/automation/automation-objects.ts';
import { runAutomation } from './hosts/cli/automation/automation.ts';
import { runChat } from './hosts/cli/chat/chat.ts';
import { doctorText } from './hosts/cli/output/doctor-text.ts';
import { helpText } from './hosts/cli/arguments/help.ts';
import { refusalOfNode } from './hosts/cli/arguments/node-version.ts';
import {
  askClear,
  askDoctor,
  askHealth,
  askMessages,
  askPeers,
  NotAnswered,
  ownTarget,
  sendAndWait,
  untilKnown,
  type CommandTarget,
} from './hosts/cli/commands/one-shot.ts';
import { parseCommandLine, teamKeyVariable, type Command, type NodeOptions } from './hosts/cli/arguments/options.ts';
import { peerTable } from './hosts/cli/output/peer-table.ts';
import { saveReport } from './hosts/cli/commands/save-report.ts';
import { showInBrowser } from './hosts/cli/commands/show-in-browser.ts';
import { complain, confirm, exitStatus, print, readText, write, type ExitStatus } from './hosts/cli/output/terminal-io.ts';
import { stackOf } from './core/lib/listener-errors.ts';
import { onUnhandledErrors } from './hosts/unhandled-errors.ts';

const ownDirectory = dirname(fileURLToPath(import.meta.url));

/** Where a bug leaves its trace, once there is a node that keeps a log. */
let profileLog: Log | undefined;

onUnhandledErrors(process, (error) => {
  profileLog?.write('error', 'Hallway failed', { reason: stackOf(error) });
  complain(exitStatus.failed, say('cli.failed', { reason: stackOf(error) }));
  process.exit(exitStatus.failed);
});
// A reader that went away (`hallway peers | head -1`) is not a fault. What it means is decided where the output is written.
process.stdout.on('error', () => undefined);

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<ExitStatus> {
  const line = parseCommandLine(args, process.env);
  // Read, and now nobody's business: a browser that is started would inherit it.
  delete process.env[teamKeyVariable];
  if (!line.ok) return complain(exitStatus.misunderstood, `${line.message}\n${say('cli.see-help')}`);
  const { command } = line;
  const { version, engines } = readPackage();
  if (command.command === 'help') return print(helpText.trimEnd());
  if (command.command === 'version') return print(version);
  const tooOld = refusalOfNode(process.versions.node, engines.node);
  if (tooOld !== undefined) return complain(exitStatus.failed, tooOld);
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

/** A Ctrl+C that reaches the whole process group comes again from the process that started us: that is one wish, not two. */
const sameSignalMs = 300;

type NodeCommand = Extract<Command, { readonly node: NodeOptions }>;

async function runNode(command: NodeCommand): Promise<ExitStatus> {
  const { profile, name, teamKey, ...presence } = command.node;
  const unknown = unknownAdapters(presence.interfaces ?? [], adapterNames());
  if (unknown !== undefined) return complain(exitStatus.misunderstood, unknown);

  const stopping = new AbortController();
  // The first asks to leave with a goodbye; whoever asks again does not want to wait for it.
  let askedAtMs = Infinity;
  const onSignal = (): void => {
    if (performance.now() - askedAtMs > sameSignalMs) process.exit(exitStatus.failed);
    askedAtMs = Math.min(askedAtMs, performance.now());
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  const started = await startNode({
    // Between the lines of a chat there is no place for what only helps to find faults.
    log: createStderrLog({ threshold: command.command === 'chat' ? 'error' : 'warning', format: 'text' }),
    presence,
    version: readPackage().version,
    keepsLog: !isOneShot(command),
    offline: isAboutProfile(command),
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
  try {
    const result = await useNode(node, command, stopping.signal);
    return result === exitStatus.done ? status : result;
  } finally {
    await node.stop();
  }
}

/** The profile is in use: what does one thing and leaves is asked of the Hallway that is open. */
async function askOpenHallway(failure: StartFailure, command: NodeCommand, signal: AbortSignal): Promise<ExitStatus> {
  const control = 'control' in failure ? failure.control : undefined;
  if (!control || !isOneShot(command)) {
    const advice = failure.code === 'team-key-unusable' ? '' : ` ${say('cli.other-profile')}`;
    return complain(exitStatus.failed, describeRefusal(failure) + advice);
  }
  const connection = await connectControl(control, { clock: createSystemClock() });
  if (!connection.ok) return complain(exitStatus.failed, connection.message);
  try {
    return await askOnce(connection.target, command, signal, say('cli.later-open'));
  } finally {
    connection.close();
  }
}

type AboutProfile = Extract<NodeCommand, { readonly command: 'export' | 'clear' }>;
type OneShot = Extract<NodeCommand, { readonly command: 'peers' | 'doctor' | 'report' | 'send' }> | AboutProfile;

/** It needs nobody else, so it is seen by nobody else. */
function isAboutProfile(command: NodeCommand): command is AboutProfile {
  return command.command === 'export' || command.command === 'clear';
}

function isOneShot(command: NodeCommand): command is OneShot {
  return ['peers', 'doctor', 'report', 'send'].includes(command.command) || isAboutProfile(command);
}

async function useNode(node: StartedNode, command: NodeCommand, signal: AbortSignal): Promise<ExitStatus> {
  // An empty export would take the place of a good one.
  const unreadable = isAboutProfile(command) && node.hallway.health.list().find(({ code }) => code === 'history-not-kept');
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
      await runChat(hallway, { clock: ports.clock, input: process.stdin, output: process.stdout }, signal);
      return exitStatus.done;
    case 'peers':
    case 'doctor':
    case 'report':
      await pause(ports.clock, command.forMs, signal);
      return askOnce(target, command, signal, '');
    case 'export':
    case 'clear':
      return askOnce(target, command, signal, '');
    case 'send':
      return sendOnce(node, target, command, signal);
    case 'open':
      return openInBrowser(node, command, signal);
  }
}

/** From a node of its own: those who are here have to be found first. */
async function sendOnce(
  { hallway, ports: { clock } }: StartedNode,
  target: CommandTarget,
  command: Extract<Command, { command: 'send' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const startedMs = clock.monotonicMs();
  await untilKnown(hallway, command.to, { clock, forMs: command.forMs, signal });
  const forMs = Math.max(1, startedMs + command.forMs - clock.monotonicMs());
  return askOnce(target, { ...command, forMs }, signal, say('cli.later-next'));
}

/** @param later what becomes of a message that is not delivered yet */
async function askOnce(target: CommandTarget, command: OneShot, signal: AbortSignal, later: string): Promise<ExitStatus> {
  switch (command.command) {
    case 'peers': {
      const peers = await askPeers(target);
      if (!peers.ok) return complain(exitStatus.failed, peers.message);
      await complainOfHealth(target);
      return print(command.json ? JSON.stringify(peers.value.map(peerObject)) : peerTable(peers.value));
    }
    case 'doctor': {
      const report = await askDoctor(target);
      if (!report.ok) return complain(exitStatus.failed, report.message);
      await print(command.json ? JSON.stringify(report.value) : doctorText(report.value));
      // So that a script need not read what was found.
      return report.value.findings.some(({ severity }) => severity === 'error') ? exitStatus.failed : exitStatus.done;
    }
    case 'report':
      return saveReport(target, command.file, { createFile });
    case 'send': {
      const text = command.text === undefined ? await readText(process.stdin) : ({ ok: true, text: command.text } as const);
      if (!text.ok) return complain(exitStatus.failed, text.message);
      const outcome = await sendAndWait(target, { ...command, text: text.text }, { clock: createSystemClock() }, signal);
      if (outcome.delivered) return print(say('cli.delivered'));
      return complain(exitStatus.failed, outcome.why === 'refused' ? outcome.message : `${outcome.message} ${later}`.trim());
    }
    case 'export':
      await complainOfHealth(target);
      return exportMessages(target, command, signal);
    case 'clear': {
      await complainOfHealth(target);
      const cleared = await askClear(target, command.with);
      if (!cleared.ok) return complain(exitStatus.failed, cleared.message);
      return print(say('cli.cleared', { count: cleared.value }));
    }
  }
}

async function complainOfHealth(target: CommandTarget): Promise<void> {
  const health = await askHealth(target);
  if (health.ok) for (const { title, remedy } of health.value) complain(exitStatus.done, `${title}. ${remedy}`);
}

async function exportMessages(
  target: CommandTarget,
  command: Extract<Command, { command: 'export' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const format = command.json ? 'json' : 'text';
  const messages = askMessages(target, command, signal);
  try {
    if (command.file === '-') {
      for await (const chunk of formatHistory(messages, format)) await write(chunk);
      return exitStatus.done;
    }
    const result = await exportHistory(command.file, messages, format);
    if (!result.ok) return complain(exitStatus.failed, say('cli.not-written', { file: command.file, reason: result.code }));
    return print(say('cli.exported', { count: result.count, file: command.file }));
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error;
    return complain(exitStatus.failed, error.message);
  }
}

async function openInBrowser(
  { hallway, ports }: StartedNode,
  { showBrowser }: Extract<Command, { command: 'open' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const rendererDirectory = join(ownDirectory, '..', 'renderer');
  if (!existsSync(join(rendererDirectory, 'index.html'))) {
    return complain(exitStatus.failed, say('cli.no-page', { folder: rendererDirectory }));
  }
  const host = await serveBrowser(hallway, ports, { rendererDirectory });
  try {
    await print(say('cli.open-at', { url: host.url }));
    if (showBrowser) showInBrowser(host.url, () => complain(exitStatus.done, say('cli.no-browser')));
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
