/**
 * A node and its `settings.json`, as users and other versions leave it: the values in effect, the
 * reported problems, and the file afterwards.
 */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settingsTable, type SettingKey } from '../../../src/shared/contract/settings.ts';
import { startNode, type StartedNode, type StartOptions } from '../../../src/main/hosts/start-node.ts';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { conversationOf } from '../../../src/shared/lib/ids.ts';
import { behindAll } from '../../fakes/cursors.ts';
import { createSystemClock } from '../../../src/main/node/system/system-ports.ts';

const log = { write: () => undefined };
const dayMs = 86_400_000;
const friend = 'b'.repeat(52);

let directory = '';
let nodes: StartedNode[] = [];

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-settings-')));
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
  await rm(directory, { recursive: true, force: true });
});

/** Keeps the node off the network. */
async function start(name?: string, presence: StartOptions['presence'] = {}): Promise<StartedNode> {
  const named = name !== undefined && { name };
  const result = await startNode({ log, profileDirectory: directory, offline: true, presence, ...named });
  if (!result.ok) throw new Error(result.code);
  nodes.push(result.node);
  return result.node;
}

const writeSettings = (text: string): Promise<void> => writeFile(join(directory, 'settings.json'), text);
const savedText = (): Promise<string> => readFile(join(directory, 'settings.json'), 'utf8');
const saved = async (): Promise<unknown> => JSON.parse(await savedText());
const codesOf = ({ hallway }: StartedNode): readonly string[] => hallway.health.list().map(({ code }) => code);

/** As if it had been received and read at that time. */
async function receiveEarlier(sequence: number, days: number): Promise<void> {
  const opened = await openMessageStore(join(directory, 'messages.db'), { clock: createSystemClock() }, { patienceMs: 1_000 });
  if (!opened.ok) throw new Error(opened.problem.code);
  const message = {
    conversation: conversationOf(friend),
    from: friend,
    fromName: 'Bo',
    sentAtMs: 0,
    text: `message ${sequence}`,
  };
  const messageId = `00000000-0000-7000-8000-00000000000${sequence}`;
  opened.store.addIncoming({ ...message, messageId, sequence, receivedAtMs: Date.now() - days * dayMs });
  opened.store.markRead(conversationOf(friend), behindAll, Infinity);
  opened.store.close();
}

const textsIn = ({ hallway }: StartedNode): readonly string[] =>
  Array.from(hallway.messages?.exportMessages() ?? [], ({ text }) => text);

test('[SET-1] without a file every setting has its default, and nothing is saved', async () => {
  const node = await start('for this run');
  const { name, ...others } = node.hallway.settings.list();
  await node.stop();
  expect(name).toEqual({ value: 'for this run', default: userInfo().username, locked: false });
  expect(Object.entries(others).map(([key, { value }]) => [key, value])).toEqual(
    Object.keys(others).map((key) => [key, settingsTable[key as keyof typeof others].default]),
  );
  await expect(savedText()).rejects.toThrow('ENOENT');
});

test('[SET-2] a change applies at once, is emitted, and survives a restart', async () => {
  const first = await start();
  const events: unknown[] = [];
  first.hallway.subscribe((event) => event.type === 'settings-changed' && events.push(event.settings));
  await first.hallway.settings.set('status', 'busy');
  await first.hallway.settings.set('manualAddresses', ['10.9.9.9:50000']);
  first.hallway.network.change({ passive: true });
  const atOnce = { status: first.hallway.profile.self().status, network: first.hallway.network.settings() };
  await first.stop();
  const second = await start();

  expect(atOnce).toEqual({
    status: 'busy',
    network: { manualAddresses: ['10.9.9.9:50000'], excludedInterfaces: [], passive: true },
  });
  expect(events).toEqual([{ status: 'busy' }, { manualAddresses: ['10.9.9.9:50000'] }, { passive: true }]);
  expect(await saved()).toEqual({ status: 'busy', manualAddresses: ['10.9.9.9:50000'], passive: true });
  expect({ status: second.hallway.profile.self().status, network: second.hallway.network.settings() }).toEqual(atOnce);
});

test('[SET-2, STORE-11] setting a number of days deletes at once', async () => {
  await receiveEarlier(1, 3);
  await receiveEarlier(2, 0);
  const node = await start();
  const before = textsIn(node);
  expect(await node.hallway.settings.set('keepDays', 2)).toEqual({ ok: true });
  expect({ before, after: textsIn(node) }).toEqual({ before: ['message 1', 'message 2'], after: ['message 2'] });
});

test('[SET-3] an invalid value falls back to the default, is reported by name, and stays until changed', async () => {
  const text = '{ "keepDays": "30", "note": "at lunch", "passive": "yes" }';
  await writeSettings(text);
  const first = await start();
  const opened = {
    keepDays: first.hallway.settings.get('keepDays'),
    note: first.hallway.profile.self().note,
    health: first.hallway.health.list(),
    text: await savedText(),
  };
  await first.hallway.settings.set('status', 'away');
  const other = await saved();
  await first.stop();
  const second = await start();
  const again = codesOf(second);
  await second.hallway.settings.set('keepDays', 30);
  const one = second.hallway.health.list();
  await second.hallway.settings.reset('passive');

  expect(opened).toMatchObject({ keepDays: null, note: 'at lunch', text });
  expect(opened.health).toMatchObject([
    {
      code: 'setting-invalid',
      severity: 'warning',
      values: { keys: ['keepDays', 'passive'], path: join(directory, 'settings.json') },
    },
  ]);
  expect(other).toEqual({ keepDays: '30', note: 'at lunch', passive: 'yes', status: 'away' });
  expect(again).toEqual(['setting-invalid']);
  expect(one).toMatchObject([{ code: 'setting-invalid', values: { keys: ['passive'] } }]);
  expect({ codes: codesOf(second), content: await saved() }).toEqual({
    codes: [],
    content: { keepDays: 30, note: 'at lunch', status: 'away' },
  });
});

test('[SET-4, SET-6] keys of a later version survive a change and a reset; a reset removes its own key', async () => {
  await writeSettings('{"colorScheme":{"dark":true},"readReceipts":false,"status":"busy"}');
  const { hallway } = await start();
  await hallway.settings.set('note', 'x');
  await hallway.settings.reset('readReceipts');
  expect({ value: hallway.settings.get('readReceipts'), content: await saved() }).toEqual({
    value: true,
    content: { colorScheme: { dark: true }, status: 'busy', note: 'x' },
  });
});

test('[SET-5] a refused value changes nothing', async () => {
  await writeSettings('{"status":"busy"}');
  const { hallway } = await start('Ana');
  const before = hallway.settings.list();
  const codes: unknown[] = [];
  for (const [key, value] of [
    ['nope', 1],
    ['keepDays', -1],
    ['name', 'system'],
    ['name', ' \u200b'],
    ['manualAddresses', ['224.0.0.187:4255']],
    ['manualAddresses', ['10.0.0.1:50000', '999.0.0.1:50000']],
  ] as const) {
    const result = await hallway.settings.set(key, value);
    codes.push(!result.ok && result.code);
  }
  expect(codes).toEqual(['unknown-setting', 'bad-value', 'name-reserved', 'bad-name', 'bad-address', 'bad-address']);
  expect({ list: hallway.settings.list(), text: await savedText() }).toEqual({ list: before, text: '{"status":"busy"}' });
});

test('[SET-25] another network port applies from the next start, and an option of that run wins', async () => {
  const first = await start();
  await first.hallway.settings.set('port', 24_300);
  const portOf = ({ hallway }: StartedNode): number => hallway.diagnostics.read().port;
  const meanwhile = portOf(first);
  await first.stop();
  const second = await start();
  const next = portOf(second);
  await second.stop();
  const third = await start(undefined, { port: 24_301 });
  expect({ meanwhile, next, option: portOf(third) }).toEqual({ meanwhile: 4255, next: 24_300, option: 24_301 });
});

test('[SET-1, SET-2] the file has settings of the table alone, and each value survives a restart', async () => {
  const values: { readonly [Key in SettingKey]: unknown } = {
    name: 'Ana Berg',
    status: 'busy',
    note: 'x',
    autoAway: false,
    autoAwayMinutes: 20,
    busyUntilMs: 4_000_000_000_000,
    notifyMessages: false,
    notifyRooms: 'all',
    notificationContent: 'none',
    notificationSound: false,
    keywords: ['build'],
    doNotDisturbUntilMs: 4_000_000_000_000,
    quietHours: { days: [0], from: '22:00', to: '07:00' },
    showBadge: false,
    flashWindow: false,
    theme: 'dark',
    textSizePercent: 150,
    density: 'comfortable',
    sendWith: 'ctrl-enter',
    timeFormat: '24h',
    reduceMotion: true,
    showSnippets: false,
    readReceipts: false,
    typingSignals: false,
    keepDays: 30,
    roomKeepDays: null,
    roomKeepMegabytes: 512,
    roomNotices: 'never',
    filesDirectory: '/srv/files',
    filesAccept: 'verified',
    filesAcceptUpToMiB: 5,
    filesRemovePlace: false,
    filesBytesPerSecond: 1_000_000,
    manualAddresses: ['10.9.9.9:50000'],
    excludedInterfaces: ['tun0'],
    passive: true,
    multicastTtl: 2,
    port: 24_300,
    startAtLogin: true,
    startHidden: false,
    keepRunning: false,
    globalShortcut: 'Ctrl+Alt+H',
    hardwareAcceleration: false,
    logLevel: 'debug',
  };
  const first = await start();
  const results = await Promise.all(Object.entries(values).map(([key, value]) => first.hallway.settings.set(key, value)));
  await first.stop();
  const second = await start();
  const states = Object.entries(second.hallway.settings.list());
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  expect(Object.fromEntries(states.map(([key, { value }]) => [key, value]))).toEqual(values);
  expect(await saved()).toEqual(values);
});

test('[SET-7] a value that cannot be saved still applies, and is reported', async () => {
  const node = await start();
  // A folder in place of the file: unlike a missing permission, it stops root too.
  await mkdir(join(directory, 'settings.json.new', 'inside'), { recursive: true });
  const result = await node.hallway.settings.set('readReceipts', false);
  const meanwhile = { value: node.hallway.settings.get('readReceipts'), codes: codesOf(node) };
  await rm(join(directory, 'settings.json.new'), { recursive: true });
  const later = await node.hallway.settings.set('status', 'busy');

  expect(result).toMatchObject({ ok: false, code: 'not-saved' });
  expect(meanwhile).toEqual({ value: false, codes: ['profile-not-writable'] });
  expect({ later, codes: codesOf(node), content: await saved() }).toEqual({
    later: { ok: true },
    codes: [],
    content: { readReceipts: false, status: 'busy' },
  });
});

test.each(['{"status":"busy",}', '[1]', '\u0000'])(
  '[PROF-3] a file with %j is moved aside, and changes are saved to a new one',
  async (text) => {
    await writeSettings(text);
    const node = await start();
    const health = node.hallway.health.list();
    await node.hallway.settings.set('note', 'x');
    const aside = /settings\.json\.unreadable-[\w.-]+Z/.exec(String(health[0]?.values['path']))?.[0] ?? '';
    expect(health.map(({ code }) => code)).toEqual(['settings-unreadable']);
    expect(await readFile(join(directory, aside), 'utf8')).toBe(text);
    expect(await saved()).toEqual({ note: 'x' });
  },
);
