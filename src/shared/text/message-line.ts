/**
 * Writes a message as a line of plain text, for an export and for the clipboard: `TIME NAME: TEXT`.
 * Further lines of the text are indented, so that no text passes for another author's line. The
 * time is ours (STORE-14), because the clocks of authors may be wrong. Pure.
 */

/**
 * A difference between the author's clock and ours that is worth a second time: more than clocks
 * drift and a message takes, and little enough to explain an order that surprises.
 */
const clocksApartMs = 5 * 60_000;

/** The same text everywhere, whatever the reader's language; it sorts as text. */
const locale = 'sv-SE';

/** The words in a line, which the caller takes from its catalogue. */
export interface LineTexts {
  readonly unknownTime: string;
  readonly failed: string;
  readonly cancelled: string;
  /** @param time by the author's clock */
  sent(time: string): string;
}

interface LineOptions {
  readonly texts: LineTexts;
  /** Absent means the computer's. */
  readonly timeZone?: string;
}

interface LineMessage {
  readonly text: string;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  readonly state?: string | undefined;
}

/** Make it anew after a change of the time zone. @returns a function that writes a line without its end */
export function createMessageLine({ texts, timeZone }: LineOptions): (message: LineMessage, name: string) => string {
  const clock = new Intl.DateTimeFormat(locale, {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const timeText = (timeMs: number): string =>
    Number.isNaN(new Date(timeMs).getTime()) ? texts.unknownTime : clock.format(timeMs);

  return ({ text, sentAtMs, receivedAtMs, state }, name) => {
    const isApart = !(Math.abs(sentAtMs - receivedAtMs) <= clocksApartMs);
    const sent = isApart ? ` (${texts.sent(timeText(sentAtMs))})` : '';
    const note = state === 'failed' || state === 'cancelled' ? ` (${texts[state]})` : '';
    return `${timeText(receivedAtMs)}${sent} ${oneLine(name)}${note}: ${indent(text)}`;
  };
}

/** A name as part of a line. */
export function oneLine(text: string): string {
  return withoutControls(text.replaceAll(/[\s\u0085]+/g, ' '));
}

function indent(text: string): string {
  return text
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map(withoutControls)
    .join('\n    ');
}

/** Removes control characters except tabs, and marks that change the writing direction. */
function withoutControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
