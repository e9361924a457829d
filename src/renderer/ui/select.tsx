/** A choice of one, as the system's own menu: keys, screen readers and touch work as usual. */
import { ChevronDown } from 'lucide-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import styles from './select.module.css';

interface SelectProps extends Omit<
  ComponentPropsWithRef<'select'>,
  'aria-label' | 'onChange' | 'value' | 'children' | 'className'
> {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  onPick(value: string): void;
}

export function Select({ label, choices, onPick, ...rest }: SelectProps): ReactNode {
  return (
    <span className={styles.box}>
      <select {...rest} className={styles.select} aria-label={label} onChange={({ target }) => onPick(target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} className={styles.option}>
            {choice.label}
          </option>
        ))}
      </select>
      <ChevronDown className={styles.chevron} size={14} aria-hidden="true" />
    </span>
  );
}
