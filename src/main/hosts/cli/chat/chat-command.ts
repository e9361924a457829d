/** The form of a command of the terminal chat, and the parts that it works with. The commands are in chat-commands.ts. */
import type { Hallway } from '../../../core/hallway.ts';
import type { ChatContacts } from './chat-contacts.ts';
import type { ChatConversations } from './chat-conversations.ts';
import type { ChatScreen } from './chat-screen.ts';

export interface Chat {
  readonly hallway: Hallway;
  readonly contacts: ChatContacts;
  readonly screen: ChatScreen;
  readonly conversations: ChatConversations;
  leave(): void;
}

export interface ChatCommand {
  /** With the slash. */
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  /** Possible arguments. Tab offers those that match the typed beginning. */
  complete?(chat: Chat): readonly string[];
  run(chat: Chat, argument: string): void | Promise<void>;
}
