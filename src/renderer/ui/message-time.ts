/** Formats the times of messages, in the reader's language and time zone. */

import { partsOf, type ConversationId } from '../../shared/lib/ids.ts';
import { createLocalFormat } from '../../shared/text/local-format.ts';

const minuteMs = 60_000;
/**
 * The time of writing is shown if it is this much earlier than the arrival: the message waited, or
 * a clock is wrong.
 */
const worthTellingMs = 10 * minuteMs;
/** The limits of a date. A peer's clock may give any number. */
const maxDateMs = 8.64e15;

const clockTime = createLocalFormat({ timeStyle: 'short' });
const thisYear = createLocalFormat({ weekday: 'long', day: 'numeric', month: 'long' });
const otherYear = createLocalFormat({ dateStyle: 'full' });
const dayAndTime = createLocalFormat({ dateStyle: 'medium', timeStyle: 'short' });
const weekday = createLocalFormat({ weekday: 'short' });
const shortDate = createLocalFormat({ day: 'numeric', month: 'short' });
const relativeDay = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

interface Times {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** A room has an order of its own, which follows the authors' clocks. */
  readonly conversation?: ConversationId;
}

/**
 * The time that orders a conversation: when the message was persisted here, by our clock. The
 * author's clock may be wrong, and would put a message that waited on another day.
 */
export function timeOf({ sentAtMs, receivedAtMs, conversation }: Times): number {
  const isOfRoom = conversation !== undefined && partsOf(conversation).type === 'room';
  const timeMs = isOfRoom ? sentAtMs : receivedAtMs;
  return Math.abs(timeMs) <= maxDateMs ? timeMs : 0;
}

/** For machines. */
export function isoOf(times: Times): string {
  return new Date(timeOf(times)).toISOString();
}

/** When it arrived here, for a message that stands at another time. */
export function arrivalOf({ sentAtMs, receivedAtMs }: Times): string {
  return clockTimeOfMessage({ sentAtMs, receivedAtMs });
}

export function clockTimeOfMessage(times: Times): string {
  return clockTime.format(timeOf(times));
}

/**
 * The time of writing, if it is clearly before the arrival. Otherwise, or if the author's clock is
 * implausible, `undefined`.
 */
export function writtenEarlier(times: Times): string | undefined {
  const { sentAtMs } = times;
  const isEarlier = Math.abs(sentAtMs) <= maxDateMs && timeOf(times) - sentAtMs >= worthTellingMs;
  if (!isEarlier) return undefined;
  return isSameDay(sentAtMs, timeOf(times)) ? clockTime.format(sentAtMs) : dayAndTime.format(sentAtMs);
}

export function isSameDay(aMs: number, bMs: number): boolean {
  return dayNumber(aMs) === dayNumber(bMs);
}

export function isSameMinute(aMs: number, bMs: number): boolean {
  return Math.floor(aMs / minuteMs) === Math.floor(bMs / minuteMs);
}

/** "today", "yesterday", else the date. */
export function dayOf(timeMs: number, nowMs: number): string {
  const daysAgo = dayNumber(nowMs) - dayNumber(timeMs);
  if (daysAgo === 0 || daysAgo === 1) return capitalize(relativeDay.format(-daysAgo, 'day'));
  const isThisYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear();
  return (isThisYear ? thisYear : otherYear).format(timeMs);
}

/** The time of a row: of today the time, of the last days the weekday, else the date. */
export function rowTimeOf(timeMs: number, nowMs: number): string {
  const daysAgo = dayNumber(nowMs) - dayNumber(timeMs);
  if (daysAgo <= 0) return clockTime.format(timeMs);
  if (daysAgo < 7) return weekday.format(timeMs);
  return shortDate.format(timeMs);
}

/** The end of something: the time alone if it is today. */
export function describeEnd(endMs: number, nowMs: number): string {
  return (isSameDay(endMs, nowMs) ? clockTime : dayAndTime).format(endMs);
}

/** Short date and time, for search results. */
export function shortMoment(times: Times): string {
  return dayAndTime.format(timeOf(times));
}

/** Counts days of the reader's calendar: a day is not always 24 hours long. */
function dayNumber(timeMs: number): number {
  const date = new Date(timeMs);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

function capitalize(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
