/**
 * Every command and option of `hallway`, once: the parser (`options.ts`), the help (`help.ts`) and the desktop application's pick of its own
 * arguments derive from it, and a test compares it with docs/AUTOMATION.md and README.md.
 */
import { defaultPresenceOptions } from '../../../core/presence/index.ts';

export interface OptionEntry {
  readonly name: string;
  /** The value in the help; absent: the option takes none. */
  readonly value?: string;
  /** Absent: the help does not describe it. */
  readonly help?: string;
}

export interface CommandEntry {
  readonly name: string;
  /** What follows the name in the help. */
  readonly usage?: string;
  readonly help: string;
  /** Words after the name; of one more it is said that it is not taken. 0 if absent. */
  readonly maxWords?: number;
  readonly options: readonly OptionEntry[];
}

/** `hallway peers` looks for this long: a newcomer knows everybody in well under a second, and one burst may be lost. */
export const defaultPeersMs = 2_000;

/**
 * `hallway doctor` and `report` look for this long: a peer that does not hear us is known to be one-way with its second beacon, in a small network within
 * 12 s (rules CAD-2 and HS-4).
 */
export const defaultDoctorMs = 13_000;

/** `hallway send` waits this long for the message to be delivered. */
export const defaultSendMs = 30_000;

/** Those that people use first come first. */
export const commands = [
  {
    name: 'open',
    help: 'Open Hallway in the browser, and stay until Ctrl+C.',
    options: [{ name: 'no-browser', help: 'Only print the address to open.' }],
  },
  {
    name: 'peers',
    help: 'List who is here, and leave again.',
    options: [
      { name: 'for', value: 'SECONDS', help: `Look for this long (default ${defaultPeersMs / 1_000}).` },
      { name: 'json', help: 'Print one JSON array instead of a table.' },
    ],
  },
  {
    name: 'doctor',
    help: 'Say what is wrong with the network, and what to do about it.',
    options: [
      { name: 'for', value: 'SECONDS', help: `Look for this long (default ${defaultDoctorMs / 1_000}).` },
      { name: 'json', help: 'Print one JSON object instead of text.' },
    ],
  },
  {
    name: 'report',
    usage: '[FILE]',
    help:
      'Write a problem report, for somebody who helps you, to a new FILE or, if it is "-", to standard output. It contains no messages; read ' +
      'it first.',
    maxWords: 1,
    options: [{ name: 'for', value: 'SECONDS', help: `Look at the network for this long (default ${defaultDoctorMs / 1_000}).` }],
  },
  { name: 'chat', help: 'Talk to people in this terminal; /help there tells how.', options: [] },
  {
    name: 'send',
    usage: 'PEER TEXT',
    help:
      'Send a message, and wait until it is delivered. PEER is a name or a peerId; TEXT of "-" reads standard input, which others on this ' +
      'computer cannot see in the list of processes.',
    // A text without quotes gets a sentence of its own.
    maxWords: Infinity,
    options: [
      {
        name: 'for',
        value: 'SECONDS',
        help: `Wait this long (default ${defaultSendMs / 1_000}); what is kept goes out later all the same.`,
      },
    ],
  },
  {
    name: 'export',
    usage: 'FILE',
    help:
      'Write the messages of this profile to FILE, or to standard output if FILE is "-". The file is readable by you alone, and replaced if ' +
      'it is there.',
    maxWords: 1,
    options: [
      { name: 'with', value: 'PEER', help: 'Only those with this person.' },
      { name: 'json', help: 'As JSON, with all that is known; otherwise plain text.' },
    ],
  },
  {
    name: 'clear',
    usage: 'PEER',
    help: 'Delete the messages with this person from this profile. What waits to be delivered is kept; so is what others have.',
    maxWords: 1,
    options: [
      { name: 'all', help: 'The messages with all, in place of PEER.' },
      { name: 'yes', help: 'Do not ask first.' },
    ],
  },
  {
    name: 'run',
    usage: '--json',
    help: 'Speak the automation interface: one JSON object per line.',
    options: [{ name: 'json' }],
  },
] as const satisfies readonly CommandEntry[];

export type CommandName = (typeof commands)[number]['name'];

/** Options of every command that opens a node, and of the desktop application. */
export const nodeOptions: readonly OptionEntry[] = [
  { name: 'profile', value: 'DIR', help: 'The folder with your identity and settings.' },
  { name: 'name', value: 'NAME', help: 'The name that others see, for this run.' },
  { name: 'interface', value: 'NAME', help: 'Use only this network adapter; may be repeated.' },
  { name: 'group', value: 'ADDRESS', help: `The IPv4 multicast group (default ${defaultPresenceOptions.group}).` },
  { name: 'port', value: 'N', help: `The UDP port of the group (default ${defaultPresenceOptions.port}).` },
  {
    name: 'team-key-file',
    value: 'FILE',
    help: 'The passphrase of a closed network, on its first line; a second line is also accepted. Or set HALLWAY_TEAM_KEY.',
  },
  // Refused, never ignored: somebody who asks for a room must not speak to everybody.
  { name: 'room', value: 'NAME' },
];

/** In place of a command, or with any. */
export const aboutOptions: readonly OptionEntry[] = [{ name: 'help' }, { name: 'version' }];
