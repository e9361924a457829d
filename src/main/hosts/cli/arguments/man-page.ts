/**
 * The man page of the command (rule CMD-5), from the option table. It is in mdoc, the form of
 * mdoc(7), which both groff and mandoc read. `scripts/pack-command.mjs` writes it into the package.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import { wrapColumns } from '../output/columns.ts';
import { aboutOptions, commands, nodeOptions, type CommandEntry, type OptionEntry } from './option-table.ts';
import { teamKeyVariable } from './options.ts';

/** Of a line of the source; mandoc warns of longer ones. */
const maxColumns = 78;
/** Keeps the next character from being read as a command. */
const escapedNothing = String.raw`\&`;

const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/**
 * @param dateMs of the build, in milliseconds since 1970
 * @returns the page; it ends with a line break
 */
export function manPage({ version, dateMs }: { readonly version: string; readonly dateMs: number }): string {
  const date = new Date(dateMs);
  const lines = [
    `.Dd ${monthNames[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`,
    '.Dt HALLWAY 1',
    `.Os Hallway ${version}`,
    '.Sh NAME',
    '.Nm hallway',
    `.Nd ${say('man.name')}`,
    '.Sh SYNOPSIS',
    '.Nm',
    '.Ar COMMAND',
    '.Op Ar OPTIONS',
    '.Sh DESCRIPTION',
    ...prose(say('help.about'), say('man.about')),
    '.Pp',
    ...prose(say('help.while-open')),
    '.Pp',
    ...prose(say('man.more')),
    '.Ss Commands',
    ...list(commands.flatMap(commandItem)),
    '.Ss Options of all commands',
    ...list([...nodeOptions, ...aboutOptions].flatMap(optionItem)),
    '.Sh ENVIRONMENT',
    ...list([
      ...item(`Ev ${teamKeyVariable}`, say('man.team-key')),
      ...item('Ev NO_COLOR', say('man.no-color')),
      ...item('Ev XDG_DATA_HOME', say('man.data-home')),
    ]),
    '.Sh FILES',
    ...list([
      ...item('Pa ~/.local/share/hallway', say('man.profile')),
      ...item('Pa /etc/hallway/policy.json', say('man.policy')),
    ]),
    '.Sh EXIT STATUS',
    ...list([
      ...item('0', say('man.status-done'), say('man.status-sent')),
      ...item('1', say('man.status-failed')),
      ...item('2', say('man.status-usage')),
    ]),
    '.Sh EXAMPLES',
    ...example(say('man.example-chat'), 'hallway chat'),
    '.Pp',
    ...example(say('man.example-send'), 'git log -1 | hallway send Bo -'),
    '.Pp',
    ...example(say('man.example-serve'), 'hallway open --no-browser'),
  ];
  return `${lines.join('\n')}\n`;
}

function commandItem({ name, usage, help, options }: CommandEntry): readonly string[] {
  // An option in the usage of a command is part of every call.
  const words = (usage ?? '')
    .split(' ')
    .map((word) => (word.startsWith('--') ? `Fl ${escape(word.slice(1))}` : `Ar ${escape(word)}`));
  const described = options.filter((option) => option.help !== undefined);
  return [
    `.It Ic ${escape(name)}${usage === undefined ? '' : ` ${words.join(' ')}`}`,
    ...prose(help),
    ...(described.length === 0 ? [] : list(described.flatMap(optionItem))),
  ];
}

function optionItem({ name, value, help }: OptionEntry): readonly string[] {
  const text = help ?? say('help.about-option', { option: name });
  return item(`Fl ${escape(`-${name}`)}${value === undefined ? '' : ` Ar ${value}`}`, text);
}

function list(items: readonly string[]): readonly string[] {
  return ['.Bl -tag -width indent', ...items, '.El'];
}

function item(term: string, ...texts: readonly string[]): readonly string[] {
  return [`.It ${term}`, ...prose(...texts)];
}

function example(text: string, command: string): readonly string[] {
  // A word of two letters, such as a name, could be one of a macro.
  return [...prose(text), `.Dl ${escape(command).replaceAll(/(?<= )(?=[A-Z][a-z]\b)/gu, escapedNothing)}`];
}

/** A sentence begins a line, as both programs want it for their space after a full stop. */
function prose(...texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split(/(?<=[.:]) (?=[A-Z])/u))
    .flatMap((sentence) => wrapColumns(escape(sentence), maxColumns, 0))
    .map((line) => line.replace(/^(?=[.'])/u, escapedNothing));
}

/** A bare hyphen would become a typographic one, which no shell takes. */
function escape(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(
      /[^\0-\x7f]/gu,
      (character) => String.raw`\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
