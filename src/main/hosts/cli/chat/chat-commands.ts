/**
 * The commands of the terminal chat, a row each: name, usage, help, what Tab offers, what it does. Rooms will add rows and change nothing
 * else.
 */
import { statusSchema, type ProfileChange, type Self } from '../../../../shared/contract/profile.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { shortIdLength, type ChatContacts } from './chat-contacts.ts';
import type { ChatScreen } from './chat-screen.ts';
import type { ChatConversations } from './chat-conversations.ts';
import { personText, shortName } from './chat-text.ts';
import { cutColumns } from '../output/columns.ts';

export interface Chat {
  readonly hallway: Hallway;
  readonly people: ChatContacts;
  readonly screen: ChatScreen;
  readonly conversations: ChatConversations;
  leave(): void;
}

export interface ChatCommand {
  /** With its slash. */
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  /** What the argument may be; Tab offers those that begin as what is typed. */
  complete?(chat: Chat): readonly string[];
  run(chat: Chat, argument: string): void | Promise<void>;
}

/** Messages of `/history` without a number, and at most. */
const historyCount = 20;
const maxHistoryCount = 200;
/** Departed people listed. */
const maxDeparted = 10;

export const chatCommands: readonly ChatCommand[] = [
  {
    name: '/help',
    usage: '/help [COMMAND]',
    help: 'Lists the commands, or tells of one.',
    complete: () => chatCommands.map(({ name }) => name),
    run: showHelp,
  },
  {
    name: '/users',
    usage: '/users',
    help: 'Lists who is here, and who was.',
    run: showUsers,
  },
  {
    name: '/pm',
    usage: '/pm NAME [TEXT]',
    help: 'Opens the conversation with somebody, and sends TEXT. A NAME with blanks may stand in "quotes"; a peerId will do too.',
    complete: ({ people }) => people.names().map(quoteIfNeeded),
    run: openConversation,
  },
  {
    name: '/leave',
    usage: '/leave',
    help: 'Closes the open conversation.',
    run({ conversations, screen }) {
      if (conversations.opened() === undefined) screen.say('! No conversation is open. /quit leaves Hallway.');
      else conversations.close();
    },
  },
  {
    name: '/join',
    usage: '/join ROOM',
    help: 'Rooms come in a later version.',
    run: ({ screen }) => screen.say('! Rooms come in a later version. /pm NAME talks to one person.'),
  },
  {
    name: '/me',
    usage: '/me TEXT',
    help: 'Says what you do, in the open conversation.',
    run: ({ hallway, conversations, screen }, text) =>
      text === ''
        ? screen.say('! Say what you do: /me waves')
        : sendToOpen({ conversations, screen }, `* ${hallway.profile.self().name} ${text}`),
  },
  {
    name: '/cancel',
    usage: '/cancel',
    help: 'Takes back the latest message of the open conversation that still waits.',
    run: ({ conversations }) => conversations.cancelLatest(),
  },
  {
    name: '/history',
    usage: '/history [N]',
    help: `Shows the latest N messages of the open conversation, ${historyCount} without a number.`,
    run({ conversations, screen }, argument) {
      const count = argument === '' ? historyCount : Number(argument);
      if (!Number.isInteger(count) || count < 1 || count > maxHistoryCount) {
        screen.say(`! How many? A number from 1 to ${maxHistoryCount}.`);
      } else conversations.showHistory(count);
    },
  },
  {
    name: '/search',
    usage: '/search TEXT',
    help: 'Finds messages in all conversations that have every word of TEXT.',
    run: ({ conversations, screen }, text) => (text === '' ? screen.say('! What for? /search TEXT') : conversations.search(text)),
  },
  {
    name: '/nick',
    usage: '/nick NAME',
    help: 'Changes your name.',
    run({ hallway, screen }, name) {
      if (name === '') screen.say(`* You are ${shortName(hallway.profile.self().name)}. /nick NAME changes that.`);
      else change({ hallway, screen }, { name }, (self) => `* You are ${shortName(self.name)} now.`);
    },
  },
  {
    name: '/status',
    usage: '/status available|away|busy',
    help: 'Changes your status.',
    complete: () => statusSchema.options,
    run({ hallway, screen }, argument) {
      const status = statusSchema.safeParse(argument.toLowerCase());
      if (!status.success)
        screen.say(`! You are ${hallway.profile.self().status}. It can be: ${statusSchema.options.join(', ')}.`);
      else change({ hallway, screen }, { status: status.data }, (self) => `* You are ${self.status} now.`);
    },
  },
  {
    name: '/note',
    usage: '/note [TEXT]',
    help: 'Changes the note beside your name; without TEXT there is none.',
    run: (chat, note) =>
      change(chat, { note }, (self) => (self.note === '' ? '* You have no note now.' : `* Your note: ${self.note}`)),
  },
  {
    name: '/quit',
    usage: '/quit',
    help: 'Leaves, with a goodbye. So do Ctrl+D, and Ctrl+C twice.',
    run: (chat) => chat.leave(),
  },
];

/** Does what was typed: a command, or else a message to the open conversation. */
export async function runChatLine(chat: Chat, line: string): Promise<void> {
  const text = line.trim();
  if (text === '') return;
  // So that a text may begin with a slash.
  if (text.startsWith('//')) return sendToOpen(chat, text.slice(1));
  if (!text.startsWith('/')) return sendToOpen(chat, line.trimEnd());
  const [word = ''] = text.split(/\s/u, 1);
  const command = chatCommands.find(({ name }) => name === word.toLowerCase());
  if (command) await command.run(chat, text.slice(word.length).trim());
  else
    chat.screen.say(
      `! There is no command ${cutColumns(word, 30)}. /help lists what there is; a text that begins with a slash is typed with two.`,
    );
}

/** What Tab offers. @returns the candidates, and the end of the line that they stand for */
export function completeChatLine(chat: Chat, line: string): [string[], string] {
  const space = line.search(/\s/u);
  if (line.startsWith('/') && space < 0) {
    const begun = chatCommands.flatMap(({ name, usage }) => (name.startsWith(line) ? [usage === name ? name : `${name} `] : []));
    return [begun, line];
  }
  const command = chatCommands.find(({ name }) => name === line.slice(0, space));
  if (command) {
    const argument = line.slice(space + 1).trimStart();
    return [beginningWith(command.complete?.(chat) ?? [], argument, command.name === '/pm' ? ' ' : ''), argument];
  }
  const word = /\S*$/u.exec(line)?.[0] ?? '';
  return [word === '' ? [] : beginningWith(chat.people.names(), word, ' '), word];
}

function beginningWith(candidates: readonly string[], begun: string, end: string): string[] {
  const wanted = begun.toLowerCase().replace(/^"/u, '');
  return candidates
    .filter((candidate) => candidate.replace(/^"/u, '').toLowerCase().startsWith(wanted))
    .map((candidate) => candidate + end);
}

function quoteIfNeeded(name: string): string {
  return /\s/u.test(name) && !name.includes('"') ? `"${name}"` : name;
}

async function sendToOpen({ conversations, screen }: Pick<Chat, 'conversations' | 'screen'>, text: string): Promise<void> {
  const peerId = conversations.opened();
  if (peerId === undefined)
    screen.say('! Nobody is chosen, so nothing was sent. /pm NAME opens a conversation, /users lists who is here.');
  else await conversations.send(peerId, text);
}

async function openConversation({ people, screen, conversations }: Chat, argument: string): Promise<void> {
  if (argument === '') return screen.say('! With whom? /pm NAME; /users lists who is here.');
  const { who, rest } = people.splitName(argument);
  const found = people.resolve(who);
  if (!found.ok) {
    screen.say(`! ${found.message}`);
    for (const { peerId, name, isHere } of found.candidates)
      screen.say(`  /pm ${peerId.slice(0, shortIdLength)}  ${shortName(name)}${isHere ? '' : ', not here'}`);
    return;
  }
  if (conversations.opened() !== found.peerId) await conversations.open(found.peerId);
  if (rest !== '') await conversations.send(found.peerId, rest);
}

function change(
  { hallway, screen }: Pick<Chat, 'hallway' | 'screen'>,
  wanted: ProfileChange,
  describe: (self: Self) => string,
): void {
  const result = hallway.profile.change(wanted);
  screen.say(result.ok ? describe(result.self) : `! ${result.message}`);
}

function showHelp({ screen }: Chat, argument: string): void {
  const wanted = argument === '' || argument.startsWith('/') ? argument : `/${argument}`;
  const shown = chatCommands.filter(({ name }) => wanted === '' || name === wanted);
  if (shown.length === 0) return screen.say(`! There is no command ${cutColumns(wanted, 30)}. /help lists what there is.`);
  for (const { usage, help } of shown) screen.say(`  ${usage.padEnd(28)} ${help}`);
  if (wanted === '') screen.say('  Anything else goes to the open conversation. Tab completes commands and names.');
}

function showUsers({ hallway, people, screen, conversations }: Chat): void {
  const here = hallway.presence.peers().filter(({ peerId }) => !people.isBlocked(peerId));
  screen.say(here.length === 0 ? '* Nobody else is here.' : `* Here (${here.length}):`);
  for (const peer of here) screen.say(personText(peer, conversations.unreadOf(peer.peerId), screen.width()));
  const departed = hallway.presence.departed().filter(({ peerId }) => !people.isBlocked(peerId));
  if (departed.length === 0) return;
  const names = departed.slice(0, maxDeparted).map(({ peerId, name }) => {
    const unread = conversations.unreadOf(peerId);
    return shortName(name) + (unread > 0 ? ` [${unread} unread]` : '');
  });
  screen.say(`* Recently here: ${names.join(', ')}${departed.length > names.length ? ', …' : ''}`);
}
