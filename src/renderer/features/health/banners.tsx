/**
 * The banners above the page: a lost link to the core, and network problems, the most severe first.
 */
import { LoaderCircle, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { describeHealth } from '../../../shared/text/messages/describe-problem.ts';
import { useHallway } from '../../state/context.tsx';
import type { LinkTrouble } from '../../state/core-state.ts';
import { selectConnection, selectTrouble, selectHealth } from '../../state/selectors.ts';
import styles from './banners.module.css';
import { useState } from 'react';
import type { Health, Severity } from '../../../shared/contract/health.ts';
import { LastSeen } from '../contacts/last-seen.tsx';
import { severityIcons, severityWords } from '../../ui/severity.ts';
import { Button } from '../../ui/button.tsx';

/** Entries shown at once: one fault often causes several, and more would push the people away. */
const shownAtFirst = 1;

const troubleTexts: Readonly<Record<LinkTrouble, { readonly title: string; readonly text: string }>> = {
  'no-key': { title: say('banner.no-key'), text: say('banner.no-key.text') },
  'wrong-host': { title: say('banner.wrong-host'), text: say('banner.wrong-host.text') },
};

const weights: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Says that the page lost the core and shows an old state, and why if it does not come back. */
export function ConnectionBanner(): ReactNode {
  const connection = useHallway(selectConnection);
  const trouble = useHallway(selectTrouble);
  if (trouble !== undefined) return <TroubleBanner trouble={trouble} />;
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

function TroubleBanner({ trouble }: { readonly trouble: LinkTrouble }): ReactNode {
  return (
    <div className={styles.banner} data-severity="lost" role="alert">
      <Unplug className={styles.icon} size={17} aria-hidden="true" />
      <p className={styles.text}>
        <strong className={styles.title}>{troubleTexts[trouble].title}</strong> {troubleTexts[trouble].text}
      </p>
    </div>
  );
}

/** Health entries with their remedies; renders nothing without any. */
export function HealthBanner(): ReactNode {
  const health = useHallway(selectHealth);
  const [showsAll, setShowsAll] = useState(false);
  const isLost = useHallway(selectConnection) === 'lost';
  // Without the core, its problems are old, and the banner above says what is wrong.
  if (health.length === 0 || isLost) return null;
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
