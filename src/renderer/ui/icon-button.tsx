/** A button that is only an icon; screen readers get its label. */
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { isHeldPress } from './keys.ts';
import styles from './icon-button.module.css';

interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'onClick' | 'type' | 'className' | 'aria-label'> {
  readonly label: string;
  /** Size of the clickable square, in pixels. */
  readonly size: 24 | 28 | 30 | 32 | 34 | 40;
  /** `main`: the most important action. */
  readonly kind?: 'plain' | 'main';
  /** The caller's class, for position and exceptions. */
  readonly className?: string | undefined;
  onPress(): void;
}

export function IconButton({
  label,
  size,
  kind = 'plain',
  onPress,
  onKeyDown,
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
      onKeyDown={(event) => {
        onKeyDown?.(event);
        if (isHeldPress(event)) event.preventDefault();
      }}
    >
      {children}
    </button>
  );
}
