import { afterEach, expect, test } from 'vitest';
import { defaultSettingStates, type SettingValues } from '../../shared/contract/settings.ts';
import { createLocalFormat, setHourCycle } from '../../shared/text/local-format.ts';
import { createHallwayStore } from '../state/store.ts';
import { followAppearance } from './appearance.ts';

afterEach(() => setHourCycle(undefined));

function withValues(values: Partial<SettingValues>) {
  const changed = Object.entries(values).map(([key, value]) => [
    key,
    { ...defaultSettingStates[key as keyof SettingValues], value },
  ]);
  return { ...defaultSettingStates, ...(Object.fromEntries(changed) as object) };
}

test('[SET-21] the theme that the host put on the page stays until the settings come', () => {
  const store = createHallwayStore();
  const root = document.createElement('html');
  root.dataset['theme'] = 'dark';
  const stop = followAppearance({ store, root });
  const before = root.dataset['theme'];
  store.apply({ type: 'settings-answered', settings: withValues({ theme: 'light' }) });
  stop();
  expect([before, root.dataset['theme']]).toEqual(['dark', 'light']);
});

test('[SET-21, SET-23] the root of the page follows the settings, without a reload', () => {
  const store = createHallwayStore();
  const root = document.createElement('html');
  const time = createLocalFormat({ timeStyle: 'short', timeZone: 'UTC' });
  const stop = followAppearance({ store, root });
  const look = () => ({
    theme: root.dataset['theme'],
    motion: root.dataset['motion'],
    scale: root.style.getPropertyValue('--text-scale'),
    time: time.format(Date.UTC(2026, 0, 1, 21, 5)).replaceAll('\u202f', ' '),
  });
  const seen = [look().theme];
  store.apply({
    type: 'settings-answered',
    settings: withValues({ theme: 'dark', textSizePercent: 150, reduceMotion: true, timeFormat: '24h' }),
  });
  const chosen = look();
  store.apply({ type: 'settings-answered', settings: withValues({ timeFormat: '12h', theme: 'light' }) });
  const again = look();
  stop();
  store.apply({ type: 'settings-answered', settings: withValues({ theme: 'dark' }) });
  expect({ seen, chosen, again, stopped: look().theme }).toEqual({
    seen: ['system'],
    chosen: { theme: 'dark', motion: 'reduced', scale: '1.5', time: '21:05' },
    again: { theme: 'light', motion: 'system', scale: '1', time: '9:05 PM' },
    stopped: 'light',
  });
});
