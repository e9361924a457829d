/** The search field and the contact list, which share the arrow keys. */
import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { close, openConversation } from '../../state/route.ts';
import { selectListItems, selectSearch, selectSelectedId } from '../../state/selectors.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { stepSelection } from './step-selection.ts';
import { ContactList } from './contact-list.tsx';
import type { ContactListHandle } from './contact-list.tsx';
import styles from './contacts-pane.module.css';

interface ContactsPaneProps {
  readonly searchInput: RefObject<HTMLInputElement | null>;
  /** The list of rooms, above the people. */
  readonly rooms: ReactNode;
}

export function ContactsPane({ searchInput, rooms }: ContactsPaneProps): ReactNode {
  const { store } = useHallwayContext();
  const search = useHallway(selectSearch);
  const list = useRef<ContactListHandle>(null);

  function select(peerId: PeerId): void {
    store.navigate(openConversation(peerId));
    list.current?.reveal(peerId);
  }

  function write(peerId: PeerId): void {
    store.navigate(openConversation(peerId, { takesFocus: true }));
    list.current?.reveal(peerId);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (belongsToInputMethod(event.nativeEvent)) return;
    if (event.key === 'Escape') {
      if (search !== '') store.search('');
      else store.navigate(close);
    } else {
      const state = store.getState();
      const selectedId = selectSelectedId(state);
      const inField = event.target === searchInput.current;
      if (event.key === 'Enter' && !inField && selectedId !== undefined) {
        store.navigate(openConversation(selectedId, { takesFocus: true }));
        event.preventDefault();
        return;
      }
      const next = stepSelection(selectListItems(state), selectedId, event.key, inField);
      if (next === undefined) return;
      select(next);
    }
    event.preventDefault();
  }

  return (
    <div className={styles.pane} onKeyDown={onKeyDown} role="presentation">
      <SearchField searchInput={searchInput} />
      {rooms}
      <ContactList ref={list} onSelect={write} />
    </div>
  );
}

function SearchField({ searchInput }: Pick<ContactsPaneProps, 'searchInput'>): ReactNode {
  const { store } = useHallwayContext();
  const search = useHallway(selectSearch);
  return (
    <div className={styles.search}>
      <Search className={styles.glass} size={15} aria-hidden="true" />
      <TextField
        ref={searchInput}
        className={styles.field}
        role="searchbox"
        label={say('contacts.search')}
        aria-keyshortcuts="/ Control+K"
        aria-controls="contacts"
        placeholder={say('contacts.search')}
        autoComplete="off"
        spellCheck={false}
        value={search}
        onText={store.search}
      />
      {search === '' ? (
        <kbd className={styles.key} aria-hidden="true">
          /
        </kbd>
      ) : (
        <IconButton size={24} className={styles.clear} label={say('contacts.clear-search')} onPress={() => store.search('')}>
          <X size={14} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  );
}
