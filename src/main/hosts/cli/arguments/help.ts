/**
 * The text of `hallway --help`, from the option table. docs/AUTOMATION.md describes each option in
 * full.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import { aboutOptions, commands, nodeOptions, type CommandEntry, type OptionEntry } from './option-table.ts';

/** The column of the descriptions. */
const textColumn = 23;
const maxColumns = 96;

export const helpText = `${say('help.about')}

${say('help.usage')}

${say('help.commands')}
${commands.map(commandHelp).join('\n')}

${wrap(say('help.while-open'), maxColumns).join('\n')}

${say('help.options')}
${nodeOptions.flatMap((option) => optionHelp(option, 2)).join('\n')}
  ${aboutOptions.map(({ name }) => `--${name}`).join(', ')}

${wrap(say('help.exit-status'), maxColumns).join('\n')}
`;

function commandHelp({ name, usage, help, options }: CommandEntry): string {
  return [
    entry(usage === undefined ? name : `${name} ${usage}`, help, 2),
    ...options.flatMap((option) => optionHelp(option, 6)),
  ].join('\n');
}

function optionHelp({ name, value, help }: OptionEntry, indent: number): readonly string[] {
  if (help === undefined) return [];
  return [entry(value === undefined ? `--${name}` : `--${name} ${value}`, help, indent)];
}

function entry(term: string, text: string, indent: number): string {
  const [first = '', ...others] = wrap(text, maxColumns - textColumn);
  const start = `${' '.repeat(indent)}${term} `.padEnd(textColumn);
  return [start + first, ...others.map((line) => ' '.repeat(textColumn) + line)].join('\n');
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
