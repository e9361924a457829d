/** What is wrong and what to do about it, the worst first. Nothing when all is well. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Health, Severity } from '../../../shared/contract/model.ts';
import { describeHealth } from '../../../shared/text/messages/describe-problem.ts';
import { useHallway } from '../../state/context.tsx';
import { selectHealth } from '../../state/selectors.ts';
import { LastSeen } from '../contacts/last-seen.tsx';
import { severityIcons, severityWords } from '../../ui/severity.ts';
import styles from './banners.module.css';

/** Entries shown at once: more would push the people out of the window. */
const shownAtFirst = 2;

const weights: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export function HealthBanner(): ReactNode {
  const health = useHallway(selectHealth);
  const [showsAll, setShowsAll] = useState(false);
  if (health.length === 0) return null;
  const worstFirst = [...health].sort((a, b) => weights[a.severity] - weights[b.severity]);
  const shown = showsAll ? worstFirst : worstFirst.slice(0, shownAtFirst);
  const hiddenCount = health.length - shown.length;
  return (
    <section className={styles.entries} aria-label="Network problems" aria-live="polite">
      {shown.map((entry) => (
        <HealthEntry key={entry.code} entry={entry} />
      ))}
      {health.length > shownAtFirst && (
        <button type="button" className={styles.more} aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show less' : `Show ${hiddenCount} more`}
        </button>
      )}
    </section>
  );
}

function HealthEntry({ entry }: { readonly entry: Health }): ReactNode {
  const { severity, sinceMs } = entry;
  const { title, remedy } = describeHealth(entry);
  const Icon = severityIcons[severity];
  return (
    <div className={styles.banner} data-severity={severity}>
      <Icon className={styles.icon} size={17} aria-label={severityWords[severity]} />
      <div className={styles.text}>
        <h2 className={styles.title}>
          <bdi>{title}</bdi>
        </h2>
        <p>
          <bdi>{remedy}</bdi>
        </p>
      </div>
      <LastSeen className={styles.since} timeMs={sinceMs} />
    </div>
  );
}
