/** The keys that work anywhere, from the table of those that do. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { Section } from '../../ui/section.tsx';
import styles from './shortcut-list.module.css';

export interface DescribedShortcut {
  /** The names on the keys, to be pressed together. */
  readonly keys: readonly string[];
  readonly text: string;
}

export function ShortcutList({ shortcuts }: { readonly shortcuts: readonly DescribedShortcut[] }): ReactNode {
  return (
    <Section title={say('settings-page.shortcuts')} hint={say('settings-page.shortcuts.hint')}>
      {shortcuts.map(({ keys, text }) => (
        <p key={keys.join('+')} className={styles.row}>
          <span className={styles.text}>{text}</span>
          <span className={styles.keys}>
            {keys.map((name) => (
              <kbd key={name} className={styles.key}>
                {name}
              </kbd>
            ))}
          </span>
        </p>
      ))}
    </Section>
  );
}
