/**
 * What was said, drawn only as far as it can be seen: a conversation of 100,000 messages costs no more than one of 50. Older and newer ones are
 * loaded as one comes near the ends, and nothing moves under the reader's eyes meanwhile.
 */
import { ArrowDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Virtuoso } from 'react-virtuoso';
import type { VirtuosoHandle } from 'react-virtuoso';
import { say } from '../../../shared/text/messages/page.ts';
import type { Message } from '../../../shared/contract/messages.ts';
import { isLater } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectIsOwn } from '../../state/message-selectors.ts';
import type { MessageWindow } from '../../state/message-window.ts';
import type { OpenConversation } from '../../state/message-state.ts';
import { placeOf } from './grouping.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-list.module.css';
import { MessageRow } from './message-row.tsx';
import { useAttention } from './use-attention.ts';

/** Drawn above and below what is seen, in pixels. */
const drawnBeyondPx = 600;
/** What a row usually takes, before any is measured: saves drawing one only to measure it. */
const usualRowPx = 66;
/** This close to the end is at the end: a line of text. */
const atEndPx = 32;

interface MessageListProps {
  readonly open: OpenConversation;
  readonly window: MessageWindow;
  readonly name: string;
}

export function MessageList({ open, window, name }: MessageListProps): ReactNode {
  const { conversations } = useHallwayContext();
  const virtuoso = useRef<VirtuosoHandle>(null);
  const [start] = useState(() => startOf(open, window));
  // Not known before the list has measured itself and gone to where it starts; one that starts elsewhere is not at its end.
  const [isAtEnd, setIsAtEnd] = useState(start.index === 'LAST' ? undefined : false);
  const showsLast = isAtEnd === true && !window.hasNewer;
  useAttention(open.conversation, showsLast, window.messages.at(-1));
  useFollowOwn(window, scrollToEnd);
  const setScroller = useStayAtEnd(showsLast);

  function scrollToEnd(): void {
    virtuoso.current?.scrollToIndex({ index: 'LAST', align: 'end' });
  }

  function showLatest(): void {
    if (window.hasNewer) conversations.showLatest();
    else scrollToEnd();
  }

  function messageAt(index: number): Message | undefined {
    return window.messages[index - window.firstIndex];
  }

  return (
    <div className={styles.list} data-start={start.index === 'LAST' ? 'end' : 'within'} data-is-there={isAtEnd !== undefined}>
      <Virtuoso
        ref={virtuoso}
        scrollerRef={setScroller}
        className={styles.scroller}
        role="log"
        // Scrolling puts messages into the document that are not news. What is, is said by NewMessages.
        aria-live="off"
        aria-label={say('conversation.messages', { name })}
        data={window.messages}
        firstItemIndex={window.firstIndex}
        initialTopMostItemIndex={start}
        computeItemKey={keyOf}
        alignToBottom
        defaultItemHeight={usualRowPx}
        atBottomThreshold={atEndPx}
        atBottomStateChange={(atEnd) => setIsAtEnd((before) => (before === undefined && !atEnd ? undefined : atEnd))}
        followOutput={(wasAtEnd) => (wasAtEnd && !window.hasNewer ? 'auto' : false)}
        increaseViewportBy={drawnBeyondPx}
        startReached={conversations.loadOlder}
        endReached={conversations.loadNewer}
        components={listComponents}
        itemContent={(index, message) => (
          <MessageRow
            message={message}
            isTarget={message.cursor === open.target}
            {...placeOf(message, {
              before: messageAt(index - 1),
              after: messageAt(index + 1),
              firstUnread: open.firstUnread,
            })}
          />
        )}
      />
      {(isAtEnd === false || window.hasNewer) && <ToLatest open={open} onPress={showLatest} />}
    </div>
  );
}

/** Air above the first and below the last message. */
const listComponents = { Header: () => <div className={styles.end} />, Footer: () => <div className={styles.end} /> };

function keyOf(_index: number, { cursor }: Message): string {
  return cursor;
}

/** Where a list starts: at the message that was jumped to, else where what is new begins, else at the end. */
function startOf(
  { target, firstUnread }: OpenConversation,
  { messages }: MessageWindow,
): { readonly index: number | 'LAST'; readonly align: 'start' | 'center' | 'end' } {
  const index = messages.findIndex(({ cursor }) => cursor === (target ?? firstUnread));
  if (index < 0) return { index: 'LAST', align: 'end' };
  return { index, align: target === undefined ? 'start' : 'center' };
}

/** What we write is shown at once, wherever we were reading. */
function useFollowOwn({ messages, hasNewer }: MessageWindow, scrollToEnd: () => void): void {
  const last = messages.at(-1);
  const isOwn = useHallway((state) => last !== undefined && selectIsOwn(state, last));
  const lastOwn = last !== undefined && isOwn ? last.cursor : undefined;
  const seen = useRef(lastOwn);
  useEffect(() => {
    if (!isLater(lastOwn, seen.current)) return;
    if (!hasNewer) scrollToEnd();
    seen.current = lastOwn;
  });
}

function ToLatest({ open, onPress }: { readonly open: OpenConversation; onPress(): void }): ReactNode {
  const unread = useHallway(({ messages }) => messages.conversations.get(open.conversation)?.unread ?? 0);
  const words = unread === 0 ? say('conversation.latest') : say('conversation.new-count', { count: unread });
  return (
    <Button kind="pill" className={styles.latest} data-unread={unread > 0} onPress={onPress}>
      <ArrowDown size={15} aria-hidden="true" /> {words}
    </Button>
  );
}

/**
 * What is at the end of a list stays there while the room for it changes, as when the composer grows: the list lets a line or two slip.
 *
 * @returns where the list gives the element that scrolls
 */
function useStayAtEnd(isAtEnd: boolean): (scroller: HTMLElement | Window | null) => void {
  const [scroller, setScroller] = useState<HTMLElement | Window | null>(null);
  useEffect(() => {
    if (!isAtEnd || !(scroller instanceof HTMLElement)) return undefined;
    let heightPx = scroller.clientHeight;
    const observer = new ResizeObserver(() => {
      if (scroller.clientHeight === heightPx) return;
      heightPx = scroller.clientHeight;
      scroller.scrollTop = scroller.scrollHeight;
    });
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [scroller, isAtEnd]);
  return setScroller;
}
