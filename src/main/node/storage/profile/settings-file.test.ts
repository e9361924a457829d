import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSettings, type SettingsFile } from './settings-file.ts';

const startMs = Date.UTC(2026, 0, 1);

let directory = '';
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-settings-')));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function open(text?: string): Promise<SettingsFile> {
  if (text !== undefined) await writeFile(join(directory, 'settings.json'), text);
  return openSettings(directory, startMs);
}

async function savedText(): Promise<string> {
  return readFile(join(directory, 'settings.json'), 'utf8');
}

async function saved(): Promise<unknown> {
  return JSON.parse(await savedText());
}

const codesOf = (file: SettingsFile): readonly string[] => file.problems().map(({ code }) => code);

it('[PROF-1] saves in the order of the calls, and reads again what it saved', async () => {
  const first = await open();
  const results = await Promise.all([
    first.save({ status: 'busy' }),
    first.save({ note: 'in a meeting' }),
    first.save({ status: 'away', unicastPort: 50_000, tcpPort: 50_002 }),
  ]);
  const { chosen, unicastPort, tcpPort } = await open();
  expect({ results, chosen, unicastPort, tcpPort }).toEqual({
    results: [undefined, undefined, undefined],
    chosen: { status: 'away', note: 'in a meeting' },
    unicastPort: 50_000,
    tcpPort: 50_002,
  });
});

it('opens a file with every key that earlier versions wrote', async () => {
  const all = {
    name: 'Ana',
    status: 'busy',
    note: 'hi',
    manualAddresses: ['127.0.0.1:50001', '[fe80::1%eth0]:50002'],
    excludedInterfaces: ['tun0', 'vEthernet (Default Switch)'],
    passive: true,
    keepDays: 2.5,
    readReceipts: false,
  };
  const file = await open(JSON.stringify({ ...all, unicastPort: 50_001 }));
  expect({ chosen: file.chosen, unicastPort: file.unicastPort, problems: file.problems() }).toEqual({
    chosen: all,
    unicastPort: 50_001,
    problems: [],
  });
});

it('[SET-4] keeps what a newer version wrote', async () => {
  const file = await open('{"name":"Ana","fromTheFuture":{"a":[1,null]}}');
  await file.save({ status: 'busy' });
  expect(await savedText()).toBe(
    '{\n  "name": "Ana",\n  "fromTheFuture": {\n    "a": [\n      1,\n      null\n    ]\n  },\n  "status": "busy"\n}\n',
  );
});

it('[SET-6] a reset setting, and one that is null, leaves the file', async () => {
  const file = await open('{"name":"Ana","keepDays":30,"passive":true}');
  await file.save({ keepDays: null, passive: undefined });
  expect(await saved()).toEqual({ name: 'Ana' });
});

describe('[SET-3] a value that is not valid', () => {
  it('counts as not chosen, is named with its file and what is valid, and stays until it is chosen anew', async () => {
    const text = '{"keepDays":"30","name":"Ana","status":"asleep"}';
    const file = await open(text);
    const opened = { chosen: file.chosen, problems: file.problems(), text: await savedText() };
    await file.save({ note: 'x' });
    const other = await saved();
    await file.save({ status: 'busy' });
    const one = file.problems();
    await file.save({ keepDays: undefined });

    expect(opened).toEqual({
      chosen: { name: 'Ana' },
      text,
      problems: [
        {
          code: 'setting-invalid',
          severity: 'warning',
          values: {
            keys: ['keepDays', 'status'],
            key: 'keepDays',
            path: join(directory, 'settings.json'),
          },
        },
      ],
    });
    expect(other).toEqual({ keepDays: '30', name: 'Ana', status: 'asleep', note: 'x' });
    expect(one).toMatchObject([{ code: 'setting-invalid', values: expect.objectContaining({ keys: ['keepDays'] }) }]);
    expect({ problems: file.problems(), content: await saved() }).toEqual({
      problems: [],
      content: { name: 'Ana', status: 'busy', note: 'x' },
    });
  });

  it.each([
    ['name', 5],
    ['note', null],
    ['readReceipts', 'no'],
    ['keepDays', 0],
    ['keepDays', 40_000],
    ['manualAddresses', '10.0.0.1:5000'],
    ['manualAddresses', ['desk-7']],
    ['excludedInterfaces', [1]],
    ['passive', 1],
  ])('%s: %j is one', async (key, value) => {
    const file = await open(JSON.stringify({ [key]: value }));
    expect({ chosen: file.chosen, codes: codesOf(file) }).toEqual({ chosen: {}, codes: ['setting-invalid'] });
  });
});

it('takes no port of the system for the one of the last run, and complains to nobody', async () => {
  const file = await open('{"unicastPort":80,"tcpPort":65536}');
  expect([file.unicastPort, file.tcpPort, file.problems()]).toEqual([undefined, undefined, []]);
});

it.each(['garbage', '', '[]', 'null', '"text"', '{"name":'])(
  '[PROF-3] a file that holds %j is moved aside; defaults are used, and the user is told',
  async (text) => {
    const file = await open(text);
    const aside = 'settings.json.unreadable-2026-01-01T00-00-00.000Z';
    const names = await readdir(directory);
    await file.save({ note: 'x' });

    expect({ chosen: file.chosen, names, text: await readFile(join(directory, aside), 'utf8') }).toEqual({
      chosen: {},
      names: [aside],
      text,
    });
    expect(file.problems()).toMatchObject([{ code: 'settings-unreadable', values: { path: expect.stringContaining(aside) } }]);
    expect((await open()).problems()).toEqual([]);
  },
);

it('[SET-7] says when it cannot save, and saves all of it once it can', async () => {
  const file = await open();
  const obstacle = join(directory, 'settings.json.new');
  await mkdir(join(obstacle, 'inside'), { recursive: true });
  const before = await file.save({ note: 'one' });
  await rm(obstacle, { recursive: true });
  const after = await file.save({ status: 'busy' });

  expect(before).toMatchObject({ code: 'profile-not-writable', severity: 'warning' });
  expect(after).toBeUndefined();
  expect(await saved()).toEqual({ note: 'one', status: 'busy' });
});
