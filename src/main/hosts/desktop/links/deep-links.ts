/**
 * Opens links of the scheme `hallway` (rules DESK-20 to DESK-22). They come as an argument of the
 * first or a second start, and on macOS as an event that may come before anything is ready.
 */
import type { App } from 'electron';
import type { Place } from '../../../../shared/contract/host.ts';
import { linkScheme, parseDeepLink } from './parse-deep-link.ts';

export interface DeepLinks {
  /**
   * Opens links with `open` from now on, first the latest that came before.
   *
   * @returns whether there was one
   */
  openWith(open: (place: Place) => void): boolean;
  /** @returns whether the arguments of a second start have a link, which is then opened */
  openFrom(argv: readonly string[]): boolean;
}

/** Call it before the app is ready. */
export function followDeepLinks(
  app: Pick<App, 'on' | 'setAsDefaultProtocolClient' | 'isPackaged'>,
  argv: readonly string[],
): DeepLinks {
  let waiting = linkIn(argv);
  let open: ((place: Place) => void) | undefined;
  // In development, the program is Electron itself, which must not get the links of all others.
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);

  function take(place: Place | undefined): boolean {
    if (place === undefined) return false;
    if (open === undefined) waiting = place;
    else open(place);
    return true;
  }

  app.on('open-url', (event, url) => {
    event.preventDefault();
    take(parseDeepLink(url));
  });

  return {
    openWith(listener) {
      open = listener;
      const place = waiting;
      waiting = undefined;
      return take(place);
    },
    openFrom: (from) => take(linkIn(from)),
  };
}

/** Chromium adds switches before and after it, so its place among the arguments is not fixed. */
function linkIn(argv: readonly string[]): Place | undefined {
  for (const argument of argv) {
    const place = parseDeepLink(argument);
    if (place !== undefined) return place;
  }
  return undefined;
}
