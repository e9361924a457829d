/** The end of something: off, or one of a few times from now. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { useHallwayContext, useTimeZone } from '../../state/context.tsx';
import { Select } from '../../ui/select.tsx';
import { describeEnd } from '../../ui/message-time.ts';
import type { ControlProps } from './setting-controls.tsx';

const minuteMs = 60_000;
/** Tomorrow begins for people when they come to work. */
const morningHour = 8;

/** @returns a wall-clock time, or null for none */
type End = (nowMs: number) => number | null;

const ends: Readonly<Record<string, End>> = {
  none: () => null,
  'half-hour': (nowMs) => nowMs + 30 * minuteMs,
  hour: (nowMs) => nowMs + 60 * minuteMs,
  'four-hours': (nowMs) => nowMs + 240 * minuteMs,
  tomorrow(nowMs) {
    const now = new Date(nowMs);
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, morningHour).getTime();
  },
};

export function MomentControl({ settingKey, editor, describedBy }: ControlProps): ReactNode {
  const { ticker } = useHallwayContext();
  useTimeZone();
  const { state, change } = editor;
  const endMs = typeof state.value === 'number' && state.value > ticker.nowMs() ? state.value : null;
  const none = settingKey === 'busyUntilMs' ? say('settings-page.moment.no-end') : say('settings-page.moment.off');
  const choices = [
    { value: 'none', label: none },
    ...(endMs === null
      ? []
      : [{ value: 'kept', label: say('settings-page.moment.until', { time: describeEnd(endMs, ticker.nowMs()) }) }]),
    { value: 'half-hour', label: say('settings-page.moment.half-hour') },
    { value: 'hour', label: say('settings-page.moment.hour') },
    { value: 'four-hours', label: say('settings-page.moment.four-hours') },
    { value: 'tomorrow', label: say('settings-page.moment.tomorrow') },
  ];
  return (
    <Select
      label={settingMessage(settingKey, 'label')}
      aria-describedby={describedBy}
      disabled={state.locked}
      value={endMs === null ? 'none' : 'kept'}
      choices={choices}
      onPick={(value) => {
        const end = ends[value];
        if (end !== undefined) change(end(Date.now()));
      }}
    />
  );
}
