/** Completion for fish. */
import type { OptionEntry } from '../option-table.ts';
import { completedCommands, leadingOptions, valueKind, type CompletedCommand } from './completion-table.ts';

export function fishCompletion(): string {
  const lines = [
    ...leadingOptions.map((option) => optionLine(option, '')),
    ...completedCommands.map(({ name, help }) => line(['-n __fish_use_subcommand', `-a ${name}`, `-d ${quote(help)}`])),
    ...completedCommands.flatMap(commandLines),
  ];
  return `# Completion of the hallway command for fish.
complete -c hallway -f
${lines.join('\n')}
`;
}

function commandLines({ name, options, choices, filesFrom }: CompletedCommand): readonly string[] {
  const common = new Set(leadingOptions.map((option) => option.name));
  const inCommand = `__fish_seen_subcommand_from ${name}`;
  const first = choices.map(([choice]) => choice).join(' ');
  const before = first === '' ? inCommand : `${inCommand}; and not __fish_seen_subcommand_from ${first}`;
  return [
    ...options.filter((option) => !common.has(option.name)).map((option) => optionLine(option, inCommand)),
    ...(first === '' ? [] : [line([`-n '${before}'`, `-a '${first}'`])]),
    ...choices
      .filter(([, next]) => next.length > 0)
      .map(([choice, next]) => line([`-n '${inCommand}; and __fish_seen_subcommand_from ${choice}'`, `-a '${next.join(' ')}'`])),
    ...(filesFrom === undefined ? [] : [line([`-n '${inCommand}'`, '-F'])]),
  ];
}

function optionLine(option: OptionEntry, condition: string): string {
  const { name, value, help = '' } = option;
  const takes = { folders: `-x -a '(__fish_complete_directories)'`, files: '-r -F', nothing: '-x' }[valueKind(option)];
  return line([
    ...(condition === '' ? [] : [`-n '${condition}'`]),
    `-l ${name}`,
    ...(value === undefined ? [] : [takes]),
    `-d ${quote(help)}`,
  ]);
}

function line(parts: readonly string[]): string {
  return ['complete -c hallway', ...parts].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/gu, String.raw`\$&`)}'`;
}
