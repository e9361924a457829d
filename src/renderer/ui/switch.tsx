/** An on-off switch that takes effect at once. */
import type { ComponentPropsWithRef, ReactNode } from 'react';
import styles from './switch.module.css';

interface SwitchProps extends Pick<ComponentPropsWithRef<'button'>, 'aria-describedby' | 'disabled'> {
  readonly label: string;
  readonly isOn: boolean;
  onSwitch(isOn: boolean): void;
}

export function Switch({ label, isOn, onSwitch, ...rest }: SwitchProps): ReactNode {
  return (
    <button
      {...rest}
      type="button"
      className={styles.switch}
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      title={label}
      onClick={() => onSwitch(!isOn)}
    >
      <span className={styles.thumb} />
    </button>
  );
}
