/** Search field and people list, with the arrow keys shared between them. */
import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectListItems, selectSearch } from '../../state/selectors.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { stepSelection } from './step-selection.ts';
import { PeopleList } from './contact-list.tsx';
import type { PeopleListHandle } from './contact-list.tsx';
import styles from './contacts-pane.module.css';

export function PeoplePane({ searchInput }: { readonly searchInput: RefObject<HTMLInputElement | null> }): ReactNode {
  const { store } = useHallwayContext();
  const search = useHallway(selectSearch);
  const list = useRef<PeopleListHandle>(null);

  function select(peerId: PeerId): void {
    store.select(peerId);
    list.current?.reveal(peerId);
  }

  function write(peerId: PeerId): void {
    store.select(peerId, { toType: true });
    list.current?.reveal(peerId);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      if (search !== '') store.search('');
      else store.goBack();
    } else {
      const state = store.getState();
      const inField = event.target === searchInput.current;
      if (event.key === 'Enter' && !inField && state.view.selectedId !== undefined) {
        store.select(state.view.selectedId, { toType: true });
        event.preventDefault();
        return;
      }
      const next = stepSelection(selectListItems(state), state.view.selectedId, event.key, inField);
      if (next === undefined) return;
      select(next);
    }
    event.preventDefault();
  }

  return (
    <div className={styles.pane} onKeyDown={onKeyDown} role="presentation">
      <div className={styles.search}>
        <Search className={styles.glass} size={15} aria-hidden="true" />
        <input
          ref={searchInput}
          className={styles.field}
          type="text"
          role="searchbox"
          aria-label="Search people"
          aria-keyshortcuts="/ Control+K"
          aria-controls="people"
          placeholder="Search people"
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={(event) => store.search(event.target.value)}
        />
        {search === '' ? (
          <kbd className={styles.key} aria-hidden="true">
            /
          </kbd>
        ) : (
          <button type="button" className={styles.clear} aria-label="Clear search" onClick={() => store.search('')}>
            <X size={14} aria-hidden="true" />
          </button>
        )}
      </div>
      <PeopleList ref={list} onSelect={write} />
    </div>
  );
}
