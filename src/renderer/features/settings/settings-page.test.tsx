import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeConversations } from '../../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import type { FakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';
import { settingKeys, settingsTable, type SettingKey } from '../../../shared/contract/settings.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { App } from '../../app/app.tsx';
import { stepOfHash } from '../../app/deep-link.ts';
import { showSettings } from '../../state/route.ts';
import { settingsPlaces } from '../../state/settings-places.ts';
import { placeTitle } from './groups.ts';
import { undoShownMs } from './undo.tsx';

const nowMs = Date.UTC(2026, 0, 1, 12);
/** Lets a change reach the core, and its answer the page. */
const soonMs = 100;

let hallway: FakeHallway;

beforeEach(() => {
  hallway = createFakeHallway(fakeSelf({ name: 'Noor' }), createFakeConversations({ nowMs }));
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function open(name = ''): Promise<Rendered> {
  const rendered = await renderHallway(hallway, <App />, { nowMs });
  act(() => rendered.store.navigate(showSettings(name)));
  await rendered.advance(soonMs);
  return rendered;
}

function page(): HTMLElement {
  return screen.getByRole('region', { name: 'Settings' });
}

function rowOf(key: SettingKey): HTMLElement {
  const found = page().querySelector<HTMLElement>(`[data-setting=${key}]`);
  if (found === null) throw new Error(`no row of ${key}`);
  return found;
}

function shownKeys(): readonly (string | undefined)[] {
  return [...page().querySelectorAll<HTMLElement>('[data-setting]')].map(({ dataset }) => dataset['setting']);
}

const keysHere = settingKeys.filter((key) => settingsTable[key].hosts.includes('browser'));

describe('the settings page', () => {
  test('[SET-27] opens from its button and by Ctrl+comma, and closes by Escape with the focus back', async () => {
    const rendered = await renderHallway(hallway, <App />, { nowMs });
    const button = screen.getByRole('button', { name: 'Settings' });
    button.focus();
    const seen: unknown[] = [];
    for (const press of [() => fireEvent.click(button), () => fireEvent.keyDown(document.body, { key: ',', ctrlKey: true })]) {
      press();
      await rendered.advance(soonMs);
      seen.push(document.activeElement === page());
      fireEvent.keyDown(page(), { key: 'Escape' });
      await rendered.advance(soonMs);
      seen.push(screen.queryByRole('region', { name: 'Settings' }), document.activeElement === button);
    }
    expect(seen).toEqual([true, null, true, true, null, true]);
  });

  test('[SET-27] the sections show every row of the table that this host has, each once', async () => {
    const rendered = await open();
    const shown: (string | undefined)[] = [];
    for (const place of settingsPlaces) {
      fireEvent.click(within(page()).getByRole('button', { name: placeTitle(place) }));
      await rendered.advance(0);
      shown.push(...shownKeys());
    }
    expect(new Set(shown)).toEqual(new Set(keysHere));
    expect(shown).toHaveLength(keysHere.length);
  });

  test.each(keysHere)('[SET-28, SET-29] a search for its label and a link find %s', async (key) => {
    const rendered = await open();
    fireEvent.change(screen.getByRole('textbox', { name: 'Search settings' }), {
      target: { value: settingMessage(key, 'label') },
    });
    await rendered.advance(0);
    const found = shownKeys();
    const step = stepOfHash(`#/settings/${key}`);
    fireEvent.change(screen.getByRole('textbox', { name: 'Search settings' }), { target: { value: '' } });
    act(() => step && rendered.store.navigate(step));
    await rendered.advance(0);
    expect({ found: found.includes(key), linked: rowOf(key).contains(document.activeElement) }).toEqual({
      found: true,
      linked: true,
    });
  });

  test('[SET-28] the search knows other words, and says when nothing matches', async () => {
    const rendered = await open();
    const field = screen.getByRole('textbox', { name: 'Search settings' });
    const results: unknown[] = [];
    for (const text of ['DARK mode', 'dnd', 'retention rooms', 'xyzzy']) {
      fireEvent.change(field, { target: { value: text } });
      await rendered.advance(0);
      results.push(shownKeys());
    }
    expect(results).toEqual([['theme'], ['doNotDisturbUntilMs', 'quietHours'], ['roomKeepDays'], []]);
    expect(within(page()).getAllByRole('status')[0]?.textContent).toBe('No setting matches “xyzzy”.');
  });
});

describe('a row', () => {
  test('[POLICY-2] that a policy locks is shown, disabled, and says so', async () => {
    const policy = { readReceipts: { value: false, locked: true }, keywords: { value: ['build'], locked: true } };
    hallway = createFakeHallway(fakeSelf({ name: 'Noor' }), { ...createFakeConversations({ nowMs }), policy });
    const rendered = await open('privacy');
    const { textContent } = rowOf('readReceipts');
    const toggle = within(rowOf('readReceipts')).getByRole<HTMLButtonElement>('switch');
    act(() => rendered.store.navigate(showSettings('notifications')));
    const controls = [...rowOf('keywords').querySelectorAll<HTMLButtonElement>('button, input')];
    expect({
      says: textContent.includes('Set by your organization'),
      isOn: toggle.getAttribute('aria-checked'),
      disabled: [toggle, ...controls].map(({ disabled }) => disabled),
      reset: within(page()).queryByRole('button', { name: /^Reset to default: Words/ }),
    }).toEqual({ says: true, isOn: 'false', disabled: [true, true, true, true], reset: null });
  });

  test('[SET-30] applies a switch, a choice and a number at once, and a reset brings the default back', async () => {
    const rendered = await open('privacy');
    fireEvent.click(within(rowOf('readReceipts')).getByRole('switch'));
    fireEvent.change(within(rowOf('roomNotices')).getByRole('combobox'), { target: { value: 'never' } });
    await rendered.advance(soonMs);
    const { readReceipts, roomNotices } = hallway.settings.list();
    fireEvent.click(within(rowOf('readReceipts')).getByRole('button', { name: 'Reset to default: Read receipts' }));
    await rendered.advance(soonMs);
    const reset = hallway.settings.get('readReceipts');
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await rendered.advance(soonMs);
    expect({
      changed: [readReceipts.value, roomNotices.value],
      reset,
      undone: hallway.settings.get('readReceipts'),
    }).toEqual({ changed: [false, 'never'], reset: true, undone: false });
  });

  test('[SET-30] a number is saved by Enter and on leaving; a wrong one is explained and changes nothing', async () => {
    const rendered = await open('profile');
    const field = within(rowOf('autoAwayMinutes')).getByRole('textbox');
    fireEvent.change(field, { target: { value: '241' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await rendered.advance(soonMs);
    const alert = within(rowOf('autoAwayMinutes')).getByRole('alert').textContent;
    const meanwhile = hallway.settings.get('autoAwayMinutes');
    fireEvent.change(field, { target: { value: '20' } });
    fireEvent.blur(field);
    await rendered.advance(soonMs);
    expect({ alert, meanwhile, after: hallway.settings.get('autoAwayMinutes') }).toEqual({
      alert: 'Enter a whole number from 1 to 240.',
      meanwhile: 10,
      after: 20,
    });
  });

  test('[SET-30] a refusal of the core stands at the row', async () => {
    hallway.putPeer(fakePeer(1, { name: 'Bo' }));
    const rendered = await open('profile');
    const field = within(rowOf('name')).getByRole('textbox');
    fireEvent.change(field, { target: { value: 'Bo' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await rendered.advance(soonMs);
    expect(within(rowOf('name')).getByRole('alert').textContent).toMatch(/^Someone named "Bo"|"Bo"/);
    expect(hallway.settings.get('name')).toBe('Noor');
  });

  test('[SET-30] a list takes entries, refuses a wrong one, and an undo brings a removed one back', async () => {
    const rendered = await open('network');
    const row = within(rowOf('manualAddresses'));
    const add = async (text: string): Promise<void> => {
      fireEvent.change(row.getByRole('textbox'), { target: { value: text } });
      fireEvent.click(row.getByRole('button', { name: 'Add' }));
      await rendered.advance(soonMs);
    };
    await add('10.9.9.9:50000');
    await add('nonsense');
    const alert = row.getByRole('alert').textContent;
    fireEvent.click(row.getByRole('button', { name: 'Remove 10.9.9.9:50000' }));
    await rendered.advance(soonMs);
    const removed = hallway.settings.get('manualAddresses');
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await rendered.advance(soonMs);
    expect({ alert, removed, undone: hallway.settings.get('manualAddresses') }).toEqual({
      alert: expect.stringMatching(/^This can't be added\./) as string,
      removed: [],
      undone: ['10.9.9.9:50000'],
    });
  });

  test('[SET-30] quiet hours: a switch, then days and times', async () => {
    const rendered = await open('notifications');
    const row = within(rowOf('quietHours'));
    fireEvent.click(row.getByRole('switch'));
    await rendered.advance(soonMs);
    fireEvent.click(row.getByRole('checkbox', { name: 'Sat' }));
    await rendered.advance(soonMs);
    fireEvent.change(row.getByLabelText('From'), { target: { value: '21:30' } });
    await rendered.advance(soonMs);
    expect(hallway.settings.get('quietHours')).toEqual({ days: [1, 2, 3, 4, 5, 6], from: '21:30', to: '08:00' });
  });

  test('[SET-31] a change that deletes messages waits for an undo; without one it applies', async () => {
    const rendered = await open('privacy');
    const type = async (text: string): Promise<void> => {
      const field = within(rowOf('keepDays')).getByRole('textbox');
      fireEvent.change(field, { target: { value: text } });
      fireEvent.keyDown(field, { key: 'Enter' });
      await rendered.advance(soonMs);
    };
    await type('30');
    const waiting = {
      shown: within(rowOf('keepDays')).getByRole<HTMLInputElement>('textbox').value,
      real: hallway.settings.get('keepDays'),
    };
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await rendered.advance(soonMs);
    const undone = {
      shown: within(rowOf('keepDays')).getByRole<HTMLInputElement>('textbox').value,
      real: hallway.settings.get('keepDays'),
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await type('60');
    act(() => void vi.advanceTimersByTime(undoShownMs));
    await rendered.advance(soonMs);
    const applied = hallway.settings.get('keepDays');
    await type('90');
    expect({ waiting, undone, applied, longer: hallway.settings.get('keepDays') }).toEqual({
      waiting: { shown: '30', real: null },
      undone: { shown: '', real: null },
      applied: 60,
      longer: 90,
    });
  });

  test('[SET-31] leaving the page lets a waiting change apply', async () => {
    const rendered = await open('privacy');
    const field = within(rowOf('keepDays')).getByRole('textbox');
    fireEvent.change(field, { target: { value: '30' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    fireEvent.keyDown(page(), { key: 'Escape' });
    await rendered.advance(soonMs);
    expect(hallway.settings.get('keepDays')).toBe(30);
  });

  test('[PROF-11] the About page says how many people here claim a newer version, and the newest', async () => {
    const rendered = await open('about');
    const before = page().textContent?.includes('newer version');
    act(() => {
      hallway.putPeer(fakePeer(1, { version: '1.3.0' }));
      hallway.putPeer(fakePeer(2, { version: '2.0.0' }));
      hallway.putPeer(fakePeer(3, { version: '1.2.3' }));
      hallway.putPeer(fakePeer(4));
    });
    await rendered.advance(soonMs);
    const text = '2 people here say they have a newer version: 2.0.0.';
    expect({ before, after: page().textContent?.includes(text) }).toEqual({ before: false, after: true });
  });
});
