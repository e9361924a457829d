/**
 * Copies the selected messages when the user copies: all messages of the range, also those that
 * have no row, with times and names, and nothing else of the page. It fetches those that the page
 * doesn't hold. A selection inside one message is left to the browser.
 */
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Message } from '../../../shared/contract/messages.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import { createMessageLine } from '../../../shared/text/message-line.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { fetchRange, heldInRange, type MessageRange, type RangeMessages } from '../../state/message-range.ts';
import { selectIsOwn, selectName } from '../../state/message-selectors.ts';
import type { MessageWindow } from '../../state/message-window.ts';
import type { HallwayState } from '../../state/store.ts';
import { copyText } from '../../ui/copy-text.ts';
import { setTimer } from '../../ui/timers.ts';
import type { CopyOutcome } from './copy-notice.tsx';
import { followSelection, selectedRange } from './message-selection.ts';

/** Long enough to read two sentences. */
const outcomeShownMs = 5_000;

const lineTexts = {
  unknownTime: say('line.unknown-time'),
  failed: say('line.failed'),
  cancelled: say('line.cancelled'),
  sent: (time: string) => say('line.sent', { time }),
};

interface MessageCopy {
  /** The selected messages, if there are several. */
  readonly range: MessageRange | undefined;
  readonly outcome: CopyOutcome | undefined;
  /** Shows how copying one message went. */
  noteCopy(isCopied: boolean): void;
}

export function useMessageCopy(
  list: RefObject<HTMLElement | null>,
  conversation: ConversationId,
  window: MessageWindow,
): MessageCopy {
  const { store, client } = useHallwayContext();
  const [range, setRange] = useState<MessageRange>();
  const [outcome, setOutcome] = useState<CopyOutcome>();
  const turn = useRef(0);
  useEffect(() => (list.current === null ? undefined : followSelection(list.current, setRange)), [list]);
  useEffect(() => {
    if (outcome === undefined || outcome.kind === 'copying') return undefined;
    return setTimer(() => setOutcome(undefined), outcomeShownMs);
  }, [outcome]);

  useEffect(() => {
    async function copyFetched(chosen: MessageRange): Promise<void> {
      turn.current += 1;
      const startedIn = turn.current;
      setOutcome({ kind: 'copying' });
      const fetched = await fetchRange(client, conversation, chosen);
      // The user copied something else meanwhile.
      if (turn.current !== startedIn) return;
      if (!fetched.ok) return setOutcome({ kind: 'failed', problem: fetched.message });
      const isCopied = await copyText(linesOf(fetched.output, store.getState()));
      setOutcome(isCopied ? copied(fetched.output) : { kind: 'failed', problem: say('copy.refused') });
    }

    function onCopy(event: ClipboardEvent): void {
      if (event.defaultPrevented || isField(event.target)) return;
      turn.current += 1;
      const chosen = range ?? (list.current === null ? undefined : selectedRange(list.current));
      if (chosen === undefined) return;
      event.preventDefault();
      const held = heldInRange(window, chosen);
      if (held === undefined) return void copyFetched(chosen);
      event.clipboardData?.setData('text/plain', linesOf(held, store.getState()));
      setOutcome(copied(held));
    }

    document.addEventListener('copy', onCopy);
    return () => document.removeEventListener('copy', onCopy);
  }, [client, conversation, list, range, store, window]);

  return {
    range,
    outcome,
    noteCopy: (isCopied) =>
      setOutcome(isCopied ? { kind: 'copied', count: 1, isCut: false } : { kind: 'failed', problem: say('copy.refused') }),
  };
}

function copied({ messages, isCut }: RangeMessages): CopyOutcome {
  return { kind: 'copied', count: messages.length, isCut };
}

function linesOf({ messages }: RangeMessages, state: HallwayState): string {
  // Made now, for the time zone of now.
  const lineOf = createMessageLine({ texts: lineTexts });
  return messages.map((message) => lineOf(message, nameOf(message, state))).join('\n');
}

/** The reader of a copy doesn't know who "you" is. */
function nameOf(message: Message, state: HallwayState): string {
  return (selectIsOwn(state, message) ? state.core.self?.name : undefined) ?? selectName(state, message.from);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA'].includes(target.tagName));
}
