/**
 * The events since Hallway started: restarts with causes, stalls, clock jumps and dropped
 * datagrams.
 */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import { FirstFew } from '../../ui/first-few.tsx';
import { LastSeen } from '../contacts/last-seen.tsx';
import { Section } from '../../ui/section.tsx';
import styles from './event-log.module.css';
import { dropsOf, eventsOf } from './report-view.ts';

/** Events shown at once; users look for the latest. */
const shownAtFirst = 4;

export function EventLog({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactNode {
  const events = eventsOf(diagnostics);
  const drops = dropsOf(diagnostics);
  return (
    <Section title={say('network.events')}>
      {events.length === 0 ? (
        <p className={styles.quiet}>{say('network.events.none')}</p>
      ) : (
        <FirstFew entries={events} count={shownAtFirst}>
          {({ atMs, title, cause }) => (
            <li key={`${atMs} ${title}`} className={styles.event}>
              <span className={styles.title}>
                <bdi>{title}</bdi>
                <LastSeen className={styles.when} timeMs={atMs} />
              </span>
              <bdi className={styles.cause}>{cause}</bdi>
            </li>
          )}
        </FirstFew>
      )}
      <dl className={styles.facts}>
        <dt>{say('network.drops')}</dt>
        <dd>
          {drops.length === 0
            ? say('network.drops.none')
            : drops.map((drop) => say('network.drops.count', { ...drop })).join(' · ')}
        </dd>
        <dt>{say('network.group')}</dt>
        <dd>
          {said('network.group.value', {
            group: <bdi className={styles.code}>{diagnostics.group}</bdi>,
            port: diagnostics.port,
          })}
        </dd>
        <dt>{say('network.team-key')}</dt>
        <dd>{diagnostics.teamKey ? say('network.team-key.on') : say('network.team-key.off')}</dd>
      </dl>
    </Section>
  );
}
