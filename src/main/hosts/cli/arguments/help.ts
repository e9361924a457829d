/** The text of `hallway --help`, made from the option table. What each option does in full is in docs/AUTOMATION.md. */
import { aboutOptions, commands, nodeOptions, type CommandEntry, type OptionEntry } from './option-table.ts';

/** Where descriptions begin. */
const textColumn = 23;
const maxColumns = 96;

export const helpText = `Hallway shows who is around on the local network.

Usage: hallway COMMAND [OPTIONS]

Commands
${commands.map(commandHelp).join('\n')}

While Hallway is open with the profile, all of these but open, chat and run ask it.

Options of all commands
${nodeOptions.flatMap((option) => optionHelp(option, 2)).join('\n')}
  ${aboutOptions.map(({ name }) => `--${name}`).join(', ')}

Exit status: 0 done (for send: delivered), 1 it went wrong, the message is not delivered
yet, or the doctor found an error, 2 the command line was not understood.
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
