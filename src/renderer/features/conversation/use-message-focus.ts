/**
 * The messages by keyboard (rules A11Y-1 and A11Y-2): Tab reaches one message, arrows move to its
 * neighbours, C copies it, and Escape leads to the composer. Letters work on a message alone.
 */
import { useState } from 'react';
import type { FocusEvent, KeyboardEvent, RefObject } from 'react';
import type { VirtuosoHandle } from 'react-virtuoso';
import { toCursor, type Cursor } from '../../../shared/lib/ids.ts';
import type { MessageWindow } from '../../state/message-window.ts';
import { copyText } from '../../ui/copy-text.ts';
import { belongsToInputMethod, isKey } from '../../ui/keys.ts';

/** Keys that scroll far, so that the row with the focus may go. */
const scrollKeys: ReadonlySet<string> = new Set(['Home', 'End', 'PageUp', 'PageDown']);

interface Deps {
  readonly list: RefObject<HTMLElement | null>;
  readonly virtuoso: RefObject<VirtuosoHandle | null>;
  readonly window: MessageWindow;
  onCopied(isCopied: boolean): void;
}

interface MessageFocus {
  /** The message that Tab reaches: the one that had the focus last, else the newest. */
  readonly current: Cursor | undefined;
  onKeyDown(event: KeyboardEvent): void;
  onFocus(event: FocusEvent): void;
}

export function useMessageFocus({ list, virtuoso, window, onCopied }: Deps): MessageFocus {
  const { messages } = window;
  const [last, setLast] = useState<Cursor>();
  const isHeld = messages.some(({ cursor }) => cursor === last);
  const current = isHeld ? last : messages.at(-1)?.cursor;

  function focus(index: number): void {
    const message = messages[index];
    if (message === undefined) return;
    setLast(message.cursor);
    const take = (): void => {
      // The user may have gone elsewhere meanwhile.
      if (list.current?.contains(document.activeElement) !== true) return;
      const article = articleOf(list.current, message.cursor);
      if (article === undefined) return;
      // Only the current message can take the focus: a press on another one must not, or a drag over
      // texts would end. Its row is not rendered as the current one yet.
      article.tabIndex = 0;
      article.focus({ preventScroll: true });
    };
    // The message that has the focus may lose its row, and the focus must not fall out of the list.
    if (articleOf(list.current, message.cursor) === undefined) logOf(list.current)?.focus({ preventScroll: true });
    virtuoso.current?.scrollIntoView({ index, done: take });
    take();
  }

  async function copy(text: string): Promise<void> {
    onCopied(await copyText(text));
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || belongsToInputMethod(event.nativeEvent) || event.altKey || event.shiftKey) return;
    const cursor = event.target === logOf(list.current) ? current : cursorOf(event.target);
    const index = messages.findIndex((message) => message.cursor === cursor);
    const message = messages[index];
    if (message === undefined) return;
    const hasMod = event.ctrlKey || event.metaKey;
    if (scrollKeys.has(event.key)) logOf(list.current)?.focus({ preventScroll: true });
    const next = hasMod ? undefined : stepOf(event.key, index, messages.length);
    if (next !== undefined) focus(next);
    else if (isKey('c', event) && event.target !== logOf(list.current) && document.getSelection()?.isCollapsed !== false)
      void copy(message.text);
    else if (event.key === 'Escape' && !hasMod) document.querySelector<HTMLElement>('[data-focus-home="composer"]')?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    current,
    onKeyDown,
    onFocus(event) {
      const cursor = cursorOf(event.target);
      if (cursor !== undefined) setLast(cursor);
    },
  };
}

/** @returns undefined for a button in a message, or the list itself */
function cursorOf(target: EventTarget): Cursor | undefined {
  if (!(target instanceof HTMLElement) || target.getAttribute('role') !== 'article') return undefined;
  const cursor = target.closest<HTMLElement>('[data-cursor]')?.dataset['cursor'];
  return cursor === undefined ? undefined : toCursor(cursor);
}

function articleOf(list: HTMLElement | null, cursor: Cursor): HTMLElement | undefined {
  const articles = list?.querySelectorAll<HTMLElement>('[role=article]') ?? [];
  return [...articles].find((article) => cursorOf(article) === cursor);
}

function logOf(list: HTMLElement | null): HTMLElement | undefined {
  return list?.querySelector<HTMLElement>('[role=log]') ?? undefined;
}

function stepOf(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(count - 1, index + 1);
    case 'ArrowUp':
    case 'k':
      return Math.max(0, index - 1);
    default:
      return undefined;
  }
}
