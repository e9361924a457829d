/**
 * Formats times in the reader's language and in the time zone of now. A formatter keeps the zone of
 * its creation, so it is made again when the system's zone changes.
 */

export interface LocalFormat {
  format(timeMs: number): string;
}

let zone: string | undefined;
let hourCycle: Intl.DateTimeFormatOptions['hourCycle'];
/** Changes with the zone and the hour cycle. */
let version = 0;

/**
 * Looks for a change of the system's time zone. Call it now and then: a look takes some
 * microseconds.
 *
 * @returns the zone's name
 */
export function followTimeZone(): string {
  const current = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone !== undefined && zone !== current) version += 1;
  zone = current;
  return current;
}

/** @param cycle undefined leaves the choice to the reader's language */
export function setHourCycle(cycle: 'h12' | 'h23' | undefined): void {
  if (cycle !== hourCycle) version += 1;
  hourCycle = cycle;
}

export function createLocalFormat(options: Intl.DateTimeFormatOptions): LocalFormat {
  // At its first use: a page makes a dozen formats, and needs few of them to start.
  let formatter: Intl.DateTimeFormat | undefined;
  let madeFor = version;
  return {
    format(timeMs) {
      if (madeFor !== version) formatter = undefined;
      formatter ??= make(options);
      madeFor = version;
      return formatter.format(timeMs);
    },
  };
}

function make(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(undefined, hourCycle === undefined ? options : { ...options, hourCycle });
}
