import { refuse } from '../../../shared/text/messages/problem-values.ts';
import { expect, test } from 'vitest';
import { settingKeys, settingsTable, type ChosenSettings } from '../../../shared/contract/settings.ts';
import { createSettings, type SettingsOptions } from './settings.ts';

function createSettingsFixture(options: SettingsOptions = {}) {
  const saves: ChosenSettings[] = [];
  const changes: ChosenSettings[] = [];
  let canSave = true;
  const settings = createSettings(
    {
      settingsFile: {
        save(change) {
          saves.push(change);
          return Promise.resolve(canSave);
        },
      },
      checks: {
        name: (name) => (name === 'Bo' ? refuse('name-in-use', { likeness: 'same', name }) : undefined),
      },
    },
    options,
  );
  settings.subscribe((event) => changes.push(event.settings));
  return { settings, saves, changes, breakDisk: () => void (canSave = false) };
}

test('[SET-1] a setting that the user never chose has the default of the table or of this computer', () => {
  const { settings } = createSettingsFixture({ defaults: { name: 'ana' }, chosen: { passive: true } });
  const { name, passive, ...others } = settings.list();
  expect({ name, passive }).toEqual({
    name: { value: 'ana', default: 'ana', locked: false },
    passive: { value: true, default: false, locked: false },
  });
  expect(Object.keys(settings.list())).toEqual(settingKeys);
  for (const [key, state] of Object.entries(others)) {
    const usual = settingsTable[key as keyof typeof others].default;
    expect({ key, state }).toEqual({ key, state: { value: usual, default: usual, locked: false } });
  }
});

test('[SET-2] a change applies at once, is emitted once, and is persisted', async () => {
  const { settings, saves, changes } = createSettingsFixture();
  const setting = settings.set('keepDays', 30);
  const atOnce = settings.get('keepDays');
  expect({ atOnce, result: await setting, changes, saves }).toEqual({
    atOnce: 30,
    result: { ok: true },
    changes: [{ keepDays: 30 }],
    saves: [{ keepDays: 30 }],
  });
});

test('[SET-2] choosing the current value persists it and emits no event', async () => {
  const { settings, saves, changes } = createSettingsFixture();
  await settings.set('readReceipts', true);
  expect({ changes, saves }).toEqual({ changes: [], saves: [{ readReceipts: true }] });
});

test('[SET-20] null replaces a default that is not null, until a reset', async () => {
  const { settings, saves } = createSettingsFixture();
  await settings.set('roomKeepDays', null);
  const chosen = settings.get('roomKeepDays');
  await settings.reset('roomKeepDays');
  expect({ chosen, reset: settings.get('roomKeepDays'), saves }).toEqual({
    chosen: null,
    reset: 30,
    saves: [{ roomKeepDays: null }, { roomKeepDays: undefined }],
  });
});

test('[SET-5] an unknown key, an invalid value and one that its area refuses get a code and change nothing', async () => {
  const { settings, saves, changes } = createSettingsFixture();
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['nope', 1, 'unknown-setting'],
    ['constructor', 1, 'unknown-setting'],
    ['keepDays', '30', 'bad-value'],
    ['keepDays', 0, 'bad-value'],
    ['status', 'asleep', 'bad-value'],
    ['manualAddresses', ['desk-7'], 'bad-value'],
    ['note', undefined, 'bad-value'],
    ['name', 'Bo', 'name-in-use'],
  ];
  const results = await Promise.all(wrong.map(([key, value]) => settings.set(key, value)));
  expect(results.map((result) => !result.ok && result.code)).toEqual(wrong.map(([, , code]) => code));
  expect(results[2]).toMatchObject({
    values: { key: 'keepDays' },
  });
  expect(await settings.reset('nope')).toMatchObject({ code: 'unknown-setting' });
  expect({ saves, changes }).toEqual({ saves: [], changes: [] });
});

test('[SET-5] a setting locked by policy rejects every change', async () => {
  const { settings, saves } = createSettingsFixture({
    chosen: { passive: false },
    policy: { passive: { value: true, locked: true } },
  });
  const results = [await settings.set('passive', false), await settings.reset('passive')];
  settings.put({ passive: false, note: 'x' });
  expect(results).toMatchObject([{ code: 'setting-locked' }, { code: 'setting-locked' }]);
  expect({ passive: settings.list().passive, saves }).toEqual({
    passive: { value: true, default: true, locked: true },
    saves: [{ note: 'x' }],
  });
});

test('[POLICY-3] a value of a policy that is not locked is the default, also null', async () => {
  const { settings, saves } = createSettingsFixture({
    chosen: { theme: 'light' },
    policy: { theme: { value: 'dark', locked: false }, roomKeepDays: { value: null, locked: false } },
  });
  const before = [settings.get('theme'), settings.get('roomKeepDays')];
  await settings.set('roomKeepDays', 7);
  const chosen = settings.get('roomKeepDays');
  await settings.reset('theme');
  await settings.reset('roomKeepDays');
  expect({ before, chosen, reset: [settings.get('theme'), settings.get('roomKeepDays')], saves: saves.length }).toEqual({
    before: ['light', null],
    chosen: 7,
    reset: ['dark', null],
    saves: 3,
  });
});

test('[SET-6] a reset restores and emits the default, and removes the choice from the file', async () => {
  const { settings, saves, changes } = createSettingsFixture({ chosen: { excludedInterfaces: ['tun0'] } });
  expect(await settings.reset('excludedInterfaces')).toEqual({ ok: true });
  expect({ value: settings.get('excludedInterfaces'), changes, saves }).toEqual({
    value: [],
    changes: [{ excludedInterfaces: [] }],
    saves: [{ excludedInterfaces: undefined }],
  });
});

test('[SET-6] a reset to a default that the area refuses now changes nothing', async () => {
  const { settings } = createSettingsFixture({ defaults: { name: 'Bo' }, chosen: { name: 'Ana' } });
  expect(await settings.reset('name')).toMatchObject({ code: 'name-in-use' });
  expect(settings.get('name')).toBe('Ana');
});

test('[SET-7] a value that cannot be persisted still applies, and the caller gets a code', async () => {
  const { settings, breakDisk } = createSettingsFixture();
  breakDisk();
  expect(await settings.set('passive', true)).toMatchObject({ ok: false, code: 'not-saved' });
  expect(settings.get('passive')).toBe(true);
});

test('[PROF-1] a value for this run applies until the user chooses another, and is never persisted', async () => {
  const { settings, saves } = createSettingsFixture({ chosen: { name: 'Ana' }, forThisRun: { name: 'guest' } });
  const before = settings.get('name');
  await settings.set('note', 'x');
  const meanwhile = settings.get('name');
  await settings.set('name', 'Eva');
  expect({ before, meanwhile, after: settings.get('name'), saves }).toEqual({
    before: 'guest',
    meanwhile: 'guest',
    after: 'Eva',
    saves: [{ note: 'x' }, { name: 'Eva' }],
  });
});

test('[WIRE-6, WIRE-7] texts are stored as peers see them, including those edited in the file', async () => {
  const { settings } = createSettingsFixture({ chosen: { name: '\u202eAna\u0000 R' } });
  expect(settings.get('name')).toBe('Ana R');
  await settings.set('note', `  at\u202e lunch ${'x'.repeat(200)}`);
  expect(settings.get('note')).toMatch(/^at lunch x{87}$/);
});
