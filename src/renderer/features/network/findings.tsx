/** The doctor's findings with their remedies. Without any, it lists the checks that passed. */
import { Check, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { DoctorReport, Finding } from '../../../shared/contract/diagnostics.ts';
import { describeFinding } from '../../../shared/text/messages/describe-problem.ts';
import { severityIcons, severityWords } from '../../ui/severity.ts';
import { FirewallHelp, mayBeFirewall } from './firewall-help.tsx';
import styles from './findings.module.css';
import { checksOf } from './report-view.ts';

export function Findings({ report: { findings, diagnostics } }: { readonly report: DoctorReport }): ReactNode {
  const isWell = findings.every(({ severity }) => severity === 'info');
  return (
    <div className={styles.findings} aria-live="polite">
      {isWell && <AllWell checks={checksOf(diagnostics)} />}
      {findings.length > 0 && (
        <ul className={styles.findings} aria-label={say('network.findings')}>
          {findings.map((finding) => (
            <FindingCard key={`${finding.code} ${JSON.stringify(finding.values)}`} finding={finding} />
          ))}
        </ul>
      )}
    </div>
  );
}

function FindingCard({ finding }: { readonly finding: Finding }): ReactNode {
  const { severity } = finding;
  const { title, remedy } = describeFinding(finding);
  const Icon = severityIcons[severity];
  return (
    <li className={styles.finding} data-severity={severity}>
      <Icon className={styles.icon} size={18} aria-label={severityWords[severity]} />
      <div className={styles.text}>
        <h3 className={styles.title}>
          <bdi>{title}</bdi>
        </h3>
        <p>
          <bdi>{remedy}</bdi>
        </p>
        {mayBeFirewall(finding.code) && <FirewallHelp />}
      </div>
    </li>
  );
}

function AllWell({ checks }: { readonly checks: readonly string[] }): ReactNode {
  return (
    <section className={styles.finding} data-severity="none">
      <CircleCheck className={styles.icon} size={18} aria-hidden="true" />
      <div className={styles.text}>
        <h3 className={styles.title}>{say('network.all-well')}</h3>
        <ul className={styles.checks} aria-label={say('network.checked')}>
          {checks.map((check) => (
            <li key={check} className={styles.check}>
              <Check size={14} strokeWidth={2.4} aria-hidden="true" />
              <bdi>{check}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
