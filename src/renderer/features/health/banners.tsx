/**
 * The banners above the page: a lost link to the core, and network problems, the most severe first.
 */
import { LoaderCircle, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { describeHealth } from '../../../shared/text/messages/describe-problem.ts';
import { useHallway } from '../../state/context.tsx';
import type { LinkEnd } from '../../state/core-state.ts';
import { selectConnection, selectEnded, selectHealth } from '../../state/selectors.ts';
import styles from './banners.module.css';
import { useState } from 'react';
import type { Health, Severity } from '../../../shared/contract/health.ts';
import { LastSeen } from '../contacts/last-seen.tsx';
import { severityIcons, severityWords } from '../../ui/severity.ts';
import { Button } from '../../ui/button.tsx';

/** Entries shown at once: more would push the people out of the window. */
const shownAtFirst = 2;

const endedTexts: Readonly<Record<LinkEnd, string>> = {
  'no-key': say('banner.ended.no-key'),
  'wrong-host': say('banner.ended.wrong-host'),
};

const weights: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Says that the page lost the core and shows an old state, or that it ended for good. */
export function ConnectionBanner(): ReactNode {
  const connection = useHallway(selectConnection);
  const ended = useHallway(selectEnded);
  if (ended !== undefined) return <EndedBanner reason={ended} />;
  if (connection !== 'lost') return null;
  return (
    <div className={styles.banner} data-severity="lost" role="status">
      <LoaderCircle className={styles.turning} size={17} aria-hidden="true" />
      <p className={styles.text}>
        <strong className={styles.title}>{say('banner.reconnecting')}</strong> {say('banner.reconnecting.text')}
      </p>
    </div>
  );
}

function EndedBanner({ reason }: { readonly reason: LinkEnd }): ReactNode {
  return (
    <div className={styles.banner} data-severity="lost" role="alert">
      <Unplug className={styles.icon} size={17} aria-hidden="true" />
      <p className={styles.text}>
        <strong className={styles.title}>{say('banner.ended')}</strong> {endedTexts[reason]}
      </p>
    </div>
  );
}

/** Health entries with their remedies; renders nothing without any. */
export function HealthBanner(): ReactNode {
  const health = useHallway(selectHealth);
  const [showsAll, setShowsAll] = useState(false);
  if (health.length === 0) return null;
  const worstFirst = [...health].sort((a, b) => weights[a.severity] - weights[b.severity]);
  const shown = showsAll ? worstFirst : worstFirst.slice(0, shownAtFirst);
  const hiddenCount = health.length - shown.length;
  return (
    <section className={styles.entries} aria-label={say('banner.problems')} aria-live="polite">
      {shown.map((entry) => (
        <HealthEntry key={entry.code} entry={entry} />
      ))}
      {health.length > shownAtFirst && (
        <Button kind="pill" className={styles.more} aria-expanded={showsAll} onPress={() => setShowsAll(!showsAll)}>
          {showsAll ? say('ui.show-less') : say('ui.show-more', { count: hiddenCount })}
        </Button>
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
