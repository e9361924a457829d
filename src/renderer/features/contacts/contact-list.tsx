/**
 * The list of contacts, online and departed. Only the visible rows are rendered, so 1,000 contacts
 * cost no more than 20.
 */
import { useImperativeHandle, useRef } from 'react';
import type { ReactNode, Ref } from 'react';
import { Virtuoso } from 'react-virtuoso';
import type { VirtuosoHandle } from 'react-virtuoso';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext, useTicker } from '../../state/context.tsx';
import {
  selectConnection,
  selectEnded,
  selectFrozenAtMs,
  selectIsAlone,
  selectListItems,
  selectSearch,
  selectShownId,
} from '../../state/selectors.ts';
import type { ListItem } from '../../state/selectors.ts';
import { ContactRow } from './contact-row.tsx';
import { clockTimeOf } from '../../../shared/text/contact-text.ts';
import styles from './contact-list.module.css';
import { PeerRow } from './contact-row.tsx';
import { rowIdOf } from './contact-row.tsx';
import { ChevronRight } from 'lucide-react';
import { Button } from '../../ui/button.tsx';

/** Pixels rendered beyond the visible part, so that quick scrolling shows no gaps. */
const drawnBeyondPx = 400;

export interface ContactListHandle {
  /** Scrolls just enough to show that row. */
  reveal(peerId: PeerId): void;
}

interface ContactListProps {
  readonly ref: Ref<ContactListHandle>;
  onSelect(peerId: PeerId): void;
}

export function ContactList({ ref, onSelect }: ContactListProps): ReactNode {
  const { store } = useHallwayContext();
  const items = useHallway(selectListItems);
  const selectedId = useHallway(selectShownId);
  const virtuoso = useRef<VirtuosoHandle>(null);

  useImperativeHandle(
    ref,
    () => ({
      reveal(peerId) {
        // Read at call time: the list may have changed since the render.
        const index = selectListItems(store.getState()).findIndex((item) => item.type === 'contact' && item.peerId === peerId);
        // The heading scrolls along with the first contact below it.
        if (index >= 0) virtuoso.current?.scrollIntoView({ index: index === 1 ? 0 : index });
      },
    }),
    [store],
  );

  return (
    <div className={styles.list}>
      <NobodyLine />
      <Virtuoso
        ref={virtuoso}
        id="contacts"
        className={styles.scroller}
        role="listbox"
        data-focus-home="contacts"
        aria-label={say('contacts.people')}
        aria-activedescendant={selectedId === undefined ? undefined : rowIdOf(selectedId)}
        data={items}
        components={listComponents}
        computeItemKey={keyOf}
        defaultItemHeight={56}
        increaseViewportBy={drawnBeyondPx}
        itemContent={(_index, item) => <Item item={item} onSelect={onSelect} />}
      />
    </div>
  );
}

/** Space below the last contact. */
const listComponents = { Footer: () => <div className={styles.foot} /> };

function keyOf(_index: number, item: ListItem): string {
  return item.type === 'heading' ? item.section : item.peerId;
}

function Item({ item, onSelect }: { readonly item: ListItem; onSelect(peerId: PeerId): void }): ReactNode {
  if (item.type === 'contact') {
    const { section, peerId, position } = item;
    const Row = section === 'earlier' || section === 'blocked' ? ContactRow : PeerRow;
    return <Row section={section} peerId={peerId} position={position} onSelect={onSelect} />;
  }
  if (item.section === 'blocked') return <BlockedHeading count={item.count} />;
  return (
    <div className={styles.heading} role="presentation">
      {item.section === 'here' ? <HereWord /> : item.section === 'departed' ? say('contacts.recently') : say('contacts.earlier')}{' '}
      <span className={styles.count}>({item.count})</span>
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
function NobodyLine(): ReactNode {
  const isEmpty = useHallway(selectListItems).length === 0;
  const isAlone = useHallway(selectIsAlone);
  const search = useHallway(selectSearch);
  const isConnecting = useHallway(selectConnection) === 'connecting';
  const isEnded = useHallway(selectEnded) !== undefined;
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

/** Blocked contacts are collapsed, one press away. */
function BlockedHeading({ count }: { readonly count: number }): ReactNode {
  const { store } = useHallwayContext();
  const isShown = useHallway(({ view }) => view.showsBlocked);
  return (
    <Button kind="plain" className={styles.blocked} aria-expanded={isShown} onPress={() => store.showBlocked(!isShown)}>
      <ChevronRight className={styles.sign} size={13} aria-hidden="true" /> {say('contacts.blocked-count', { count })}
    </Button>
  );
}
