/**
 * The terminal chat, `hallway chat`: typed lines in, events out. This file connects the keyboard,
 * the core and the screen. The commands are in chat-commands.ts, conversations in
 * chat-conversations.ts, notices in chat-notices.ts.
 */
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { StoreError } from '../../../core/messaging/ports.ts';
import type { Chat } from './chat-command.ts';
import { completeChatLine, runChatLine } from './chat-commands.ts';
import { createChatBell } from './chat-bell.ts';
import { createChatNotices } from './chat-notices.ts';
import { createChatContacts } from './chat-contacts.ts';
import { createChatReader, type ChatReaderDeps } from './chat-reader.ts';
import { createChatScreen } from './chat-screen.ts';
import { createChatConversations } from './chat-conversations.ts';
import { createEnd } from '../first-end.ts';
import { healthText, shortName } from './chat-text.ts';

export type ChatDeps = Omit<ChatReaderDeps, 'complete'>;

/** A second Ctrl+C within this time leaves. */
const leaveAgainMs = 3_000;
/** The most waiting lines, for an input that is no keyboard. Beyond it, reading pauses. */
const maxWaitingLines = 100;

/** Chats until the user leaves, the input ends, or `signal` aborts. */
export async function runChat(hallway: Hallway, deps: ChatDeps, signal: AbortSignal): Promise<void> {
  const { clock, output } = deps;
  const { messages } = hallway;
  const reader = createChatReader({ ...deps, complete: (line) => completeChatLine(chat, line) });
  const screen = createChatScreen(output, reader.editor);
  if (!messages) {
    for (const entry of hallway.health.list()) screen.say(healthText(entry));
    reader.close();
    return;
  }
  const contacts = createChatContacts(hallway);
  const ended = createEnd<void>(signal, undefined);
  const shared = { clock, hallway, contacts, screen };
  const conversations = createChatConversations({ ...shared, messages });
  const chat: Chat = { hallway, contacts, screen, conversations, leave: ended.settle };
  screen.say(say('chat.welcome', { name: shortName(hallway.profile.self().name) }));
  const bell = createChatBell(output, { isTerminal: reader.editor !== undefined });
  const parts = [createChatNotices(shared), conversations, bell];
  sayUnread();
  void attempt(chat, conversations.begin);
  const unsubscribe = hallway.subscribe((event) => parts.forEach((part) => part.onEvent(event)));
  const lines = createLineQueue((line) => attempt(chat, () => runChatLine(chat, line)), reader.lines);
  reader.listen({
    onLine: lines.add,
    // Runs all earlier lines first.
    onEnd: () => void lines.done().then(ended.settle),
    onInterrupt: leaveAtSecond(),
    onPasted: (count) => screen.say(say('chat.pasted', { count })),
    onPasteTooLong: () => screen.say(say('chat.paste-too-long', { limit: maxMessageBytes })),
    onRedraw: screen.redraw,
    onResize: screen.resized,
  });
  conversations.showPrompt();

  await ended.promise;
  unsubscribe();
  for (const part of parts) part.end();
  screen.close();
  if (reader.editor) output.write('\n');
  screen.say(say('chat.goodbye'));
  reader.close();

  function sayUnread(): void {
    const waiting = [...conversations.unread()]
      .filter(([conversation]) => conversation !== conversations.opened())
      .map(([conversation, count]) => `${contacts.titleOf(conversation)} (${count})`);
    if (waiting.length > 0) screen.say(say('chat.unread-list', { names: waiting.join(', ') }));
  }

  function leaveAtSecond(): () => void {
    let lastMs = Number.NEGATIVE_INFINITY;
    return () => {
      const nowMs = clock.monotonicMs();
      if (nowMs - lastMs < leaveAgainMs) return ended.settle();
      lastMs = nowMs;
      reader.discardLine();
      screen.say(say('chat.leave-again'));
    };
  }
}

async function attempt({ screen }: Chat, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    screen.say(say('chat.not-readable'));
  }
}

/** Runs lines one after the other, in their order. */
function createLineQueue(
  act: (line: string) => Promise<void>,
  reader: { pause(): void; resume(): void },
): { add(line: string): void; done(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isPaused = false;
  return {
    add(line) {
      waiting += 1;
      if (waiting === maxWaitingLines) {
        isPaused = true;
        reader.pause();
      }
      last = last
        .then(() => act(line))
        .finally(() => {
          waiting -= 1;
          if (waiting > 0 || !isPaused) return;
          isPaused = false;
          reader.resume();
        });
    },
    done: () => last,
  };
}
