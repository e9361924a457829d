/**
 * The commands of the terminal chat, one row each: name, usage, help, completions, action. Those of
 * rooms are in chat-room-commands.ts.
 */
import { statusSchema, type ProfileChange, type Self } from '../../../../shared/contract/profile.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';
import { codeOf } from '../../../../shared/text/contact-text.ts';
import { foldedName } from './chat-contacts.ts';
import { peerText, shortName } from './chat-text.ts';
import { fileCommands } from './chat-file-commands.ts';
import { privateRoomCommands } from './chat-private-commands.ts';
import { roomCommands, showMembers } from './chat-room-commands.ts';
import type { Chat, ChatCommand } from './chat-command.ts';
import { cutColumns } from '../output/columns.ts';

/** Messages of `/history` without a number, and the most. */
const historyCount = 20;
const maxHistoryCount = 200;
/** Departed peers to list. */
const maxDeparted = 10;

export const chatCommands: readonly ChatCommand[] = [
  {
    name: '/help',
    usage: '/help [COMMAND]',
    help: say('chat.help.help'),
    complete: () => chatCommands.map(({ name }) => name),
    run: showHelp,
  },
  {
    name: '/users',
    usage: '/users',
    help: say('chat.help.users'),
    run: showUsers,
  },
  {
    name: '/pm',
    usage: '/pm NAME [TEXT]',
    help: say('chat.help.pm'),
    complete: ({ contacts }) => contacts.names().map(quoteIfNeeded),
    run: openConversation,
  },
  ...roomCommands,
  ...privateRoomCommands,
  ...fileCommands,
  {
    name: '/me',
    usage: '/me TEXT',
    help: say('chat.help.me'),
    run: ({ hallway, conversations, screen }, text) =>
      text === '' ? screen.say(say('chat.me-what')) : conversations.send(`* ${hallway.profile.self().name} ${text}`),
  },
  {
    name: '/cancel',
    usage: '/cancel',
    help: say('chat.help.cancel'),
    run: ({ conversations }) => conversations.cancelLatest(),
  },
  {
    name: '/history',
    usage: '/history [N]',
    help: say('chat.help.history', { count: historyCount }),
    run({ conversations, screen }, argument) {
      const count = argument === '' ? historyCount : Number(argument);
      if (!Number.isInteger(count) || count < 1 || count > maxHistoryCount) {
        screen.say(say('chat.history-count', { limit: maxHistoryCount }));
      } else conversations.showHistory(count);
    },
  },
  {
    name: '/search',
    usage: '/search TEXT',
    help: say('chat.help.search'),
    run: ({ conversations, screen }, text) => (text === '' ? screen.say(say('chat.search-what')) : conversations.search(text)),
  },
  {
    name: '/nick',
    usage: '/nick NAME',
    help: say('chat.help.nick'),
    run({ hallway, screen }, name) {
      if (name === '') screen.say(say('chat.your-name', { name: shortName(hallway.profile.self().name) }));
      else change({ hallway, screen }, { name }, (self) => say('chat.name-changed', { name: shortName(self.name) }));
    },
  },
  {
    name: '/status',
    usage: '/status available|away|busy',
    help: say('chat.help.status'),
    complete: () => statusSchema.options,
    run({ hallway, screen }, argument) {
      const status = statusSchema.safeParse(argument.toLowerCase());
      if (!status.success)
        screen.say(
          say('chat.which-status', { status: hallway.profile.self().status, statuses: statusSchema.options.join(', ') }),
        );
      else change({ hallway, screen }, { status: status.data }, (self) => say('chat.status-changed', { status: self.status }));
    },
  },
  {
    name: '/note',
    usage: '/note [TEXT]',
    help: say('chat.help.note'),
    run: (chat, note) =>
      change(chat, { note }, (self) =>
        self.note === '' ? say('chat.note-removed') : say('chat.note-changed', { note: self.note }),
      ),
  },
  {
    name: '/quit',
    usage: '/quit',
    help: say('chat.help.quit'),
    run: (chat) => chat.leave(),
  },
];

/** Runs a typed line: a command, or a message to the open conversation. */
export async function runChatLine(chat: Chat, line: string): Promise<void> {
  const text = line.trim();
  if (text === '') return;
  // A second slash lets a text begin with one.
  if (text.startsWith('//')) return chat.conversations.send(text.slice(1));
  if (!text.startsWith('/')) return chat.conversations.send(line.trimEnd());
  const [word = ''] = text.split(/\s/u, 1);
  const command = chatCommands.find(({ name }) => name === word.toLowerCase());
  if (command) await command.run(chat, text.slice(word.length).trim());
  else chat.screen.say(say('chat.unknown-command', { word: cutColumns(word, 30) }));
}

/** The completions for Tab. @returns the candidates, and the part of the line that they replace */
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
  return [word === '' ? [] : beginningWith(chat.contacts.names(), word, ' '), word];
}

function beginningWith(candidates: readonly string[], begun: string, end: string): string[] {
  const wanted = foldedName(begun.replace(/^"/u, ''));
  return candidates
    .filter((candidate) => foldedName(candidate.replace(/^"/u, '')).startsWith(wanted))
    .map((candidate) => candidate + end);
}

function quoteIfNeeded(name: string): string {
  return /\s/u.test(name) && !name.includes('"') ? `"${name}"` : name;
}

async function openConversation({ contacts, screen, conversations }: Chat, argument: string): Promise<void> {
  if (argument === '') return screen.say(say('chat.pm-whom'));
  const { who, rest } = contacts.splitName(argument);
  const found = contacts.resolve(who);
  if (!found.ok) {
    screen.say(say('chat.error', { refusal: describeRefusal(found) }));
    const peerIds = found.candidates.map(({ peerId }) => peerId);
    for (const { peerId, name, isHere } of found.candidates)
      screen.say(
        say('chat.candidate', { peerId: codeOf(peerId, peerIds), name: shortName(name), where: isHere ? 'here' : 'away' }),
      );
    return;
  }
  if (conversations.opened() !== conversationOf(found.peerId)) {
    await conversations.open(found.peerId);
    const warning = contacts.warningOf(found.peerId);
    if (warning !== undefined) screen.say(warning);
  }
  if (rest !== '') await conversations.send(rest);
}

function change(
  { hallway, screen }: Pick<Chat, 'hallway' | 'screen'>,
  wanted: ProfileChange,
  describe: (self: Self) => string,
): void {
  const result = hallway.profile.change(wanted);
  screen.say(result.ok ? describe(result.self) : say('chat.error', { refusal: describeRefusal(result) }));
}

function showHelp({ screen }: Chat, argument: string): void {
  const wanted = argument === '' || argument.startsWith('/') ? argument : `/${argument}`;
  const shown = chatCommands.filter(({ name }) => wanted === '' || name === wanted);
  if (shown.length === 0) return screen.say(say('chat.unknown-help', { word: cutColumns(wanted, 30) }));
  for (const { usage, help } of shown) screen.say(`  ${usage.padEnd(28)} ${help}`);
  if (wanted === '') screen.say(say('chat.help.text'));
}

function showUsers(chat: Chat): void {
  const { hallway, contacts, screen, conversations } = chat;
  showMembers(chat);
  const here = hallway.presence.peers().filter(({ peerId }) => !contacts.isBlocked(peerId));
  screen.say(here.length === 0 ? say('chat.nobody') : say('chat.here', { count: here.length }));
  const shown = contacts.namesOf(here.map(({ peerId }) => peerId));
  for (const [index, peer] of here.entries())
    screen.say(peerText(peer, shown[index] ?? '', conversations.unreadOf(conversationOf(peer.peerId)), screen.width()));
  const departed = hallway.presence.departed().filter(({ peerId }) => !contacts.isBlocked(peerId));
  if (departed.length === 0) return;
  const names = departed.slice(0, maxDeparted).map(({ peerId, name }) => {
    const unread = conversations.unreadOf(conversationOf(peerId));
    return unread > 0 ? say('chat.unread-person', { name: shortName(name), count: unread }) : shortName(name);
  });
  screen.say(say('chat.recently', { names: names.join(', ') + (departed.length > names.length ? ', …' : '') }));
}
