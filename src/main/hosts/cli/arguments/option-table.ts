/**
 * Every command and option of `hallway`, once. The parser (`options.ts`), the help (`help.ts`), the
 * completions, the man page and the desktop application's pick of its own arguments derive from it.
 * A test compares it with docs/AUTOMATION.md and README.md.
 */
import { settingKeys } from '../../../../shared/contract/settings.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { defaultPresenceOptions } from '../../../core/presence/index.ts';

export interface OptionEntry {
  readonly name: string;
  /** The value in the help. Absent: the option takes none. */
  readonly value?: string;
  /** Absent: the help does not describe it. */
  readonly help?: string;
}

export interface CommandEntry {
  readonly name: string;
  /** The arguments in the help. */
  readonly usage?: string;
  readonly help: string;
  /** The most words after the name. Absent means 0. */
  readonly maxWords?: number;
  /** The choices for the first word, each with the choices for the word after it. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly options: readonly OptionEntry[];
}

/**
 * The time of `hallway peers`: a new node knows all peers in well under a second, and one burst may
 * be lost.
 */
export const defaultPeersMs = 2_000;

/**
 * The time of `hallway doctor` and `report`: the second beacon shows that a peer is one-way, in a
 * small network within 12 s (rules CAD-2 and HS-4).
 */
export const defaultDoctorMs = 13_000;

/** The longest wait of `hallway send` for the delivery. */
export const defaultSendMs = 30_000;

/** The longest wait of `hallway send-files` for the files to arrive. */
export const defaultSendFilesMs = 3_600_000;

/** The shells for which `hallway completion` has a script. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** In the order of first use. */
export const commands = [
  {
    name: 'open',
    help: say('help.open'),
    options: [{ name: 'no-browser', help: say('help.open.no-browser') }],
  },
  {
    name: 'peers',
    help: say('help.peers'),
    options: [
      { name: 'for', value: 'SECONDS', help: say('help.look-for', { seconds: defaultPeersMs / 1_000 }) },
      { name: 'json', help: say('help.peers.json') },
    ],
  },
  {
    name: 'doctor',
    help: say('help.doctor'),
    options: [
      { name: 'for', value: 'SECONDS', help: say('help.look-for', { seconds: defaultDoctorMs / 1_000 }) },
      { name: 'json', help: say('help.doctor.json') },
    ],
  },
  {
    name: 'report',
    usage: '[FILE]',
    help: say('help.report'),
    maxWords: 1,
    options: [{ name: 'for', value: 'SECONDS', help: say('help.report.for', { seconds: defaultDoctorMs / 1_000 }) }],
  },
  { name: 'chat', help: say('help.chat'), options: [] },
  {
    name: 'send',
    usage: 'PEER TEXT',
    help: say('help.send'),
    // The parser has a sentence for a text without quotes.
    maxWords: Infinity,
    options: [
      {
        name: 'for',
        value: 'SECONDS',
        help: say('help.send.for', { seconds: defaultSendMs / 1_000 }),
      },
    ],
  },
  {
    name: 'say',
    usage: 'ROOM TEXT',
    help: say('help.say'),
    maxWords: Infinity,
    options: [
      {
        name: 'for',
        value: 'SECONDS',
        help: say('help.say.for', { seconds: defaultSendMs / 1_000 }),
      },
    ],
  },
  {
    name: 'send-files',
    usage: 'PEER PATH…',
    help: say('help.send-files'),
    maxWords: Infinity,
    options: [{ name: 'for', value: 'SECONDS', help: say('help.send-files.for', { seconds: defaultSendFilesMs / 1_000 }) }],
  },
  {
    name: 'receive',
    help: say('help.receive'),
    options: [
      { name: 'accept-from', value: 'PEER', help: say('help.receive.accept-from') },
      { name: 'into', value: 'DIR', help: say('help.receive.into') },
    ],
  },
  {
    name: 'export',
    usage: 'FILE',
    help: say('help.export'),
    maxWords: 1,
    options: [
      { name: 'with', value: 'PEER', help: say('help.export.with') },
      { name: 'json', help: say('help.export.json') },
    ],
  },
  {
    name: 'clear',
    usage: 'PEER',
    help: say('help.clear'),
    maxWords: 1,
    options: [
      { name: 'all', help: say('help.clear.all') },
      { name: 'yes', help: say('help.clear.yes') },
    ],
  },
  {
    name: 'profile',
    usage: 'ACTION FILE',
    help: say('help.profile-move'),
    maxWords: 2,
    words: { export: [], import: [] },
    options: [],
  },
  {
    name: 'settings',
    usage: '[ACTION]',
    help:
      'Show or change the settings of this profile. ACTION is list, get KEY, set KEY VALUE or reset KEY; without it they are listed. A change ' +
      'applies at once. VALUE is a text, true, false, a number, null, or a list such as tun0,docker0.',
    // A VALUE without quotes gets a sentence of its own.
    maxWords: Infinity,
    words: { list: [], get: settingKeys, set: settingKeys, reset: settingKeys },
    options: [{ name: 'json', help: 'With list: print one JSON object instead of a table.' }],
  },
  {
    name: 'run',
    usage: '--json',
    help: say('help.run'),
    options: [{ name: 'json' }],
  },
  {
    name: 'completion',
    usage: 'SHELL',
    help: say('help.completion'),
    maxWords: 1,
    words: { bash: [], zsh: [], fish: [], powershell: [] } satisfies Record<Shell, readonly string[]>,
    options: [],
  },
] as const satisfies readonly CommandEntry[];

export type CommandName = (typeof commands)[number]['name'];

/** Options of every command that opens a node, and of the desktop application. */
export const nodeOptions: readonly OptionEntry[] = [
  { name: 'profile', value: 'DIR', help: say('help.profile') },
  { name: 'name', value: 'NAME', help: say('help.name') },
  { name: 'interface', value: 'NAME', help: say('help.interface') },
  { name: 'group', value: 'ADDRESS', help: say('help.group', { group: defaultPresenceOptions.group }) },
  { name: 'port', value: 'N', help: say('help.port', { port: defaultPresenceOptions.port }) },
  {
    name: 'team-key-file',
    value: 'FILE',
    help: say('help.team-key-file'),
  },
  { name: 'room', value: 'NAME', help: say('help.room') },
];

/** Options without a command, or with any. */
export const aboutOptions: readonly OptionEntry[] = [{ name: 'help' }, { name: 'version' }];
