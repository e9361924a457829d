/** Completion for PowerShell 5.1 and newer. Paths are left to the shell. */
import type { OptionEntry } from '../option-table.ts';
import { completedCommands, leadingOptions, valueOptions } from './completion-table.ts';

export function powershellCompletion(): string {
  return `# Completion of the hallway command for PowerShell.
Register-ArgumentCompleter -Native -CommandName hallway -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $takesValue = @(${list(valueOptions.map(({ name }) => `--${name}`))})
  $commands = [ordered]@{
${completedCommands.map(({ name, help }) => `    ${quote(name)} = ${quote(help)}`).join('\n')}
  }
  $options = @{
    '' = [ordered]@{ ${optionTable(leadingOptions)} }
${completedCommands.map(({ name, options }) => `    ${quote(name)} = [ordered]@{ ${optionTable(options)} }`).join('\n')}
  }
  $choices = @{
${completedCommands.flatMap(choiceLines).join('\n')}
  }
  $command = ''
  $words = @()
  $option = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    # The word at the cursor comes last.
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $text = $element.Extent.Text
    if ($option -ne '') { $option = ''; continue }
    if ($takesValue -contains $text) { $option = $text; continue }
    if ($text.StartsWith('-')) { continue }
    if ($command -eq '') { $command = $text } else { $words += $text }
  }
  if ($option -ne '') { return }
  $offered = [ordered]@{}
  if ($wordToComplete.StartsWith('-')) {
    if ($options.ContainsKey($command)) { $offered = $options[$command] }
  } elseif ($command -eq '') {
    $offered = $commands
  } else {
    $place = (@($command) + $words) -join ' '
    if ($choices.ContainsKey($place)) { foreach ($choice in $choices[$place]) { $offered[$choice] = $choice } }
  }
  foreach ($key in $offered.Keys) {
    if ($key.StartsWith($wordToComplete)) {
      [System.Management.Automation.CompletionResult]::new($key, $key, 'ParameterValue', $offered[$key])
    }
  }
}
`;
}

function choiceLines({ name, choices }: (typeof completedCommands)[number]): readonly string[] {
  if (choices.length === 0) return [];
  return [
    `    ${quote(name)} = @(${list(choices.map(([choice]) => choice))})`,
    ...choices
      .filter(([, next]) => next.length > 0)
      .map(([choice, next]) => `    ${quote(`${name} ${choice}`)} = @(${list(next)})`),
  ];
}

function optionTable(options: readonly OptionEntry[]): string {
  return options.map(({ name, help = '' }) => `${quote(`--${name}`)} = ${quote(help)}`).join('; ');
}

function list(values: readonly string[]): string {
  return values.map(quote).join(', ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
