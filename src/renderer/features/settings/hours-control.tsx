/** Hours of the week: a switch, and, once it is on, the days and two times. */
import type { ReactNode } from 'react';
import type { SettingValues } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { Switch } from '../../ui/switch.tsx';
import type { ControlProps } from './setting-controls.tsx';
import styles from './setting-controls.module.css';

type Hours = NonNullable<SettingValues['quietHours']>;

const usualHours: Hours = { days: [1, 2, 3, 4, 5], from: '18:00', to: '08:00' };

/** From Sunday. The first of January 2023 was one. */
const dayNames = Array.from({ length: 7 }, (_, day) =>
  new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2023, 0, 1 + day)),
);
/** Weeks of most readers begin on Monday. */
const shownDays = [1, 2, 3, 4, 5, 6, 0];

export function HoursControl({ settingKey, editor, describedBy }: ControlProps): ReactNode {
  const { state, change } = editor;
  return (
    <Switch
      label={settingMessage(settingKey, 'label')}
      aria-describedby={describedBy}
      disabled={state.locked}
      isOn={state.value !== null}
      onSwitch={(isOn) => change(isOn ? usualHours : null)}
    />
  );
}

export function HoursDetails({ editor }: Pick<ControlProps, 'editor'>): ReactNode {
  const { state, change } = editor;
  const hours = state.value as Hours;

  function toggleDay(day: number): void {
    const days = hours.days.includes(day)
      ? hours.days.filter((other) => other !== day)
      : [...hours.days, day].toSorted((a, b) => a - b);
    // Without a day there are no quiet hours.
    change(days.length === 0 ? null : { ...hours, days });
  }

  return (
    <div className={styles.stack}>
      <fieldset className={styles.days} aria-label={say('settings-page.hours.days')} disabled={state.locked}>
        {shownDays.map((day) => (
          <label key={day} className={styles.day}>
            <input type="checkbox" className={styles.check} checked={hours.days.includes(day)} onChange={() => toggleDay(day)} />
            {dayNames[day]}
          </label>
        ))}
      </fieldset>
      <div className={styles.line}>
        <Time label={say('settings-page.hours.from')} editor={editor} hours={hours} part="from" />
        <Time label={say('settings-page.hours.to')} editor={editor} hours={hours} part="to" />
      </div>
    </div>
  );
}

interface TimeProps extends Pick<ControlProps, 'editor'> {
  readonly label: string;
  readonly hours: Hours;
  readonly part: 'from' | 'to';
}

function Time({ label, editor, hours, part }: TimeProps): ReactNode {
  return (
    <label className={styles.line}>
      <span className={styles.unit}>{label}</span>
      <input
        type="time"
        className={styles.time}
        required
        disabled={editor.state.locked}
        value={hours[part]}
        onChange={({ target }) => {
          // Empty while the user types.
          if (target.value !== '') editor.change({ ...hours, [part]: target.value });
        }}
      />
    </label>
  );
}
