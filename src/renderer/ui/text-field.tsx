/** A text field of one or more lines. The caller's class sets its place and size. */
import type { ComponentPropsWithRef, ReactNode } from 'react';
import styles from './text-field.module.css';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  onText(text: string): void;
}

type Native<Tag extends 'input' | 'textarea'> = Omit<
  ComponentPropsWithRef<Tag>,
  keyof FieldProps | 'aria-label' | 'onChange' | 'type'
>;

export function TextField({ label, onText, className = '', ...rest }: FieldProps & Native<'input'>): ReactNode {
  return (
    <input
      {...rest}
      type="text"
      className={`${styles.field} ${className}`.trim()}
      aria-label={label}
      onChange={(event) => onText(event.target.value)}
    />
  );
}

export function TextArea({ label, onText, className = '', ...rest }: FieldProps & Native<'textarea'>): ReactNode {
  return (
    <textarea
      {...rest}
      className={`${styles.field} ${className}`.trim()}
      aria-label={label}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
