/** The side of the window: search, the list and what belongs to it, with all its keys. */
import { Search, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { close, openRow } from '../../state/route.ts';
import { selectChosen, selectSearch } from '../../state/selectors.ts';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ConversationMenu } from '../contacts/conversation-menu.tsx';
import { ConversationList, type ConversationListHandle } from './conversation-list.tsx';
import { ListBar } from './list-bar.tsx';
import { stepSelection } from './step-selection.ts';
import styles from './list-pane.module.css';

interface ListPaneProps {
  readonly searchInput: RefObject<HTMLInputElement | null>;
  /** Beside the search: how to join a room. */
  readonly join: ReactNode;
}

interface OpenMenu {
  readonly conversation: ConversationId;
  readonly at: { readonly x: number; readonly y: number };
}

export function ListPane({ searchInput, join }: ListPaneProps): ReactNode {
  const { store } = useHallwayContext();
  const list = useRef<ConversationListHandle>(null);
  const [menu, setMenu] = useState<OpenMenu>();

  function select(conversation: ConversationId, takesFocus: boolean): void {
    store.navigate(openRow(conversation, { takesFocus }));
    list.current?.reveal(conversation);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // With Alt they are keys of the whole page.
    if (belongsToInputMethod(event.nativeEvent) || event.altKey) return;
    const state = store.getState();
    const chosen = selectChosen(state);
    const inField = event.target === searchInput.current;
    if (event.key === 'Escape') {
      if (selectSearch(state) !== '') store.search('');
      else store.navigate(close);
    } else if (event.key === 'Enter' && !inField && chosen !== undefined) {
      select(chosen, true);
    } else {
      const next = stepSelection(list.current?.items() ?? [], chosen, event.key, inField);
      if (next === undefined) return;
      list.current?.walk();
      select(next, false);
    }
    event.preventDefault();
  }

  return (
    <div className={styles.pane} role="presentation">
      <div className={styles.keys} onKeyDown={onKeyDown} role="presentation">
        <div className={styles.top}>
          <SearchField searchInput={searchInput} />
          {join}
        </div>
        <ConversationList
          ref={list}
          onSelect={(conversation) => select(conversation, true)}
          onMenu={(conversation, at) => setMenu({ conversation, at })}
        />
      </div>
      <ListBar />
      {menu !== undefined && <ConversationMenu {...menu} onClose={() => setMenu(undefined)} />}
    </div>
  );
}

function SearchField({ searchInput }: Pick<ListPaneProps, 'searchInput'>): ReactNode {
  const { store } = useHallwayContext();
  const search = useHallway(selectSearch);
  return (
    <div className={styles.search}>
      <Search className={styles.glass} size={15} aria-hidden="true" />
      <TextField
        ref={searchInput}
        className={styles.field}
        role="searchbox"
        label={say('list.search')}
        aria-keyshortcuts="/"
        aria-controls="contacts"
        placeholder={say('list.search.short')}
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
