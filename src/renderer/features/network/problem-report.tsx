/** Saves a problem report for support (rule REPORT-1), and says what it contains. */
import { FileDown } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { Button } from '../../ui/button.tsx';
import { saveText } from '../../ui/save-text.ts';
import { Section } from '../../ui/section.tsx';
import styles from './problem-report.module.css';

type Outcome = { readonly type: 'none' | 'pending' | 'saved' } | { readonly type: 'failed'; readonly message: string };

export function ProblemReport(): ReactNode {
  const { client } = useHallwayContext();
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' });

  async function save(): Promise<void> {
    setOutcome({ type: 'pending' });
    const result = await client.call('problemReport', {});
    if (result.ok) saveText(result.output.fileName, result.output.text);
    setOutcome(result.ok ? { type: 'saved' } : { type: 'failed', message: result.message });
  }

  return (
    <Section title={say('network.report')}>
      <div className={styles.report}>
        <p className={styles.content}>{say('network.report.text')}</p>
        <Button kind="pill" className={styles.save} disabled={outcome.type === 'pending'} onPress={() => void save()}>
          <FileDown size={15} aria-hidden="true" /> {say('network.report.save')}
        </Button>
        <p className={styles.outcome} role="status">
          {outcome.type === 'saved' && say('network.report.saved')}
          {outcome.type === 'failed' && say('network.report.failed', { problem: outcome.message })}
        </p>
      </div>
    </Section>
  );
}
