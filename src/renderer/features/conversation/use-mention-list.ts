/**
 * The completion of a name after an `@` in a room (rules MENT-5 to MENT-7): arrows choose, Enter
 * and Tab take the chosen name, Escape closes the list until another `@`.
 */
import { useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { selectMentionable } from './mentionable.ts';
import { mentionOf, proposalsFor, queryAt, withMention, type Mentionable } from './mention-query.ts';

interface Deps {
  readonly conversation: ConversationId;
  readonly text: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  edit(text: string): void;
}

export interface MentionChoice {
  /** Empty: the list is closed. */
  readonly proposals: readonly Mentionable[];
  readonly chosen: number;
  take(index: number): void;
  /** The caret moved, or the text changed. */
  follow(): void;
  /** @returns whether the key was for the list */
  onKeyDown(event: KeyboardEvent): boolean;
}

export function useMentionList({ conversation, text, field, edit }: Deps): MentionChoice {
  const { store } = useHallwayContext();
  const [caret, setCaret] = useState(0);
  const [closedAt, setClosedAt] = useState<number>();
  const [picked, setPicked] = useState({ typed: '', index: 0 });
  const nextCaret = useRef<number>(undefined);
  const parts = partsOf(conversation);
  const query = parts.type === 'room' ? queryAt(text, caret) : undefined;
  // Another mention opens the list again.
  if (closedAt !== undefined && query?.start !== closedAt) setClosedAt(undefined);
  const isOpen = parts.type === 'room' && query !== undefined && query.start !== closedAt;
  const proposals = isOpen ? proposalsFor(query.typed, selectMentionable(store.getState(), parts.name)) : [];
  const chosen = picked.typed === query?.typed ? Math.min(picked.index, proposals.length - 1) : 0;

  // React puts the caret at the end of a text that it changed.
  useLayoutEffect(() => {
    if (nextCaret.current === undefined) return;
    field.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = undefined;
  });

  function take(index: number): void {
    const person = proposals[index];
    if (person === undefined || query === undefined) return;
    const people = parts.type === 'room' ? selectMentionable(store.getState(), parts.name) : [];
    const next = withMention(text, query, mentionOf(person, people));
    nextCaret.current = next.caret;
    edit(next.text);
    // After the caret that the change of the text told of.
    setCaret(next.caret);
    // Else the list would propose longer names that begin alike, and Enter would take one.
    setClosedAt(query.start);
    field.current?.focus();
  }

  return {
    proposals,
    chosen,
    take,
    follow() {
      const own = field.current;
      setCaret(own !== null && own.selectionStart === own.selectionEnd ? own.selectionStart : 0);
    },
    onKeyDown({ key, shiftKey, altKey, ctrlKey, metaKey }) {
      if (proposals.length === 0 || shiftKey || altKey || ctrlKey || metaKey) return false;
      const count = proposals.length;
      const choose = (index: number): void => setPicked({ typed: query?.typed ?? '', index });
      if (key === 'ArrowDown') choose((chosen + 1) % count);
      else if (key === 'ArrowUp') choose((chosen - 1 + count) % count);
      else if (key === 'Enter' || key === 'Tab') take(chosen);
      else if (key === 'Escape') setClosedAt(query?.start);
      else return false;
      return true;
    },
  };
}
