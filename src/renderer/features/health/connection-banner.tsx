/** Says that what is shown is old because the page lost the core. */
import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useHallway } from '../../state/context.tsx';
import { selectConnection } from '../../state/selectors.ts';
import styles from './banners.module.css';

export function ConnectionBanner(): ReactNode {
  if (useHallway(selectConnection) !== 'lost') return null;
  return (
    <div className={styles.banner} data-severity="lost" role="status">
      <LoaderCircle className={styles.turning} size={17} aria-hidden="true" />
      <p className={styles.text}>
        <strong className={styles.title}>Reconnecting…</strong> The people below are as they were. If Hallway was closed, start it
        again; it opens a new page.
      </p>
    </div>
  );
}
