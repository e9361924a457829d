/** A list that shows its first few items, and the rest on demand. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import { Button } from './button.tsx';
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
        <Button kind="plain" className={styles.more} aria-expanded={showsAll} onPress={() => setShowsAll(!showsAll)}>
          {showsAll ? say('ui.show-less') : say('ui.show-all', { count: entries.length })}
        </Button>
      )}
    </div>
  );
}
