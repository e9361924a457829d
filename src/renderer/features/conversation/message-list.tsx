/**
 * The messages of a conversation. Only the visible ones are rendered, so 100,000 messages cost no
 * more than 50. It loads more as the reader nears an end, and nothing moves meanwhile.
 */
import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { Virtuoso } from 'react-virtuoso';
import type { VirtuosoHandle } from 'react-virtuoso';
import { say } from '../../../shared/text/messages/page.ts';
import type { Message } from '../../../shared/contract/messages.ts';
import { isLater, type Cursor } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext, useTimeZone } from '../../state/context.tsx';
import { selectIsOwn } from '../../state/message-selectors.ts';
import type { MessageWindow } from '../../state/message-window.ts';
import type { OpenConversation } from '../../state/message-state.ts';
import { isInRange, type MessageRange } from '../../state/message-range.ts';
import { CopyNotice } from './copy-notice.tsx';
import { placeOf } from './grouping.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-list.module.css';
import { MessageRow } from './message-row.tsx';
import { useAttention } from './use-attention.ts';
import { useMessageFocus } from './use-message-focus.ts';
import { useMessageCopy } from './use-message-copy.ts';
import { startOf, useStart } from './use-start.ts';

/** Pixels rendered beyond the visible part. */
const drawnBeyondPx = 600;
/**
 * A row's usual height in pixels, assumed until one is measured. It saves rendering a row just to
 * measure it.
 */
const usualRowPx = 66;
/** Pixels from the end that still count as the end: a line of text. */
const atEndPx = 32;

interface MessageListProps {
  readonly open: OpenConversation;
  readonly window: MessageWindow;
  readonly name: string;
}

export function MessageList({ open, window, name }: MessageListProps): ReactNode {
  const { conversations } = useHallwayContext();
  // The days between the messages depend on it.
  const timeZone = useTimeZone();
  const virtuoso = useRef<VirtuosoHandle>(null);
  const [start] = useState(() => startOf(open, window));
  // `undefined` until the list has reached its start. A start elsewhere is not the end.
  const [isAtEnd, setIsAtEnd] = useState(start.index === 'LAST' ? undefined : false);
  const showsLast = isAtEnd === true && !window.hasNewer;
  useAttention(open.conversation, showsLast, window.messages.at(-1));
  useFollowOwn(window, scrollToEnd);
  const setScroller = useStayAtEnd(showsLast);
  const list = useRef<HTMLDivElement>(null);
  const { range, outcome, current, handlers } = useMessageKeys({ list, virtuoso, open, window });
  const { hasRows, marks, onBlanks } = useStart({ list, virtuoso, start });

  function scrollToEnd(): void {
    virtuoso.current?.scrollToIndex({ index: 'LAST', align: 'end' });
  }

  const showLatest = (): void => (window.hasNewer ? conversations.showLatest() : scrollToEnd());

  return (
    <div ref={list} className={styles.list} {...marks} {...handlers} role="presentation">
      <Virtuoso
        ref={virtuoso}
        scrollerRef={setScroller}
        className={styles.scroller}
        role="log"
        // Scrolling adds messages that are not new; NewMessages announces the new ones.
        aria-live="off"
        aria-label={say('conversation.messages', { name })}
        data={window.messages}
        firstItemIndex={window.firstIndex}
        {...(start.index === 'LAST' ? {} : { initialTopMostItemIndex: start })}
        context={timeZone}
        computeItemKey={keyOf}
        alignToBottom
        // A row is measured before the frame is painted. A frame later, all rows would jump and come back.
        skipAnimationFrameInResizeObserver
        defaultItemHeight={usualRowPx}
        atBottomThreshold={atEndPx}
        atBottomStateChange={(atEnd) => setIsAtEnd((before) => (before === undefined && !atEnd ? undefined : atEnd))}
        followOutput={(wasAtEnd) => (wasAtEnd && !window.hasNewer ? 'auto' : false)}
        increaseViewportBy={drawnBeyondPx}
        startReached={conversations.loadOlder}
        endReached={conversations.loadNewer}
        components={listComponents}
        itemContent={(index, message) =>
          hasRows ? <PlacedRow {...{ index, message, open, window, range, current }} /> : <BlankRow onRendered={onBlanks} />
        }
      />
      <CopyNotice outcome={outcome} />
      {(isAtEnd === false || window.hasNewer) && <ToLatest open={open} onPress={showLatest} />}
    </div>
  );
}

interface MessageKeysDeps extends Pick<MessageListProps, 'open' | 'window'> {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly virtuoso: RefObject<VirtuosoHandle | null>;
}

interface MessageKeys extends Pick<ReturnType<typeof useMessageCopy>, 'range' | 'outcome'> {
  readonly current: Cursor | undefined;
  readonly handlers: Omit<ReturnType<typeof useMessageFocus>, 'current'>;
}

/** Copying and moving by keys, which share what they say. */
function useMessageKeys({ list, virtuoso, open, window }: MessageKeysDeps): MessageKeys {
  const { range, outcome, noteCopy } = useMessageCopy(list, open.conversation, window);
  const { current, ...handlers } = useMessageFocus({ list, virtuoso, window, onCopied: noteCopy });
  return { range, outcome, current, handlers };
}

/** In place of a row until the list is at its end: as tall as a row is assumed to be. */
function BlankRow({ onRendered }: { onRendered(): void }): ReactNode {
  useLayoutEffect(onRendered);
  return <div style={{ height: usualRowPx }} />;
}

interface PlacedRowProps extends Omit<MessageListProps, 'name'> {
  readonly index: number;
  readonly message: Message;
  /** The selected messages. */
  readonly range: MessageRange | undefined;
  /** The message that Tab reaches. */
  readonly current: Cursor | undefined;
}

/** A message with what its neighbours make of it. */
function PlacedRow({ index, message, open, window, range, current }: PlacedRowProps): ReactNode {
  const at = index - window.firstIndex;
  const place = placeOf(message, {
    before: window.messages[at - 1],
    after: window.messages[at + 1],
    firstUnread: open.firstUnread,
  });
  const isSelected = range !== undefined && isInRange(range, message.cursor);
  return (
    <MessageRow
      message={message}
      isTarget={message.cursor === open.target}
      isSelected={isSelected}
      isCurrent={message.cursor === current}
      {...place}
    />
  );
}

/** Space above the first and below the last message. */
const listComponents = { Header: () => <div className={styles.end} />, Footer: () => <div className={styles.end} /> };

function keyOf(_index: number, { cursor }: Message): string {
  return cursor;
}

/** Our own new message is shown at once, wherever the reader was. */
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
 * Keeps the end in view while the height changes, as when the composer grows. The list alone lets a
 * line or two slip.
 *
 * @returns the ref callback for the element that scrolls
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
