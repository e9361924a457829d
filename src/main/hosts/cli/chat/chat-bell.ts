/**
 * Calls the user of a terminal chat: the bell for a banner with a sound, and the number of unread
 * messages in the title of the terminal (rule NOTIFY-26). Another program's title comes back at the
 * end.
 */
import type { Writable } from 'node:stream';
import { say } from '../../../../shared/text/messages/host.ts';
import type { HallwayEvent } from '../../../core/hallway.ts';

export interface ChatBell {
  onEvent(event: HallwayEvent): void;
  end(): void;
}

const bell = '\u0007';
/** XTerm control sequences: keep the title, bring it back, and set it. */
const keepTitle = '\u001b[22;2t';
const restoreTitle = '\u001b[23;2t';
const titleOf = (text: string): string => `\u001b]2;${text}${bell}`;

/** @param isTerminal whether a program would read these characters as text */
export function createChatBell(output: Writable, { isTerminal }: { readonly isTerminal: boolean }): ChatBell {
  let hasTitle = false;

  function write(text: string): void {
    if (isTerminal && !output.destroyed) output.write(text);
  }

  return {
    onEvent(event) {
      if (event.type === 'notification' && event.notification.hasSound) write(bell);
      if (event.type !== 'badge-changed') return;
      if (!hasTitle) write(keepTitle);
      hasTitle = true;
      write(titleOf(event.count === 0 ? say('chat.title') : say('chat.title-unread', { count: event.count })));
    },
    end() {
      if (hasTitle) write(restoreTitle);
    },
  };
}
