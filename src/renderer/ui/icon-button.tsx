/** A button that is a sign alone; its label is what a screen reader says. */
import type { ComponentPropsWithRef, ReactNode } from 'react';
import styles from './icon-button.module.css';

interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'onClick' | 'type' | 'className' | 'aria-label'> {
  readonly label: string;
  /** Of the square that takes the press, in pixels. */
  readonly size: 24 | 28 | 30 | 32 | 34 | 40;
  /** `main`: what one most likely came for. */
  readonly kind?: 'plain' | 'main';
  /** Where it stands, and how it differs. */
  readonly className?: string | undefined;
  onPress(): void;
}

export function IconButton({
  label,
  size,
  kind = 'plain',
  onPress,
  className = '',
  children,
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type="button"
      className={`${styles.button} ${className}`.trim()}
      data-kind={kind}
      data-size={size}
      aria-label={label}
      onClick={() => onPress()}
    >
      {children}
    </button>
  );
}
