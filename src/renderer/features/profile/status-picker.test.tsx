import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { createFakeHallway, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import { ProfileHeader } from './profile-header.tsx';

/** Local time, as the choices are. */
const nowMs = new Date(2026, 0, 7, 13, 20).getTime();
const atThree = new Date(2026, 0, 7, 15).getTime();

afterEach(cleanup);

function picker(): HTMLSelectElement {
  return screen.getByRole('combobox', { name: 'Your status' });
}

function options(): readonly string[] {
  return [...picker().options].map(({ textContent }) => textContent.replace('\u202f', ' '));
}

test('[AWAY-13] a busy status gets an end, and shows it', async () => {
  const hallway = createFakeHallway();
  const { advance } = await renderHallway(hallway, <ProfileHeader />, { nowMs });
  fireEvent.change(picker(), { target: { value: 'busy:full-hour' } });
  await advance(100);
  const change = { status: hallway.profile.self().status, busyUntilMs: hallway.settings.get('busyUntilMs') };
  hallway.setSelf({ status: 'busy', busyUntilMs: atThree });
  await advance(100);
  const shown = picker().selectedOptions[0]?.textContent.replace('\u202f', ' ');
  fireEvent.change(picker(), { target: { value: 'available' } });
  await advance(100);
  expect({ change, shown, after: hallway.settings.get('busyUntilMs') }).toEqual({
    change: { status: 'busy', busyUntilMs: new Date(2026, 0, 7, 14).getTime() },
    shown: 'Busy until 3:00 PM',
    after: null,
  });
});

test('[AWAY-14] notifications are paused until a time, and resumed', async () => {
  const hallway = createFakeHallway();
  const { advance } = await renderHallway(hallway, <ProfileHeader />, { nowMs });
  const before = options();
  fireEvent.change(picker(), { target: { value: 'pause:tomorrow' } });
  await advance(100);
  const paused = { untilMs: hallway.settings.get('doNotDisturbUntilMs'), status: picker().value, offers: options().at(-4) };
  const words = screen.getByText(/^Notifications are paused until/).textContent.replace('\u202f', ' ');
  fireEvent.change(picker(), { target: { value: 'pause' } });
  await advance(100);
  expect({ before, paused, words, after: hallway.settings.get('doNotDisturbUntilMs') }).toEqual({
    before: [
      ...['Available', 'Away', 'Busy'],
      ...['For 1 hour', 'Until 2:00 PM', 'Until Thu 9:00 AM'],
      ...['For 1 hour', 'Until 2:00 PM', 'Until Thu 9:00 AM'],
    ],
    paused: { untilMs: new Date(2026, 0, 8, 9).getTime(), status: 'available', offers: 'Resume now' },
    words: 'Notifications are paused until Thu 9:00 AM',
    after: null,
  });
});

test('[AWAY-7] the menu says where auto-away is not available', async () => {
  const hallway = createFakeHallway(fakeSelf({ cannotTellAway: true }));
  await renderHallway(hallway, <ProfileHeader />, { nowMs });
  expect(options()).toContain("Auto-away isn't available on this desktop");
});
