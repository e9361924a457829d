/** A list of which the first few are shown, and the rest when asked for. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import styles from './first-few.module.css';

interface FirstFewProps<Entry> {
  readonly entries: readonly Entry[];
  readonly count: number;
  /** One list item, with a key. */
  children(entry: Entry): ReactNode;
}

export function FirstFew<Entry>({ entries, count, children }: FirstFewProps<Entry>): ReactNode {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? entries : entries.slice(0, count);
  return (
    <div>
      <ul className={styles.list}>{shown.map(children)}</ul>
      {entries.length > count && (
        <button type="button" className={styles.more} aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show less' : `Show all ${entries.length.toLocaleString()}`}
        </button>
      )}
    </div>
  );
}
