import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import { signLastsMs } from '../../state/sign-of-life.ts';
import { activityIntervalMs } from './report-attention.ts';

const nowMs = Date.UTC(2026, 0, 1, 12);

beforeEach(() => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test('[NOTIFY-4] the core knows whether the user looks at this window, also after the link was lost', async () => {
  const hallway = createFakeHallway();
  const { advance, link } = await renderHallway(hallway, <p />, { nowMs });
  const first = hallway.inBanners.attention();
  await advance(signLastsMs);
  const asleep = hallway.inBanners.attention();
  link.close();
  const gone = hallway.inBanners.attention();
  link.open();
  window.dispatchEvent(new KeyboardEvent('keydown'));
  await advance(0);
  expect({ first, asleep, gone, back: hallway.inBanners.attention() }).toEqual({
    first: [{ isFocused: true, conversation: null }],
    asleep: [{ isFocused: false, conversation: null }],
    gone: [],
    back: [{ isFocused: true, conversation: null }],
  });
});

test('[AWAY-9] input is reported at once, then now and then', async () => {
  let active = 0;
  const hallway = createFakeHallway();
  const away = { ...hallway.away, active: () => void (active += 1) };
  const { advance } = await renderHallway({ ...hallway, away }, <p />, { nowMs });
  for (let count = 0; count < 20; count += 1) {
    window.dispatchEvent(new PointerEvent('pointermove'));
    await advance(activityIntervalMs / 10);
  }
  expect(active).toBe(2);
});
