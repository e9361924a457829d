/** Notices when contacts are forgotten by the hundred: something makes up peers (rule TRUST-10). */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';

export interface ForgettingWatch {
  /** Records that a contact was forgotten. */
  forgot(): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /** Called with true when it begins, and with false when it is over. */
  readonly onForgetting: (isMany: boolean) => void;
}

/** So many within a minute are told. An ordinary network forgets a few a day. */
const manyPerMinute = 100;
const minuteMs = 60_000;

export function createForgettingWatch({ clock, onForgetting }: Deps): ForgettingWatch {
  let count = 0;
  let isMany = false;
  let cancelTimer: Unsubscribe | undefined;

  return {
    forgot() {
      count += 1;
      cancelTimer ??= clock.setTimer(endMinute, minuteMs);
      if (count >= manyPerMinute) setMany(true);
    },
    close: () => cancelTimer?.(),
  };

  function endMinute(): void {
    cancelTimer = count > 0 ? clock.setTimer(endMinute, minuteMs) : undefined;
    if (count < manyPerMinute) setMany(false);
    count = 0;
  }

  function setMany(value: boolean): void {
    if (isMany === value) return;
    isMany = value;
    onForgetting(value);
  }
}
