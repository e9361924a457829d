/**
 * Links to places within the page (rule SET-29): `#/settings`, `#/settings/SECTION` and
 * `#/settings/KEY`. They only navigate. The address does not keep them, so that it never changes.
 */
import { showSettings, type NavigationStep } from '../state/route.ts';

const settingsLink = /^#\/settings(?:\/([A-Za-z]{1,40}))?$/;

/** @returns undefined for any other hash */
export function stepOfHash(hash: string): NavigationStep | undefined {
  const match = settingsLink.exec(hash);
  return match === null ? undefined : showSettings(match[1]);
}

/** Opens the place that the address names, and takes it out of the address. */
export function takeDeepLink({ location, history }: Pick<Window, 'location' | 'history'>): NavigationStep | undefined {
  const step = stepOfHash(location.hash);
  if (step !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return step;
}
