/**
 * Tells whether the user wants no banners now: until a time that they chose, or in the quiet hours
 * of the week (rules NOTIFY-7 and NOTIFY-8). Pure.
 */

import type { WeekTime } from '../ports.ts';

export interface QuietHours {
  /** The days on which the hours begin; 0 is Sunday. */
  readonly days: readonly number[];
  /** `HH:MM`. */
  readonly from: string;
  /** `HH:MM`. Not after `from`: the hours end on the next day. */
  readonly to: string;
}

const minutesPerDay = 24 * 60;

/** `from` counts as quiet, `to` does not. The same time twice means a whole day. */
export function isInQuietHours({ day, minuteOfDay }: WeekTime, { days, from, to }: QuietHours): boolean {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  const lengthMinutes = end > start ? end - start : end - start + minutesPerDay;
  const beganToday = minuteOfDay >= start && minuteOfDay < start + lengthMinutes;
  const beganYesterday = minuteOfDay + minutesPerDay < start + lengthMinutes;
  return (beganToday && days.includes(day)) || (beganYesterday && days.includes((day + 6) % 7));
}

/** 1970 began on a Thursday. */
export function utcTime(wallMs: number): WeekTime {
  const minutes = Math.floor(wallMs / 60_000);
  return { day: (Math.floor(minutes / minutesPerDay) + 4) % 7, minuteOfDay: minutes % minutesPerDay };
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
