/** Completion for bash, from version 3.2 on, which macOS has. It needs no helper of the system. */
import type { OptionEntry } from '../option-table.ts';
import { completedCommands, leadingOptions, valueKind, valueOptions, type CompletedCommand } from './completion-table.ts';

export function bashCompletion(): string {
  return `# Completion of the hallway command for bash.

_hallway_paths() {
  local path
  type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$word")
}

_hallway() {
  local word=\${COMP_WORDS[COMP_CWORD]} command= option= first= item index position=0 list=
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    item=\${COMP_WORDS[index]}
    # bash splits --profile=DIR at its sign.
    if [[ $item == = ]]; then continue; fi
    if [[ -n $option ]]; then option=; continue; fi
    case $item in
      ${valueOptions.map(({ name }) => `--${name}`).join('|')}) option=$item ;;
      -*) ;;
      *)
        if [[ -z $command ]]; then command=$item
        else
          if ((position == 0)); then first=$item; fi
          position=$((position + 1))
        fi
        ;;
    esac
  done
  if [[ $word == = ]]; then word=; fi
  case $option in
    '') ;;
    ${optionsOfKind('folders')}) _hallway_paths -d; return ;;
    ${optionsOfKind('files')}) _hallway_paths -f; return ;;
    *) return ;;
  esac
  if [[ $word == -* ]]; then
    case $command in
      '') list='${written(leadingOptions)}' ;;
${completedCommands.map(({ name, options }) => `      ${name}) list='${written(options)}' ;;`).join('\n')}
    esac
  else
    case $command:$position:$first in
      :*) list='${completedCommands.map(({ name }) => name).join(' ')}' ;;
${completedCommands.flatMap(wordCases).join('\n')}
    esac
  fi
  while IFS= read -r item; do COMPREPLY+=("$item"); done < <(compgen -W "$list" -- "$word")
}

complete -F _hallway hallway
`;
}

function wordCases({ name, choices, filesFrom }: CompletedCommand): readonly string[] {
  const first = choices.length === 0 ? [] : [`      ${name}:0:) list='${choices.map(([choice]) => choice).join(' ')}' ;;`];
  const second = choices
    .filter(([, next]) => next.length > 0)
    .map(([choice, next]) => `      ${name}:1:${choice}) list='${next.join(' ')}' ;;`);
  const files = filesFrom === undefined ? [] : [`      ${name}:[${filesFrom}-9]*) _hallway_paths -f; return ;;`];
  return [...first, ...second, ...files];
}

function optionsOfKind(kind: 'folders' | 'files'): string {
  return valueOptions
    .filter((option) => valueKind(option) === kind)
    .map(({ name }) => `--${name}`)
    .join('|');
}

function written(options: readonly OptionEntry[]): string {
  return options.map(({ name }) => `--${name}`).join(' ');
}
