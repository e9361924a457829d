/**
 * Our own status, and for how long to be left alone (rules AWAY-13 and AWAY-14). It is the system's
 * own menu: keys, screen readers and touch work as usual.
 */
import { BellOff, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { statusSchema } from '../../../shared/contract/profile.ts';
import type { ProfileChange, Self } from '../../../shared/contract/profile.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { useHallwayContext, useSetting, useTicker } from '../../state/context.tsx';
import { endText, statusText, statusWords } from '../../ui/status-mark.tsx';
import { endChoices, endOf, type EndChoice } from '../../../shared/lib/end-choices.ts';
import styles from './status-picker.module.css';

interface StatusPickerProps {
  readonly self: Pick<Self, 'status' | 'busyUntilMs' | 'cannotTellAway'>;
  onPick(change: ProfileChange): Promise<CallResult<Self>>;
}

const minuteMs = 60_000;
/** The option that stands for a busy status with an end, while it lasts. */
const timed = 'timed';

export function StatusPicker({ self, onPick }: StatusPickerProps): ReactNode {
  const { client, ticker } = useHallwayContext();
  const [failure, setFailure] = useState<string>();
  const pausedUntilMs = useSetting('doNotDisturbUntilMs');
  // The choices are of this minute.
  const nowMs = Number(useTicker((atMs) => String(Math.floor(atMs / minuteMs)))) * minuteMs;
  const isPaused = pausedUntilMs !== null && pausedUntilMs > nowMs;
  const isTimed = self.status === 'busy' && self.busyUntilMs !== undefined;

  async function pick(value: string): Promise<void> {
    const [what, choice] = value.split(':');
    if (value === timed) return;
    const untilMs = choice === undefined ? null : endOf(choice as EndChoice, ticker.nowMs());
    const result =
      what === 'pause'
        ? await client.call('setSetting', { key: 'doNotDisturbUntilMs', value: untilMs })
        : await onPick({ status: statusSchema.parse(what), ...(untilMs !== null && { busyUntilMs: untilMs }) });
    setFailure(result.ok ? undefined : result.message);
  }

  return (
    <span className={styles.picker}>
      {isPaused && <Paused untilMs={pausedUntilMs} nowMs={nowMs} />}
      <span className={styles.choice} data-status={self.status}>
        <select
          title={statusText(self, nowMs)}
          className={styles.select}
          aria-label={say('profile.status')}
          value={isTimed ? timed : self.status}
          onChange={(event) => void pick(event.target.value)}
        >
          <optgroup label={say('profile.status')}>
            {statusSchema.options.map((option) => (
              <option key={option} value={option} className={styles.option} data-status={option}>
                {statusWords[option]}
              </option>
            ))}
            {isTimed && (
              <option value={timed} className={styles.option}>
                {statusText(self, nowMs)}
              </option>
            )}
            {self.cannotTellAway === true && <option disabled>{say('profile.no-auto-away')}</option>}
          </optgroup>
          <optgroup label={say('profile.busy-for')}>
            <EndOptions what="busy" nowMs={nowMs} />
          </optgroup>
          <optgroup label={say('profile.pause')}>
            {isPaused && (
              <option value="pause" className={styles.option}>
                {say('profile.pause.end')}
              </option>
            )}
            <EndOptions what="pause" nowMs={nowMs} />
          </optgroup>
        </select>
        <ChevronDown className={styles.chevron} size={12} strokeWidth={2.2} aria-hidden="true" />
      </span>
      {failure !== undefined && <Failure text={failure} />}
    </span>
  );
}

function Failure({ text }: { readonly text: string }): ReactNode {
  return (
    <span className={styles.failure} role="alert">
      {text}
    </span>
  );
}

function EndOptions({ what, nowMs }: { readonly what: 'busy' | 'pause'; readonly nowMs: number }): ReactNode {
  return endChoices.map((choice) => (
    <option key={choice} value={`${what}:${choice}`} className={styles.option}>
      {choice === 'hour' ? say('profile.for-hour') : say('profile.until', { time: endText(endOf(choice, nowMs), nowMs) })}
    </option>
  ));
}

function Paused({ untilMs, nowMs }: { readonly untilMs: number; readonly nowMs: number }): ReactNode {
  const words = say('profile.paused', { time: endText(untilMs, nowMs) });
  return (
    <span className={styles.paused} title={words}>
      <BellOff size={14} aria-hidden="true" />
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
