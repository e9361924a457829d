/**
 * Searches messages in one or all conversations. Shows results with the matches marked, and the
 * selected one in its conversation.
 */
import { ArrowLeft, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Message } from '../../../shared/contract/messages.ts';
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { changeSearch, close, closeSearch } from '../../state/route.ts';
import type { MessageSearch } from '../../state/route.ts';
import { selectMessageSearch } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './find-panel.module.css';
import { FindResultList, resultIdOf } from './find-result-list.tsx';
import { useFindResults } from './use-find-results.ts';

/** The longest search text that the contract accepts. */
const maxSearchLength = 500;

type SearchChange = Parameters<typeof changeSearch>[0];

interface FindPanelProps {
  readonly conversation: ConversationId;
  readonly name: string;
}

export function FindPanel(props: FindPanelProps): ReactNode {
  const find = useHallway(selectMessageSearch);
  return find === undefined ? null : <OpenFindPanel {...props} find={find} />;
}

function OpenFindPanel({ conversation, name, find }: FindPanelProps & { readonly find: MessageSearch }): ReactNode {
  const { store, conversations } = useHallwayContext();
  const results = useFindResults(find.text, find.everywhere ? undefined : conversation);
  const [activeIndex, setActiveIndex] = useState(0);
  const active = results.messages[Math.min(activeIndex, results.messages.length - 1)];

  function change(to: SearchChange): void {
    setActiveIndex(0);
    store.navigate(changeSearch(to));
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (belongsToInputMethod(event.nativeEvent)) return;
    const last = results.messages.length - 1;
    const inField = event.target instanceof HTMLInputElement && event.target.type === 'text';
    if (event.key === 'Escape') store.navigate(close);
    else if (event.key === 'ArrowDown') setActiveIndex(Math.min(last, activeIndex + 1));
    else if (event.key === 'ArrowUp') setActiveIndex(Math.max(0, activeIndex - 1));
    else if (event.key === 'Enter' && inField && active !== undefined) conversations.jumpTo(active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <search className={styles.panel} data-shows={find.showsContext ? 'context' : 'results'} aria-label={say('find.messages')}>
      <div className={styles.bar} onKeyDown={onKeyDown} role="presentation">
        {find.showsContext && (
          <Button kind="back" className={styles.back} onPress={() => store.navigate(close)}>
            <ArrowLeft size={15} aria-hidden="true" /> {say('find.results')}
          </Button>
        )}
        <FindField conversation={conversation} name={name} find={find} active={active} onChange={change} />
        <label className={styles.scope}>
          <input type="checkbox" checked={find.everywhere} onChange={(event) => change({ everywhere: event.target.checked })} />
          {say('find.everywhere')}
        </label>
        <IconButton size={30} label={say('find.close')} title={say('ui.close')} onPress={() => store.navigate(closeSearch)}>
          <X size={17} aria-hidden="true" />
        </IconButton>
      </div>
      {!find.showsContext && (
        <FindResultList
          results={results}
          sought={find.text}
          showsName={find.everywhere}
          active={active}
          onChoose={conversations.jumpTo}
        />
      )}
    </search>
  );
}

interface FindFieldProps extends FindPanelProps {
  readonly find: MessageSearch;
  readonly active: Message | undefined;
  onChange(change: SearchChange): void;
}

function FindField({ conversation, name, find, active, onChange }: FindFieldProps): ReactNode {
  const isRoom = partsOf(conversation).type === 'room';
  const placeholder = isRoom ? say('find.placeholder-room', { room: name }) : say('find.placeholder', { name });
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!find.showsContext) field.current?.focus();
  }, [find.showsContext]);
  return (
    <div className={styles.entry}>
      <Search className={styles.glass} size={15} aria-hidden="true" />
      <TextField
        ref={field}
        className={styles.field}
        role="searchbox"
        label={say('find.messages')}
        aria-controls={find.showsContext ? undefined : 'found-messages'}
        aria-activedescendant={active === undefined || find.showsContext ? undefined : resultIdOf(active)}
        placeholder={find.everywhere ? say('find.placeholder-all') : placeholder}
        autoComplete="off"
        maxLength={maxSearchLength}
        value={find.text}
        onText={(text) => onChange({ text })}
      />
    </div>
  );
}
