/** Completion for zsh: a file for `fpath`, which also works when it is sourced. */
import type { OptionEntry } from '../option-table.ts';
import { completedCommands, leadingOptions, valueKind, type CompletedCommand } from './completion-table.ts';

export function zshCompletion(): string {
  return `#compdef hallway
# Completion of the hallway command for zsh.

_hallway() {
  local curcontext="$curcontext" state line
  local -a commands
  typeset -A opt_args
  commands=(
${completedCommands.map(({ name, help }) => `    ${quote(`${name}:${help}`)}`).join('\n')}
  )
  _arguments -C \\
${leadingOptions.map((option) => `    ${optionSpec(option)} \\`).join('\n')}
    '1:command:->command' \\
    '*::word:->word' && return
  case $state in
    command) _describe command commands ;;
    word)
      case $words[1] in
${completedCommands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _hallway ]]; then
  _hallway "$@"
else
  compdef _hallway hallway
fi
`;
}

function commandCase(command: CompletedCommand): string {
  const specs = [...command.options.map(optionSpec), ...wordSpecs(command)];
  return `        ${command.name})
          _arguments \\
${specs.map((spec) => `            ${spec}`).join(' \\\n')}
          ;;`;
}

function wordSpecs({ choices, filesFrom }: CompletedCommand): readonly string[] {
  const first = choices.map(([choice]) => choice).join(' ');
  const next = [...new Set(choices.map(([, values]) => values.join(' ')).filter((values) => values !== ''))];
  return [
    ...(first === '' ? [] : [`'1:word:(${first})'`]),
    ...next.map((values) => `'2:word:(${values})'`),
    // A word without choices stands before the paths.
    ...(first === '' && filesFrom === 1 ? [`'1:word: '`] : []),
    ...(filesFrom === undefined ? [] : [`'*:file:_files'`]),
  ];
}

function optionSpec(option: OptionEntry): string {
  const { name, value, help = '' } = option;
  const text = help.replaceAll(/[[\]\\:]/gu, String.raw`\$&`);
  if (value === undefined) return quote(`*--${name}[${text}]`);
  const action = { folders: '_files -/', files: '_files', nothing: ' ' }[valueKind(option)];
  return quote(`*--${name}=[${text}]:${value}:${action}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
