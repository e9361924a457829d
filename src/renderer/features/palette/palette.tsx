/**
 * The palette: one field that finds people, rooms, settings and actions, and opens the chosen one
 * (rules PAL-1 to PAL-4). Its entries are those of the moment it opened, so that none moves under a
 * hand.
 */
import { Hash, Lock, Search, Settings, User, Zap } from 'lucide-react';
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { closeOverlay, openRow, showSettings, type NavigationStep } from '../../state/route.ts';
import { selectOverlay } from '../../state/selectors.ts';
import { belongsToInputMethod, isHeldPress, isKey } from '../../ui/keys.ts';
import { TextField } from '../../ui/text-field.tsx';
import { useAbout } from '../settings/use-about.ts';
import { runAction, stepOfAction, type ActionName } from './palette-actions.ts';
import { entriesOf, findEntries, maxResults, type PaletteEntry } from './palette-entries.ts';
import styles from './palette.module.css';

/** Longer than any name. */
const maxTextLength = 100;

/** The dialog while it is open, and the news of the last action for screen readers. */
export function Palette(): ReactNode {
  const isOpen = useHallway(selectOverlay) === 'palette';
  const [news, setNews] = useState('');
  return (
    <>
      <p className="visually-hidden" role="status">
        {isOpen ? '' : news}
      </p>
      {isOpen && <OpenPalette onDone={setNews} />}
    </>
  );
}

function OpenPalette({ onDone }: { onDone(news: string): void }): ReactNode {
  const { store } = useHallwayContext();
  const { text, edit, found, active, activate } = useFound();
  const { choose, problem } = useChoice(onDone);
  const dialog = useModal();
  const listId = useId();
  const close = (): void => store.navigate(closeOverlay);

  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    if (belongsToInputMethod(event.nativeEvent)) return;
    if (event.key === 'Escape' || (isKey('k', event) && (event.ctrlKey || event.metaKey))) close();
    else if (event.key === 'ArrowDown') activate((active + 1) % Math.max(found.length, 1));
    else if (event.key === 'ArrowUp') activate((active - 1 + found.length) % Math.max(found.length, 1));
    else if (event.key === 'Enter') {
      const entry = found[active];
      if (entry !== undefined && !isHeldPress(event)) choose(entry);
    } else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label={say('palette.title')}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onKeyDown={onKeyDown}
    >
      <Field listId={listId} text={text} activeId={found[active]?.id} onText={edit} />
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <p className={found.length === 0 ? styles.none : 'visually-hidden'} role="status">
        {countWords(found.length, text.trim())}
      </p>
      <div className={styles.list} id={listId} role="listbox" aria-label={say('palette.results')}>
        {found.map((entry, index) => (
          <Option key={entry.id} entry={entry} isActive={index === active} onChoose={() => choose(entry)} />
        ))}
      </div>
    </dialog>
  );
}

interface FieldProps {
  readonly listId: string;
  readonly text: string;
  readonly activeId: string | undefined;
  onText(text: string): void;
}

function Field({ listId, text, activeId, onText }: FieldProps): ReactNode {
  return (
    <div className={styles.entry}>
      <Search className={styles.glass} size={17} aria-hidden="true" />
      <TextField
        className={styles.field}
        role="combobox"
        label={say('palette.field')}
        placeholder={say('palette.field')}
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls={listId}
        aria-activedescendant={activeId}
        data-focus-home="palette"
        autoComplete="off"
        spellCheck={false}
        maxLength={maxTextLength}
        value={text}
        onText={onText}
      />
    </div>
  );
}

function countWords(count: number, text: string): string {
  if (count === 0) return say('palette.none', { text });
  return count === maxResults ? say('palette.best', { count }) : say('palette.count', { count });
}

const icons = { person: User, room: Hash, 'private-room': Lock, action: Zap, setting: Settings } as const;

interface OptionProps {
  readonly entry: PaletteEntry;
  readonly isActive: boolean;
  onChoose(): void;
}

function Option({ entry, isActive, onChoose }: OptionProps): ReactNode {
  const Icon = icons[entry.type];
  return (
    <div
      id={entry.id}
      className={styles.option}
      role="option"
      aria-selected={isActive}
      ref={isActive ? keepInView : undefined}
      onClick={onChoose}
    >
      <Icon className={styles.icon} size={16} aria-hidden="true" />
      <bdi className={styles.title}>{entry.title}</bdi> <bdi className={styles.detail}>{entry.detail}</bdi>
    </div>
  );
}

function keepInView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

interface Found {
  readonly text: string;
  edit(text: string): void;
  readonly found: readonly PaletteEntry[];
  readonly active: number;
  activate(index: number): void;
}

function useFound(): Found {
  const { store, ticker } = useHallwayContext();
  const about = useAbout();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const entries = useMemo(() => entriesOf(store.getState(), about, ticker.nowMs()), [store, about, ticker]);
  const found = useMemo(() => findEntries(entries, text), [entries, text]);

  function edit(next: string): void {
    setText(next);
    setActive(0);
  }

  return { text, edit, found, active: Math.min(active, Math.max(found.length - 1, 0)), activate: setActive };
}

interface Choice {
  choose(entry: PaletteEntry): void;
  /** Why the last action failed. */
  readonly problem: string | undefined;
}

function useChoice(onDone: (news: string) => void): Choice {
  const { client, store, ticker } = useHallwayContext();
  const [problem, setProblem] = useState<string>();
  const isRunning = useRef(false);

  function go(step: NavigationStep): void {
    store.navigate(closeOverlay);
    store.navigate(step);
  }

  async function run(action: ActionName, title: string): Promise<void> {
    if (isRunning.current) return;
    isRunning.current = true;
    setProblem(undefined);
    const result = await runAction(action, { client, store, nowMs: ticker.nowMs() });
    isRunning.current = false;
    if (!result.ok) return setProblem(result.message);
    onDone(say('palette.done', { what: title }));
    if (selectOverlay(store.getState()) === 'palette') store.navigate(closeOverlay);
  }

  function choose(entry: PaletteEntry): void {
    if (entry.type === 'setting') return go(showSettings(entry.key));
    if (entry.type !== 'action') return go(openRow(entry.conversation, { takesFocus: true }));
    const step = stepOfAction(entry.action);
    if (step === undefined) void run(entry.action, entry.title);
    else go(step);
  }

  return { choose, problem };
}

/**
 * A layout effect, so that the dialog closes while it is in the page: only then the focus goes
 * back.
 */
function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const own = dialog.current;
    if (own !== null && !own.open) own.showModal();
    own?.querySelector('input')?.focus();
    return () => own?.close();
  }, []);
  return dialog;
}
