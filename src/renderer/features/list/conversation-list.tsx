/**
 * The list of rooms and people. Only the visible rows are rendered, so 1,000 people cost no more
 * than 20.
 */
import { useImperativeHandle, useRef } from 'react';
import type { MouseEvent, PointerEvent, ReactNode, Ref } from 'react';
import { Virtuoso } from 'react-virtuoso';
import type { VirtuosoHandle } from 'react-virtuoso';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import { parseConversationId, partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import { useHallway, useTicker } from '../../state/context.tsx';
import { recentMs, selectListItems, type ListItem, type ListSection } from '../../state/list-items.ts';
import {
  selectConnection,
  selectTrouble,
  selectFrozenAtMs,
  selectIsAlone,
  selectSearch,
  selectShown,
} from '../../state/selectors.ts';
import { clockTimeOf } from '../../../shared/text/contact-text.ts';
import styles from './conversation-list.module.css';
import { ListLookProvider, RowCountProvider, RowPositionProvider } from './list-look.ts';
import { PersonRow } from './person-row.tsx';
import { RoomRow } from './room-row.tsx';
import { rowIdOf } from './row.tsx';
import { useChosenLook } from './use-chosen-look.ts';
import { restingPointerMs, useHeldItems, walkMs } from './use-held-items.ts';

/** Pixels rendered beyond the visible part, so that quick scrolling shows no gaps. */
const drawnBeyondPx = 400;
/** Assumed until a row is measured. */
const usualRowPx = { compact: 36, comfortable: 56 } as const;
/** How often it is decided anew which ones are recent. */
const hourMs = 3_600_000;

export interface ConversationListHandle {
  /** The rows as they are shown. */
  items(): readonly ListItem[];
  /** Scrolls just enough to show that row. */
  reveal(conversation: ConversationId): void;
  /** A walk by keys goes on. */
  walk(): void;
}

interface ConversationListProps {
  readonly ref: Ref<ConversationListHandle>;
  onSelect(conversation: ConversationId): void;
  /** The user wants the actions of that row, at a point of the window. */
  onMenu(conversation: ConversationId, at: { readonly x: number; readonly y: number }): void;
}

export function ConversationList({ ref, onSelect, onMenu }: ConversationListProps): ReactNode {
  const { shown: items, hold, release } = useItems();
  const selected = useHallway(selectShown);
  const look = useChosenLook();
  const virtuoso = useRef<VirtuosoHandle>(null);

  useImperativeHandle(ref, () => ({
    items: () => items,
    reveal(conversation) {
      const index = items.findIndex((item) => item.type === 'row' && item.conversation === conversation);
      // The heading scrolls along with the first row below it.
      if (index >= 0) virtuoso.current?.scrollIntoView({ index: index === 1 ? 0 : index });
    },
    walk: () => hold(walkMs),
  }));

  /** By the pointer, or by the menu key, which means the selected row. */
  function onContextMenu(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-conversation]') : null;
    const conversation = parseConversationId(row?.dataset['conversation'] ?? '') ?? selected;
    if (conversation === undefined) return;
    event.preventDefault();
    const box = (row ?? document.getElementById(rowIdOf(conversation)))?.getBoundingClientRect();
    const isByKey = event.clientX === 0 && event.clientY === 0;
    onMenu(
      conversation,
      row === null || isByKey ? { x: (box?.left ?? 0) + 24, y: box?.bottom ?? 0 } : { x: event.clientX, y: event.clientY },
    );
  }

  const rowCount = items.reduce((sum, { type }) => sum + (type === 'row' ? 1 : 0), 0);
  return (
    <div className={styles.list} onPointerMove={(event) => isMouse(event) && hold(restingPointerMs)} onPointerLeave={release}>
      <NobodyLine isEmpty={items.length === 0} />
      <ListLookProvider value={look}>
        <RowCountProvider value={rowCount}>
          <Virtuoso
            ref={virtuoso}
            id="contacts"
            className={styles.scroller}
            role="listbox"
            data-focus-home="contacts"
            aria-label={say('list.label')}
            aria-activedescendant={selected === undefined ? undefined : rowIdOf(selected)}
            data={items}
            components={listComponents}
            computeItemKey={keyOf}
            defaultItemHeight={usualRowPx[look.density]}
            increaseViewportBy={drawnBeyondPx}
            itemContent={(_index, item) => <Item item={item} onSelect={onSelect} />}
            onContextMenu={onContextMenu}
          />
        </RowCountProvider>
      </ListLookProvider>
    </div>
  );
}

function useItems(): ReturnType<typeof useHeldItems> {
  const hour = useTicker((nowMs) => String(Math.floor(nowMs / hourMs)));
  const items = useHallway((state) => selectListItems(state, Number(hour) * hourMs - recentMs));
  const occasion = useHallway(({ view }) => `${view.showsArchived} ${view.showsBlocked} ${view.search}`);
  return useHeldItems(items, occasion);
}

/** A finger has no place while it does not press. */
function isMouse({ pointerType }: PointerEvent): boolean {
  return pointerType === 'mouse';
}

/** Space below the last row. */
const listComponents = { Footer: () => <div className={styles.foot} /> };

function keyOf(_index: number, item: ListItem): string {
  return item.type === 'heading' ? item.section : item.conversation;
}

interface ItemProps {
  readonly item: ListItem;
  onSelect(conversation: ConversationId): void;
}

function Item({ item, onSelect }: ItemProps): ReactNode {
  if (item.type === 'heading') return <Heading section={item.section} count={item.count} />;
  const { section, conversation, position } = item;
  const parts = partsOf(conversation);
  const row = { section, conversation, onSelect };
  return (
    <RowPositionProvider value={position}>
      {parts.type === 'room' ? <RoomRow {...row} name={parts.name} /> : <PersonRow {...row} peerId={parts.peerId} />}
    </RowPositionProvider>
  );
}

const headings: Readonly<Record<Exclude<ListSection, 'here'>, string>> = {
  unread: say('list.unread'),
  pinned: say('list.pinned'),
  recent: say('list.recent'),
  rooms: say('rooms.title'),
  departed: say('contacts.recently'),
  earlier: say('contacts.earlier'),
  archived: say('list.archived'),
  blocked: say('contacts.blocked'),
};

function Heading({ section, count }: { readonly section: ListSection; readonly count: number }): ReactNode {
  return (
    <div className={styles.heading} role="presentation" data-heading={section}>
      {section === 'here' ? <HereWord /> : headings[section]} <span className={styles.count}>({count})</span>
    </div>
  );
}

/** "Here", or the time of the list while our own network is in doubt. */
function HereWord(): ReactNode {
  const frozenAtMs = useHallway(selectFrozenAtMs);
  const time = useTicker((nowMs) => (frozenAtMs === undefined ? '' : clockTimeOf(frozenAtMs, nowMs)));
  return time === '' ? say('contacts.here') : say('contacts.here-at', { time });
}

/** One line for an empty list, or for one without online peers. */
function NobodyLine({ isEmpty }: { readonly isEmpty: boolean }): ReactNode {
  const isAlone = useHallway(selectIsAlone);
  const search = useHallway(selectSearch);
  const isConnecting = useHallway(selectConnection) === 'connecting';
  const isEnded = useHallway(selectTrouble) !== undefined;
  if (isConnecting) {
    // The banner says why there is no list.
    if (isEnded) return null;
    return (
      <p className={styles.nobody}>
        {say('contacts.connecting')}
        {/* Only a page in a browser can have a wrong address. */}
        {window.hallway === undefined && ` ${say('contacts.connecting.address')}`}
      </p>
    );
  }
  if (isEmpty && search.trim() !== '') {
    return (
      <p className={styles.nobody} role="status">
        {said('contacts.no-match', { search: <bdi>{search.trim()}</bdi> })}
      </p>
    );
  }
  if (isAlone && search.trim() === '') return <p className={styles.nobody}>{say('contacts.nobody')}</p>;
  return null;
}
