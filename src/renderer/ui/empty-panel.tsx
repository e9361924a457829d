/** The page for an empty state: an icon, a title, and what to do. */
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './empty-panel.module.css';

interface EmptyPanelProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children: ReactNode;
}

export function EmptyPanel({ icon: Icon, title, children }: EmptyPanelProps): ReactNode {
  return (
    <section className={styles.panel}>
      <span className={styles.sign}>
        <Icon size={26} strokeWidth={1.75} aria-hidden="true" />
      </span>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </section>
  );
}
