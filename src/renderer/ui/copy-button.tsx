/** Copies a text, and briefly shows whether that worked. */
import { Check, Copy, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import { Button } from './button.tsx';
import styles from './copy-button.module.css';
import { copyText } from './copy-text.ts';
import { setTimer } from './timers.ts';

interface CopyButtonProps {
  readonly label: string;
  /** Names the copied text for screen readers. */
  readonly what?: string;
  /** Shows only an icon, for lines with little room. */
  readonly isQuiet?: boolean;
  /** Creates the text when the button is pressed. */
  textOf(): string;
}

type Outcome = 'none' | 'copied' | 'failed';

/** Long enough to read. */
const outcomeShownMs = 2_000;

const signs = { none: Copy, copied: Check, failed: X } as const;

export function CopyButton({ label, what, isQuiet = false, textOf }: CopyButtonProps): ReactNode {
  const [outcome, setOutcome] = useState<Outcome>('none');
  useEffect(() => (outcome === 'none' ? undefined : setTimer(() => setOutcome('none'), outcomeShownMs)), [outcome]);

  async function copy(): Promise<void> {
    setOutcome((await copyText(textOf())) ? 'copied' : 'failed');
  }

  const Sign = signs[outcome];
  const words = { none: label, copied: say('ui.copied'), failed: say('ui.not-copied') }[outcome];
  return (
    <Button
      kind="pill"
      className={styles.button}
      data-quiet={isQuiet}
      data-outcome={outcome}
      aria-label={what === undefined ? undefined : say('ui.what', { words, what })}
      title={isQuiet ? words : undefined}
      onPress={() => void copy()}
    >
      <Sign size={15} aria-hidden="true" />
      {!isQuiet && <span aria-live="polite">{words}</span>}
    </Button>
  );
}
