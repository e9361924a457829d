/**
 * Parses the command line: arguments in, a command or a refusal out. Pure. `option-table.ts` lists
 * the commands and options. Running them is left to `cli.ts`, and so is the check of adapter names,
 * which needs the system.
 */
import { parseArgs } from 'node:util';
import { say } from '../../../../shared/text/messages/host.ts';
import type { TeamKeySource } from '../../../node/crypto/team-key.ts';
import {
  aboutOptions,
  commands,
  defaultDoctorMs,
  defaultPeersMs,
  defaultSendFilesMs,
  defaultSendMs,
  nodeOptions,
  shells,
  type CommandEntry,
  type CommandName,
  type OptionEntry,
  type Shell,
} from './option-table.ts';
import { readDuration, readGroup, readName, readPort, readRoom, single, UsageError, type Values } from './read-values.ts';
import { readSettings, type SettingsAction } from './read-settings.ts';

export interface NodeOptions {
  readonly profile?: string;
  readonly name?: string;
  readonly interfaces?: readonly string[];
  readonly group?: string;
  readonly port?: number;
  /** Names without `#`, in their one form. */
  readonly rooms?: readonly string[];
  /** Not read yet. */
  readonly teamKey?: TeamKeySource;
}

export type Command =
  | { readonly command: 'open'; readonly node: NodeOptions; readonly showBrowser: boolean }
  | { readonly command: 'run'; readonly node: NodeOptions }
  | { readonly command: 'peers'; readonly node: NodeOptions; readonly json: boolean; readonly forMs: number }
  | { readonly command: 'doctor'; readonly node: NodeOptions; readonly json: boolean; readonly forMs: number }
  /**
   * `file`: absent means a name with the time, in the current folder; "-" means standard output.
   */
  | { readonly command: 'report'; readonly node: NodeOptions; readonly file?: string; readonly forMs: number }
  /** `text`: absent means standard input. */
  | { readonly command: 'send'; readonly node: NodeOptions; readonly to: string; readonly text?: string; readonly forMs: number }
  | { readonly command: 'say'; readonly node: NodeOptions; readonly room: string; readonly text?: string; readonly forMs: number }
  | {
      readonly command: 'send-files';
      readonly node: NodeOptions;
      readonly to: string;
      readonly paths: readonly string[];
      readonly forMs: number;
    }
  /**
   * `from`: a peer ID or a name; absent means verified people. `into`: absent means the folder of
   * the setting.
   */
  | { readonly command: 'receive'; readonly node: NodeOptions; readonly from?: string; readonly into?: string }
  | { readonly command: 'chat'; readonly node: NodeOptions }
  /** `file`: "-" means standard output. `with`: absent means all conversations; the same below. */
  | {
      readonly command: 'export';
      readonly node: NodeOptions;
      readonly file: string;
      readonly with?: string;
      readonly json: boolean;
    }
  /** `confirmed`: do not ask the user. */
  | { readonly command: 'clear'; readonly node: NodeOptions; readonly with?: string; readonly confirmed: boolean }
  | { readonly command: 'settings'; readonly node: NodeOptions; readonly settings: SettingsAction }
  /** `file`: made by an export, read by an import. */
  | { readonly command: 'profile'; readonly node: NodeOptions; readonly action: 'export' | 'import'; readonly file: string }
  | { readonly command: 'completion'; readonly shell: Shell }
  | { readonly command: 'help' }
  | { readonly command: 'version' };

export type CommandLine = { readonly ok: true; readonly command: Command } | { readonly ok: false; readonly message: string };

/**
 * The team's passphrases, one per line. The caller should delete it from the environment, which
 * other programs inherit.
 */
export const teamKeyVariable = 'HALLWAY_TEAM_KEY';

/** Options of every command. */
const commonOptions = [...nodeOptions, ...aboutOptions];

/** Whether an option takes a value, with every command that has it. */
const takesValue: Readonly<Record<string, boolean>> = Object.fromEntries(
  [...commonOptions, ...commands.flatMap(({ options }): readonly OptionEntry[] => options)].map(({ name, value }) => [
    name,
    value !== undefined,
  ]),
);

/**
 * @param args without the interpreter and the script
 * @param environment for HALLWAY_TEAM_KEY
 */
export function parseCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine {
  try {
    return { ok: true, command: readCommand(args, environment) };
  } catch (error) {
    if (error instanceof UsageError) return { ok: false, message: error.message };
    throw error;
  }
}

function readCommand(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Command {
  const { values, words } = readTokens(args);
  if (values['help'] || words[0] === 'help') return { command: 'help' };
  if (values['version']) return { command: 'version' };

  const [name, ...others] = words;
  if (name === undefined) throw new UsageError(say('cli.no-command'));
  const entry = findCommand(name);
  const excess = others[entry.maxWords ?? 0];
  if (excess !== undefined) throw new UsageError(say('cli.excess-word', { command: name, word: excess }));
  for (const option of Object.keys(values)) {
    if (![...commonOptions, ...entry.options].some((allowed) => allowed.name === option))
      throw new UsageError(say('cli.option-elsewhere', { command: name, option: `--${option}` }));
  }

  const node = readNodeOptions(values, environment);
  switch (entry.name) {
    case 'open':
      return { command: 'open', node, showBrowser: values['no-browser'] === undefined };
    case 'run':
      if (!values['json']) throw new UsageError(say('cli.run-needs-json'));
      return { command: 'run', node };
    case 'send':
      return { command: 'send', node, ...readMessage(others, 'send'), forMs: readDuration(values, defaultSendMs) };
    case 'say': {
      const { to, ...text } = readMessage(others, 'say');
      return { command: 'say', node, room: readRoom(to), ...text, forMs: readDuration(values, defaultSendMs) };
    }
    case 'send-files':
      return { command: 'send-files', node, ...readFiles(others, node.rooms), forMs: readDuration(values, defaultSendFilesMs) };
    case 'receive': {
      const [from, into] = [single(values, 'accept-from'), single(values, 'into')];
      return { command: 'receive', node, ...(from !== undefined && { from }), ...(into !== undefined && { into }) };
    }
    case 'chat':
      return { command: 'chat', node };
    case 'export':
      return { command: 'export', node, ...readExport(others, single(values, 'with')), json: values['json'] !== undefined };
    case 'clear':
      return { command: 'clear', node, ...readClear(others, values), confirmed: values['yes'] !== undefined };
    case 'profile':
      return { command: 'profile', node, ...readProfileAction(others) };
    case 'settings':
      return { command: 'settings', node, settings: readSettingsAction(others, values) };
    case 'completion':
      return { command: 'completion', shell: readShell(others) };
    case 'report': {
      const [file] = others;
      return { command: 'report', node, ...(file && { file }), forMs: readDuration(values, defaultDoctorMs) };
    }
    case 'doctor':
      return { command: 'doctor', node, json: values['json'] !== undefined, forMs: readDuration(values, defaultDoctorMs) };
    case 'peers':
      return { command: 'peers', node, json: values['json'] !== undefined, forMs: readDuration(values, defaultPeersMs) };
  }
}

function findCommand(name: string): CommandEntry & { readonly name: CommandName } {
  const entry = commands.find((command) => command.name === name);
  if (entry) return entry;
  throw new UsageError(say('cli.unknown-command', { name, commands: commands.map((command) => command.name).join(', ') }));
}

function readMessage(words: readonly string[], command: 'send' | 'say'): { readonly to: string; readonly text?: string } {
  const [to, text, ...more] = words;
  if (!to || text === undefined) throw new UsageError(say(command === 'send' ? 'cli.send-what' : 'cli.say-what'));
  if (more.length > 0) throw new UsageError(say('cli.send-quotes', { command }));
  return text === '-' ? { to } : { to, text };
}

/** @param rooms with `--room`, the files go to that room, and no word names a peer */
function readFiles(
  words: readonly string[],
  rooms: readonly string[] = [],
): { readonly to: string; readonly paths: readonly string[] } {
  if (rooms.length > 1) throw new UsageError(say('cli.send-files-one-room'));
  const [to, ...paths] = [...rooms.map((room) => `#${room}`), ...words];
  if (!to || paths.length === 0) throw new UsageError(say('cli.send-files-what'));
  return { to, paths };
}

function readExport(words: readonly string[], who: string | undefined): { readonly file: string; readonly with?: string } {
  const [file] = words;
  if (!file) throw new UsageError(say('cli.export-where'));
  return { file, ...(who !== undefined && { with: who }) };
}

function readProfileAction([action, file]: readonly string[]): { readonly action: 'export' | 'import'; readonly file: string } {
  if ((action !== 'export' && action !== 'import') || !file) throw new UsageError(say('cli.profile-what'));
  return { action, file };
}

function readShell([name]: readonly string[]): Shell {
  const shell = shells.find((each) => each === name);
  if (!shell) throw new UsageError(say('cli.completion-what'));
  return shell;
}

/** A missing name never means all messages. */
function readClear(words: readonly string[], values: Values): { readonly with?: string } {
  const [who] = words;
  if (!who === !values['all']) throw new UsageError(say('cli.clear-whom'));
  return who ? { with: who } : {};
}

function readSettingsAction(words: readonly string[], values: Values): SettingsAction {
  const read = readSettings(words, values['json'] !== undefined);
  if (!read.ok) throw new UsageError(read.message);
  return read.action;
}

/**
 * Reads tokens rather than values, so that every mistake gets our sentence on every version of
 * Node.js.
 */
function readTokens(args: readonly string[]): { readonly values: Values; readonly words: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(takesValue).map(([name, value]) => [name, { type: value ? ('string' as const) : ('boolean' as const) }]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string[]> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(takesValue, token.name)) {
      // As typed: the parser takes -55 for two options.
      const option = args[token.index] ?? token.rawName;
      throw new UsageError(say('cli.unknown-option', { option, takes: takenBy(words[0]) }));
    }
    const given = (values[token.name] ??= []);
    if (takesValue[token.name]) given.push(readValue(token));
    else if (token.value === undefined) given.push('');
    else throw new UsageError(say('cli.no-value', { option: token.rawName }));
  }
  return { values, words };
}

/** Whether a mistaken option may have been meant as text, or as another word of the command. */
function takenBy(name: string | undefined): 'text' | 'words' | 'nothing' {
  if (name === 'send' || name === 'say') return 'text';
  const entry: CommandEntry | undefined = commands.find((command) => command.name === name);
  return entry?.maxWords === undefined ? 'nothing' : 'words';
}

function readValue({
  rawName,
  value,
  inlineValue,
}: {
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}): string {
  if (value === undefined || value === '') throw new UsageError(say('cli.needs-value', { option: rawName }));
  // `--name --json` is mostly a forgotten value, rarely a name.
  if (inlineValue !== true && value.startsWith('-'))
    throw new UsageError(say('cli.value-like-option', { option: rawName, value }));
  return value;
}

function readNodeOptions(values: Values, environment: Readonly<Record<string, string | undefined>>): NodeOptions {
  const profile = single(values, 'profile');
  const name = single(values, 'name');
  const group = single(values, 'group');
  const port = single(values, 'port');
  const interfaces = values['interface'];
  const rooms = values['room'];
  const teamKey = readTeamKeySource(values, environment);
  return {
    ...(profile !== undefined && { profile }),
    ...(name !== undefined && { name: readName(name) }),
    ...(interfaces !== undefined && { interfaces: [...new Set(interfaces)] }),
    ...(group !== undefined && { group: readGroup(group) }),
    ...(port !== undefined && { port: readPort(port) }),
    ...(rooms !== undefined && { rooms: [...new Set(rooms.map(readRoom))] }),
    ...(teamKey !== undefined && { teamKey }),
  };
}

/** One source only: with two, the team would be a matter of luck. */
function readTeamKeySource(values: Values, environment: Readonly<Record<string, string | undefined>>): TeamKeySource | undefined {
  const file = single(values, 'team-key-file');
  const text = environment[teamKeyVariable];
  if (file !== undefined && text) {
    throw new UsageError(say('cli.two-keys', { variable: teamKeyVariable }));
  }
  if (file !== undefined) return { file };
  return text ? { text } : undefined;
}
