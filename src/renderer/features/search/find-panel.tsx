/** Searches what was said, here or in all conversations: results with the words marked; one that is chosen is shown among its neighbours. */
import { ArrowLeft, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import { conversationOf, type PeerId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import type { Find } from '../../state/store.ts';
import styles from './find-panel.module.css';
import { FindResultList, resultIdOf } from './find-result-list.tsx';
import { useFindResults } from './use-find-results.ts';

/** What the contract takes. */
const maxSearchLength = 500;

interface FindPanelProps {
  readonly peerId: PeerId;
  readonly name: string;
}

export function FindPanel(props: FindPanelProps): ReactNode {
  const find = useHallway(({ view }) => view.find);
  return find === undefined ? null : <OpenFindPanel {...props} find={find} />;
}

function OpenFindPanel({ peerId, name, find }: FindPanelProps & { readonly find: Find }): ReactNode {
  const { store, conversations } = useHallwayContext();
  const results = useFindResults(find.text, find.everywhere ? undefined : conversationOf(peerId));
  const [activeIndex, setActiveIndex] = useState(0);
  const active = results.messages[Math.min(activeIndex, results.messages.length - 1)];

  function change(to: Partial<Find>): void {
    setActiveIndex(0);
    store.find({ ...to, showsContext: false });
  }

  function close(): void {
    store.find(undefined);
    // Who looked at something old comes back to the present.
    if (store.getState().talk.open?.target !== undefined) conversations.showLatest();
  }

  function choose(message: Message): void {
    conversations.jumpTo(message);
    // Choosing a person ends a search; this one goes on.
    store.find({ ...find, showsContext: true });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const last = results.messages.length - 1;
    const inField = event.target instanceof HTMLInputElement && event.target.type === 'text';
    if (event.key === 'Escape' && find.showsContext) store.find({ showsContext: false });
    else if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') setActiveIndex(Math.min(last, activeIndex + 1));
    else if (event.key === 'ArrowUp') setActiveIndex(Math.max(0, activeIndex - 1));
    else if (event.key === 'Enter' && inField && active !== undefined) choose(active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <search className={styles.panel} data-shows={find.showsContext ? 'context' : 'results'} aria-label="Search messages">
      <div className={styles.bar} onKeyDown={onKeyDown} role="presentation">
        {find.showsContext && (
          <button type="button" className={styles.back} onClick={() => store.find({ showsContext: false })}>
            <ArrowLeft size={15} aria-hidden="true" /> Results
          </button>
        )}
        <FindField name={name} find={find} active={active} onChange={change} />
        <label className={styles.scope}>
          <input type="checkbox" checked={find.everywhere} onChange={(event) => change({ everywhere: event.target.checked })} />
          All conversations
        </label>
        <button type="button" className={styles.close} aria-label="Close search" title="Close (Esc)" onClick={close}>
          <X size={17} aria-hidden="true" />
        </button>
      </div>
      {!find.showsContext && (
        <FindResultList results={results} sought={find.text} showsName={find.everywhere} active={active} onChoose={choose} />
      )}
    </search>
  );
}

interface FindFieldProps {
  readonly name: string;
  readonly find: Find;
  readonly active: Message | undefined;
  onChange(change: Partial<Find>): void;
}

function FindField({ name, find, active, onChange }: FindFieldProps): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!find.showsContext) field.current?.focus();
  }, [find.showsContext]);
  return (
    <div className={styles.entry}>
      <Search className={styles.glass} size={15} aria-hidden="true" />
      <input
        ref={field}
        className={styles.field}
        type="text"
        role="searchbox"
        aria-label="Search messages"
        aria-controls="found-messages"
        aria-activedescendant={active === undefined || find.showsContext ? undefined : resultIdOf(active)}
        placeholder={find.everywhere ? 'Search all conversations' : `Search with ${name}`}
        autoComplete="off"
        maxLength={maxSearchLength}
        value={find.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
    </div>
  );
}
