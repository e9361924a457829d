/** The doctor's findings with their remedies, and the checks that passed if nothing is wrong. */
import { Check, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { DoctorReport, Finding } from '../../../shared/contract/diagnostics.ts';
import { describeFinding } from '../../../shared/text/messages/describe-problem.ts';
import { severityIcons, severityWords } from '../../ui/severity.ts';
import { FirewallHelp, mayBeFirewall } from './firewall-help.tsx';
import styles from './findings.module.css';
import { checksOf } from './report-view.ts';

/** Sentences that are read as one paragraph. */
const mostInParagraph = 3;
const sentencesIn = new Intl.Segmenter('en', { granularity: 'sentence' });

interface FindingsProps {
  readonly report: DoctorReport;
  /** Only the findings, for a place where the reader asks why no one comes. */
  readonly withoutChecks?: boolean;
}

export function Findings({ report: { findings, diagnostics }, withoutChecks = false }: FindingsProps): ReactNode {
  const isWell = findings.every(({ severity }) => severity === 'info');
  return (
    <div className={styles.findings} aria-live="polite">
      {isWell && !(withoutChecks && findings.length > 0) && <AllWell checks={checksOf(diagnostics)} />}
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
        <Remedy text={remedy} />
        {mayBeFirewall(finding.code) && <FirewallHelp />}
      </div>
    </li>
  );
}

/** A long one is a list of what to check, one sentence per line. */
function Remedy({ text }: { readonly text: string }): ReactNode {
  const sentences = Array.from(sentencesIn.segment(text), ({ segment }) => segment.trim());
  if (sentences.length <= mostInParagraph) {
    return (
      <p>
        <bdi>{text}</bdi>
      </p>
    );
  }
  return (
    <ul className={styles.steps}>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <bdi>{sentence}</bdi>
        </li>
      ))}
    </ul>
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
