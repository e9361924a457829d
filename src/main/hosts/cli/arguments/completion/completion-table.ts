/** The option table as completions need it: the words that may stand at each place. */
import { say } from '../../../../../shared/text/messages/host.ts';
import { aboutOptions, commands, nodeOptions, type CommandEntry, type OptionEntry } from '../option-table.ts';

export interface CompletedCommand {
  readonly name: string;
  readonly help: string;
  readonly options: readonly OptionEntry[];
  /** The choices for the first word, each with those for the second. */
  readonly choices: readonly (readonly [string, readonly string[]])[];
  /** The first word that is a path, counted from 0. */
  readonly filesFrom: number | undefined;
}

export const completedCommands: readonly CompletedCommand[] = commands.map((command: CommandEntry) => ({
  name: command.name,
  help: firstSentence(command.help),
  options: [...command.options, ...nodeOptions, ...aboutOptions].map(describe),
  choices: Object.entries(command.words ?? {}),
  filesFrom: filesFrom(command.usage),
}));

/** Options before any command. */
export const leadingOptions: readonly OptionEntry[] = [...nodeOptions, ...aboutOptions].map(describe);

/** Every option that takes a value. */
export const valueOptions: readonly OptionEntry[] = [
  ...new Map(
    [...nodeOptions, ...commands.flatMap(({ options }): readonly OptionEntry[] => options)]
      .filter(({ value }) => value !== undefined)
      .map((option) => [option.name, option]),
  ).values(),
];

/** The choices that a shell offers for the value of an option. */
export function valueKind({ value }: OptionEntry): 'folders' | 'files' | 'nothing' {
  if (value === 'DIR') return 'folders';
  return value === 'FILE' ? 'files' : 'nothing';
}

/** A shell has one line for it. */
function describe(option: OptionEntry): OptionEntry {
  return { ...option, help: firstSentence(option.help ?? say('help.about-option', { option: option.name })) };
}

/** @returns it without its full stop */
function firstSentence(text: string): string {
  return text.replace(/\.(?: .*)?$/u, '');
}

function filesFrom(usage = ''): number | undefined {
  const index = usage.split(' ').findIndex((word) => /^\[?(?:FILE|PATH)/u.test(word));
  return index === -1 ? undefined : index;
}
