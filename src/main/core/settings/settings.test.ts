import { refuse } from '../../../shared/text/messages/problem-values.ts';
import { expect, test } from 'vitest';
import { settingKeys, settingsTable, type ChosenSettings } from '../../../shared/contract/settings.ts';
import { createSettings, type SettingsOptions } from './settings.ts';

function createScene(options: SettingsOptions = {}) {
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

test('[SET-1] a setting that nobody chose has the default of the table, or that of this computer', () => {
  const { settings } = createScene({ defaults: { name: 'ana' }, chosen: { passive: true } });
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

test('[SET-2] a change applies at once, is told once, and is saved', async () => {
  const { settings, saves, changes } = createScene();
  const setting = settings.set('keepDays', 30);
  const atOnce = settings.get('keepDays');
  expect({ atOnce, result: await setting, changes, saves }).toEqual({
    atOnce: 30,
    result: { ok: true },
    changes: [{ keepDays: 30 }],
    saves: [{ keepDays: 30 }],
  });
});

test('[SET-2] the value that it has already is a choice too: saved, and told to nobody', async () => {
  const { settings, saves, changes } = createScene();
  await settings.set('readReceipts', true);
  expect({ changes, saves }).toEqual({ changes: [], saves: [{ readReceipts: true }] });
});

test('[SET-5] a wrong key, a value that is not valid, and one that its area refuses get a code and change nothing', async () => {
  const { settings, saves, changes } = createScene();
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

test('[SET-5] what a policy locked stays as it is, whoever asks', async () => {
  const { settings, saves } = createScene({ chosen: { passive: true }, locked: ['passive'] });
  const results = [await settings.set('passive', false), await settings.reset('passive')];
  settings.put({ passive: false, note: 'x' });
  expect(results).toMatchObject([{ code: 'setting-locked' }, { code: 'setting-locked' }]);
  expect({ passive: settings.list().passive, saves }).toEqual({
    passive: { value: true, default: false, locked: true },
    saves: [{ note: 'x' }],
  });
});

test('[SET-6] a reset brings the default back, is told, and takes the choice out of the file', async () => {
  const { settings, saves, changes } = createScene({ chosen: { excludedInterfaces: ['tun0'] } });
  expect(await settings.reset('excludedInterfaces')).toEqual({ ok: true });
  expect({ value: settings.get('excludedInterfaces'), changes, saves }).toEqual({
    value: [],
    changes: [{ excludedInterfaces: [] }],
    saves: [{ excludedInterfaces: undefined }],
  });
});

test('[SET-6] a reset to a default that the area refuses now changes nothing', async () => {
  const { settings } = createScene({ defaults: { name: 'Bo' }, chosen: { name: 'Ana' } });
  expect(await settings.reset('name')).toMatchObject({ code: 'name-in-use' });
  expect(settings.get('name')).toBe('Ana');
});

test('[SET-7] what cannot be saved applies all the same, and the caller gets a code', async () => {
  const { settings, breakDisk } = createScene();
  breakDisk();
  expect(await settings.set('passive', true)).toMatchObject({ ok: false, code: 'not-saved' });
  expect(settings.get('passive')).toBe(true);
});

test('[PROF-1] a value for this run is in effect until another is chosen, and is never saved', async () => {
  const { settings, saves } = createScene({ chosen: { name: 'Ana' }, forThisRun: { name: 'guest' } });
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

test('[WIRE-6, WIRE-7] texts are stored as others see them, also those that somebody typed into the file', async () => {
  const { settings } = createScene({ chosen: { name: '\u202eAna\u0000 R' } });
  expect(settings.get('name')).toBe('Ana R');
  await settings.set('note', `  at\u202e lunch ${'x'.repeat(200)}`);
  expect(settings.get('note')).toMatch(/^at lunch x{87}$/);
});
