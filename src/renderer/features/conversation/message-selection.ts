/**
 * Follows the selection of messages in the list. The browser's own selection knows only the rows
 * that are drawn, so this remembers the messages where it begins and ends. A selection inside one
 * message is left to the browser.
 */
import { toCursor, type Cursor } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { rangeOver, wholeConversation, type MessageRange } from '../../state/message-range.ts';
import { isKey } from '../../ui/keys.ts';

/** A pointer that moves less between press and release did not drag. */
const dragPx = 4;

const rowSelector = '[data-cursor]';
const textSelector = 'p[dir=auto]';

/** @param onRange `undefined`: no range of messages is selected any more */
export function followSelection(list: HTMLElement, onRange: (range: MessageRange | undefined) => void): Unsubscribe {
  const document = list.ownerDocument;
  /** The message where the selection begins; its row may be gone by now. */
  let anchor: Cursor | undefined;
  let pressedAt: { readonly x: number; readonly y: number } | undefined;

  function onMouseDown(event: MouseEvent): void {
    if (event.button !== 0) return;
    const row = rowOf(list, event.target);
    // The scroll bar, or the button that jumps to the end: the selection stays.
    if (row === undefined && isIn(list, event.target) && canScroll(list)) return;
    pressedAt = event.shiftKey ? undefined : { x: event.clientX, y: event.clientY };
    if (event.shiftKey && row !== undefined && anchor !== undefined) {
      onRange(rangeOver([anchor, row]));
      return;
    }
    anchor = row;
    onRange(undefined);
  }

  function onMouseUp(event: MouseEvent): void {
    const from = pressedAt;
    pressedAt = undefined;
    if (from === undefined || anchor === undefined) return;
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) < dragPx) return;
    const selected = selectedRows(list);
    // The list scrolled while the pointer dragged, and the browser's selection lost its beginning.
    const lost = isDrawn(list, anchor) ? [] : [anchor, rowOf(list, event.target) ?? anchor];
    onRange(rangeOver([...lost, ...selected]));
  }

  function onKeyDown(event: KeyboardEvent): void {
    const isMeant = isKey('a', event) && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isMeant || event.defaultPrevented) return;
    event.preventDefault();
    // For the eye and the menu, which know only the browser's selection.
    document.getSelection()?.selectAllChildren(scrollerOf(list) ?? list);
    onRange(wholeConversation);
  }

  document.addEventListener('mousedown', onMouseDown);
  document.addEventListener('mouseup', onMouseUp);
  list.addEventListener('keydown', onKeyDown);
  return () => {
    document.removeEventListener('mousedown', onMouseDown);
    document.removeEventListener('mouseup', onMouseUp);
    list.removeEventListener('keydown', onKeyDown);
  };
}

/** The range that the browser's selection covers, if it is in the list and over several messages. */
export function selectedRange(list: HTMLElement): MessageRange | undefined {
  return isIn(list, selectionOf(list)?.commonAncestorContainer) ? rangeOver(selectedRows(list)) : undefined;
}

/** The drawn messages of whose text a part is selected. */
function selectedRows(list: HTMLElement): readonly Cursor[] {
  const selection = selectionOf(list);
  if (selection === undefined) return [];
  return [...list.querySelectorAll(rowSelector)].flatMap((row) => {
    const text = row.querySelector(textSelector);
    const cursor = rowOf(list, row);
    return text !== null && cursor !== undefined && selectsPartOf(selection, text) ? [cursor] : [];
  });
}

/** A selection may end at the very beginning of the next text, and then takes nothing of it. */
function selectsPartOf(selection: Range, text: Element): boolean {
  if (!selection.intersectsNode(text)) return false;
  const part = text.ownerDocument.createRange();
  part.selectNodeContents(text);
  if (selection.compareBoundaryPoints(Range.START_TO_START, part) > 0)
    part.setStart(selection.startContainer, selection.startOffset);
  if (selection.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(selection.endContainer, selection.endOffset);
  return part.toString() !== '';
}

function selectionOf(list: HTMLElement): Range | undefined {
  const selection = list.ownerDocument.getSelection();
  return selection === null || selection.rangeCount === 0 || selection.isCollapsed ? undefined : selection.getRangeAt(0);
}

function rowOf(list: HTMLElement, target: EventTarget | null): Cursor | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>(rowSelector) : null;
  const cursor = row?.dataset['cursor'];
  return cursor !== undefined && isIn(list, row) ? toCursor(cursor) : undefined;
}

function isDrawn(list: HTMLElement, cursor: Cursor): boolean {
  return [...list.querySelectorAll(rowSelector)].some((row) => rowOf(list, row) === cursor);
}

function scrollerOf(list: HTMLElement): HTMLElement | null {
  return list.querySelector<HTMLElement>('[role=log]');
}

function canScroll(list: HTMLElement): boolean {
  const scroller = scrollerOf(list);
  return scroller !== null && scroller.scrollHeight > scroller.clientHeight;
}

function isIn(list: HTMLElement, target: EventTarget | null | undefined): boolean {
  return target instanceof Node && list.contains(target);
}
