/**
 * Formats times in the reader's language and in the time zone of now. A formatter keeps the zone of
 * its creation, so it is made again when the system's zone changes.
 */

export interface LocalFormat {
  format(timeMs: number): string;
}

let zone: string | undefined;
/** Changes with the zone. */
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

export function createLocalFormat(options: Intl.DateTimeFormatOptions): LocalFormat {
  let formatter = new Intl.DateTimeFormat(undefined, options);
  let madeFor = version;
  return {
    format(timeMs) {
      if (madeFor !== version) formatter = new Intl.DateTimeFormat(undefined, options);
      madeFor = version;
      return formatter.format(timeMs);
    },
  };
}
