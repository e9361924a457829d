/**
 * The `hallway` command: the core without Electron. This file only says what happens in which order; what the arguments mean is in
 * `terminal/options.ts`, the node itself in `start-node.ts`, what is said to scripts in `terminal/automation.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveBrowser } from './browser/serve-browser.ts';
import { pause, untilAborted } from './pause.ts';
import { startNode, type StartedNode } from './start-node.ts';
import { createStderrLog } from './system/log.ts';
import { adapterNames, unknownAdapters } from './terminal/adapter-names.ts';
import { peerObject, runAutomation } from './terminal/automation.ts';
import { doctorText } from './terminal/doctor-text.ts';
import { helpText } from './terminal/help.ts';
import { parseCommandLine, teamKeyVariable, type Command, type NodeOptions } from './terminal/options.ts';
import { peerTable } from './terminal/peer-table.ts';
import { showInBrowser } from './terminal/show-in-browser.ts';

const exitStatus = { done: 0, failed: 1, misunderstood: 2 } as const;
type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

const ownDirectory = dirname(fileURLToPath(import.meta.url));

process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);
// A reader that went away (`hallway peers | head -1`) is not a fault. What it means is decided where the output is written.
process.stdout.on('error', () => undefined);

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<ExitStatus> {
  const line = parseCommandLine(args, process.env);
  // Read, and now nobody's business: a browser that is started would inherit it.
  delete process.env[teamKeyVariable];
  if (!line.ok) return complain(exitStatus.misunderstood, `${line.message}\nhallway --help tells what there is.`);
  const { command } = line;
  switch (command.command) {
    case 'help':
      return print(helpText.trimEnd());
    case 'version':
      return print(ownVersion());
    case 'open':
    case 'run':
    case 'peers':
    case 'doctor':
      return runNode(command);
  }
}

type NodeCommand = Extract<Command, { readonly node: NodeOptions }>;

async function runNode(command: NodeCommand): Promise<ExitStatus> {
  const { profile, name, teamKey, ...presence } = command.node;
  const unknown = unknownAdapters(presence.interfaces ?? [], adapterNames());
  if (unknown !== undefined) return complain(exitStatus.misunderstood, unknown);

  const stopping = new AbortController();
  // The first asks to leave with a goodbye; whoever asks again does not want to wait for it.
  const onSignal = (): void => (stopping.signal.aborted ? process.exit(exitStatus.failed) : stopping.abort());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  const started = await startNode({
    log: createStderrLog({ threshold: 'warning', format: 'text' }),
    presence,
    ...(profile !== undefined && { profileDirectory: profile }),
    ...(name !== undefined && { name }),
    ...(teamKey !== undefined && { teamKey }),
  });
  if (!started.ok) return complain(exitStatus.failed, started.message);

  const { node } = started;
  let status: ExitStatus = exitStatus.done;
  void leaveOnFailure();
  async function leaveOnFailure(): Promise<void> {
    status = complain(exitStatus.failed, `Hallway failed: ${describe(await node.failed)}`);
    stopping.abort();
  }
  try {
    const result = await useNode(node, command, stopping.signal);
    return result === exitStatus.done ? status : result;
  } finally {
    await node.stop();
  }
}

async function useNode(node: StartedNode, command: NodeCommand, signal: AbortSignal): Promise<ExitStatus> {
  switch (command.command) {
    case 'run': {
      const streams = { input: process.stdin, output: process.stdout };
      await runAutomation(node.hallway, { clock: node.ports.clock, ...streams }, signal);
      return exitStatus.done;
    }
    case 'peers':
      return listPeers(node, command, signal);
    case 'doctor':
      return examine(node, command, signal);
    case 'open':
      return openInBrowser(node, command, signal);
  }
}

async function listPeers(
  { hallway, ports }: StartedNode,
  { json, forMs }: Extract<Command, { command: 'peers' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  await pause(ports.clock, forMs, signal);
  const peers = hallway.peers();
  for (const { title, remedy } of hallway.health()) complain(exitStatus.done, `${title}. ${remedy}`);
  return print(json ? JSON.stringify(peers.map(peerObject)) : peerTable(peers));
}

/** @returns that it failed if the network is broken: so that a script need not read what was found */
async function examine(
  { hallway, ports }: StartedNode,
  { json, forMs }: Extract<Command, { command: 'doctor' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  await pause(ports.clock, forMs, signal);
  const report = hallway.examine();
  await print(json ? JSON.stringify(report) : doctorText(report));
  return report.findings.some(({ severity }) => severity === 'error') ? exitStatus.failed : exitStatus.done;
}

async function openInBrowser(
  { hallway, ports }: StartedNode,
  { showBrowser }: Extract<Command, { command: 'open' }>,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const rendererDirectory = join(ownDirectory, '..', 'renderer');
  if (!existsSync(join(rendererDirectory, 'index.html'))) {
    return complain(
      exitStatus.failed,
      `The user interface is missing from ${rendererDirectory}: build Hallway with npm run build.`,
    );
  }
  const host = await serveBrowser(hallway, ports, { rendererDirectory });
  try {
    await print(`Hallway is open at ${host.url}`);
    if (showBrowser)
      showInBrowser(host.url, () => complain(exitStatus.done, 'No browser could be started: open the address above yourself.'));
    await untilAborted(signal);
  } finally {
    await host.close();
  }
  return exitStatus.done;
}

/** Settles when the reader has the text, or has gone. */
function print(text: string): Promise<ExitStatus> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve(exitStatus.done)));
}

function complain(status: ExitStatus, message: string): ExitStatus {
  process.stderr.write(`${message}\n`);
  return status;
}

function ownVersion(): string {
  const text = readFileSync(join(ownDirectory, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** A bug: what state we are in is unknown, so there is no goodbye. The kernel releases the profile, the others notice the silence. */
function giveUp(error: unknown): never {
  complain(exitStatus.failed, `Hallway failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(exitStatus.failed);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
