/** Our own status, as the system's own menu: keys, screen readers and touch work as usual. */
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { statusSchema } from '../../../shared/contract/profile.ts';
import type { Self, Status } from '../../../shared/contract/profile.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { statusWords } from '../../ui/status-mark.tsx';
import styles from './status-picker.module.css';

interface StatusPickerProps {
  readonly status: Status;
  onPick(status: Status): Promise<CallResult<Self>>;
}

export function StatusPicker({ status, onPick }: StatusPickerProps): ReactNode {
  const [failure, setFailure] = useState<string>();

  async function pick(value: string): Promise<void> {
    const result = await onPick(statusSchema.parse(value));
    setFailure(result.ok ? undefined : result.message);
  }

  return (
    <span className={styles.picker} data-status={status}>
      <select
        className={styles.select}
        aria-label={say('profile.status')}
        value={status}
        onChange={(event) => void pick(event.target.value)}
      >
        {statusSchema.options.map((option) => (
          <option key={option} value={option} className={styles.option} data-status={option}>
            {statusWords[option]}
          </option>
        ))}
      </select>
      <ChevronDown className={styles.chevron} size={12} strokeWidth={2.2} aria-hidden="true" />
      {failure !== undefined && (
        <span className={styles.failure} role="alert">
          {failure}
        </span>
      )}
    </span>
  );
}
