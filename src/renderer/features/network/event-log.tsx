/** What happened since Hallway started: restarts with causes, stalls, clock jumps, and datagrams that were not taken. */
import type { ReactNode } from 'react';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import { FirstFew } from '../../ui/first-few.tsx';
import { LastSeen } from '../contacts/last-seen.tsx';
import { Section } from '../../ui/section.tsx';
import styles from './event-log.module.css';
import { dropsOf, eventsOf } from './report-view.ts';

/** The latest are what people look for. */
const shownAtFirst = 4;

export function EventLog({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactNode {
  const events = eventsOf(diagnostics);
  const drops = dropsOf(diagnostics);
  return (
    <Section title="Since Hallway started">
      {events.length === 0 ? (
        <p className={styles.quiet}>No restarts, no stalls, no clock jumps.</p>
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
        <dt>Not taken</dt>
        <dd>
          {drops.length === 0 ? 'nothing' : drops.map(({ reason, count }) => `${count.toLocaleString()} ${reason}`).join(' · ')}
        </dd>
        <dt>Group</dt>
        <dd>
          <bdi className={styles.code}>{diagnostics.group}</bdi>, UDP port {diagnostics.port}
        </dd>
        <dt>Team key</dt>
        <dd>{diagnostics.teamKey ? 'in use: only people with the same key are seen' : 'not in use'}</dd>
      </dl>
    </Section>
  );
}
