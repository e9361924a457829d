/**
 * Applies the settings of the whole page (rules SET-21 and SET-23): theme, text size, motion and
 * time format. The style sheets read the attributes and the variable that it sets on the root.
 */
import { defaultSettingStates } from '../../shared/contract/settings.ts';
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import { setHourCycle } from '../../shared/text/local-format.ts';
import type { HallwayStore } from '../state/store.ts';

interface AppearanceDeps {
  readonly store: Pick<HallwayStore, 'getState' | 'subscribe'>;
  /** The element `html`. */
  readonly root: Pick<HTMLElement, 'dataset' | 'style'>;
}

const hourCycles = { system: undefined, '12h': 'h12', '24h': 'h23' } as const;

/** @returns its undo, which leaves the page as it is */
export function followAppearance({ store, root }: AppearanceDeps): Unsubscribe {
  let applied: unknown;

  function apply(): void {
    const { settings } = store.getState().core;
    if (settings === applied) return;
    applied = settings;
    // Until the settings come, the theme that the host put there stays.
    if (settings !== defaultSettingStates || root.dataset['theme'] === undefined) root.dataset['theme'] = settings.theme.value;
    root.dataset['motion'] = settings.reduceMotion.value ? 'reduced' : 'system';
    root.style.setProperty('--text-scale', String(settings.textSizePercent.value / 100));
    setHourCycle(hourCycles[settings.timeFormat.value]);
  }

  apply();
  return store.subscribe(apply);
}
