/**
 * The button for everything except icons (icon-button.tsx) and switches. The caller's class places
 * it.
 */
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { isHeldPress } from './keys.ts';
import styles from './button.module.css';

export interface ButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'onClick' | 'type'> {
  /**
   * `plain`: styled by the caller · `link`: within a text · `back`: a way back, with an arrow ·
   * `pill`: beside its object · `boxed`, `main` and `danger`: at the end of a dialog or a form.
   */
  readonly kind: 'plain' | 'link' | 'back' | 'pill' | 'boxed' | 'main' | 'danger';
  /** Absent if the button submits its form. */
  onPress?(): void;
}

export function Button({ kind, onPress, onKeyDown, className, children, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={onPress === undefined ? 'submit' : 'button'}
      className={joinClasses(styles[kind], className)}
      onClick={onPress && (() => onPress())}
      onKeyDown={(event) => {
        onKeyDown?.(event);
        if (isHeldPress(event)) event.preventDefault();
      }}
    >
      {children}
    </button>
  );
}

function joinClasses(...classes: readonly (string | undefined)[]): string | undefined {
  const given = classes.filter((name) => name !== undefined);
  return given.length === 0 ? undefined : given.join(' ');
}
