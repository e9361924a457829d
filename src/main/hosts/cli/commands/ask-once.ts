/**
 * Runs the commands that do one thing and leave, and prints their results: `peers`, `doctor`,
 * `report`, `send`, `export`, `clear` and `settings`. The target is a node of their own or an open
 * Hallway; what to ask it is in one-shot.ts.
 */
import { isPeerId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { createFile } from '../../../node/storage/atomic-file.ts';
import { exportHistory, formatHistory } from '../../../node/storage/export/message-export.ts';
import { createSystemClock } from '../../../node/system/system-ports.ts';
import type { Command, NodeOptions } from '../arguments/options.ts';
import { peerObject } from '../automation/automation-objects.ts';
import { doctorText } from '../output/doctor-text.ts';
import { peerTable } from '../output/peer-table.ts';
import { complain, exitStatus, print, readText, write, type ExitStatus } from '../output/terminal-io.ts';
import {
  askClear,
  askDoctor,
  askHealth,
  askMessages,
  askPeers,
  NotAnswered,
  sendAndWait,
  type CommandTarget,
} from './one-shot.ts';
import { sayAndWait } from './say-and-wait.ts';
import { receiveFiles, sendFilesAndWait, type NamedSender } from './transfer-files.ts';
import { saveReport } from './save-report.ts';
import { runSettings } from './settings.ts';

const exportTexts = {
  unknownTime: say('line.unknown-time'),
  failed: say('line.failed'),
  cancelled: say('line.cancelled'),
  sent: (time: string) => say('line.sent', { time }),
};

/** A command that opens a node. */
export type NodeCommand = Exclude<Extract<Command, { readonly node: NodeOptions }>, { readonly command: 'profile' }>;

/** A command about the profile only. Its node never opens the network. */
export type ProfileCommand = Extract<NodeCommand, { readonly command: 'export' | 'clear' | 'settings' }>;

/** A command that does one thing and leaves. */
export type OneShotCommand =
  | Extract<NodeCommand, { readonly command: 'peers' | 'doctor' | 'report' | 'send' | 'say' | 'send-files' | 'receive' }>
  | ProfileCommand;

export function isProfileCommand(command: NodeCommand): command is ProfileCommand {
  return ['export', 'clear', 'settings'].includes(command.command);
}

export function isOneShotCommand(command: NodeCommand): command is OneShotCommand {
  const others = ['peers', 'doctor', 'report', 'send', 'say', 'send-files', 'receive'];
  return others.includes(command.command) || isProfileCommand(command);
}

/** @param later a sentence on a message that is not delivered yet; may be empty */
export async function askOnce(
  target: CommandTarget,
  command: OneShotCommand,
  signal: AbortSignal,
  later: string,
): Promise<ExitStatus> {
  switch (command.command) {
    case 'peers':
      return printPeers(target, command.json);
    case 'doctor':
      return printDoctorReport(target, command.json);
    case 'report':
      return saveReport(target, command.file, { createFile });
    case 'send':
    case 'say':
      return printDelivery(target, command, signal, later);
    case 'send-files':
      return sendFiles(target, command, signal, later);
    case 'receive':
      return receive(target, command, signal);
    case 'export':
      await complainOfHealth(target);
      return exportMessages(target, command, signal);
    case 'settings': {
      const status = await runSettings(target, command.settings);
      await complainOfHealth(target);
      return status;
    }
    case 'clear': {
      await complainOfHealth(target);
      const cleared = await askClear(target, command.with);
      if (!cleared.ok) return complain(exitStatus.failed, cleared.message);
      return print(say('cli.cleared', { count: cleared.value }));
    }
  }
}

async function printDelivery(
  target: CommandTarget,
  command: Extract<Command, { command: 'send' | 'say' }>,
  signal: AbortSignal,
  later: string,
): Promise<ExitStatus> {
  const text = command.text === undefined ? await readText(process.stdin) : ({ ok: true, text: command.text } as const);
  if (!text.ok) return complain(exitStatus.failed, text.message);
  const deps = { clock: createSystemClock() };
  const outcome =
    command.command === 'send'
      ? await sendAndWait(target, { ...command, text: text.text }, deps, signal)
      : await sayAndWait(target, { ...command, text: text.text }, deps, signal);
  if (!outcome.delivered)
    return complain(exitStatus.failed, outcome.why === 'refused' ? outcome.message : `${outcome.message} ${later}`.trim());
  return print(outcome.isAlone ? say('cli.said-alone') : say(command.command === 'send' ? 'cli.delivered' : 'cli.said'));
}

async function sendFiles(
  target: CommandTarget,
  command: Extract<Command, { command: 'send-files' }>,
  signal: AbortSignal,
  later: string,
): Promise<ExitStatus> {
  const outcome = await sendFilesAndWait(target, command, createSystemClock(), signal);
  if (outcome.arrived) return print(say('cli.files-arrived'));
  return complain(exitStatus.failed, outcome.why === 'refused' ? outcome.message : `${outcome.message} ${later}`.trim());
}

/**
 * @param resolve by name; absent if an open Hallway replies, which tells nobody whom it would mean
 */
export async function receive(
  target: CommandTarget,
  { from: who, into }: Extract<Command, { command: 'receive' }>,
  signal: AbortSignal,
  resolve?: NamedSender['resolve'],
): Promise<ExitStatus> {
  const isNamed = who !== undefined && !isPeerId(who);
  if (isNamed && !resolve) return complain(exitStatus.failed, say('cli.receive-needs-id'));
  const from = isNamed && resolve ? { name: who, resolve } : who;
  complain(exitStatus.done, say('cli.receiving'));
  const deps = {
    clock: createSystemClock(),
    onArrived: (paths: readonly string[]) => void print(paths.join('\n')),
    onNotice: (message: string) => void complain(exitStatus.done, message),
  };
  const failure = await receiveFiles(target, { ...(from && { from }), ...(into && { into }) }, deps, signal);
  return failure === undefined ? exitStatus.done : complain(exitStatus.failed, failure);
}

async function printPeers(target: CommandTarget, json: boolean): Promise<ExitStatus> {
  const peers = await askPeers(target);
  if (!peers.ok) return complain(exitStatus.failed, peers.message);
  await complainOfHealth(target);
  return print(json ? JSON.stringify(peers.value.map(peerObject)) : peerTable(peers.value));
}

async function printDoctorReport(target: CommandTarget, json: boolean): Promise<ExitStatus> {
  const report = await askDoctor(target);
  if (!report.ok) return complain(exitStatus.failed, report.message);
  await print(json ? JSON.stringify(report.value) : doctorText(report.value));
  // The status lets a script skip the findings.
  return report.value.findings.some(({ severity }) => severity === 'error') ? exitStatus.failed : exitStatus.done;
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
      for await (const chunk of formatHistory(messages, format, { texts: exportTexts })) if (!(await write(chunk))) break;
      return exitStatus.done;
    }
    const result = await exportHistory(command.file, messages, format, { texts: exportTexts });
    if (!result.ok) return complain(exitStatus.failed, say('cli.not-written', { file: command.file, reason: result.code }));
    return print(say('cli.exported', { count: result.count, file: command.file }));
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error;
    return complain(exitStatus.failed, error.message);
  }
}
