/**
 * A node and the policy file of its computer: the values in effect, what can be changed, the
 * reported problems, and the settings file afterwards.
 */
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startNode, type StartedNode } from '../../../src/main/hosts/start-node.ts';
import { runCommand } from '../../../src/main/hosts/cli/automation/run-command.ts';
import { policyPath } from '../../../src/main/node/system/policy/policy-file.ts';
import { readPolicy } from '../../../src/main/node/system/policy/read-policy.ts';

const log = { write: () => undefined };
/** Windows has access lists instead; windows-acl.test.ts has its cases. */
const isWindows = process.platform === 'win32';

let directory = '';
let nodes: StartedNode[] = [];

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-policy-')));
  await mkdir(join(directory, 'etc'), { mode: 0o755 });
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
  await rm(directory, { recursive: true, force: true });
});

const path = (): string => join(directory, 'etc', 'policy.json');
const settingsPath = (): string => join(directory, 'profile', 'settings.json');

async function writePolicy(policy: unknown): Promise<void> {
  await writeFile(path(), typeof policy === 'string' ? policy : JSON.stringify(policy), { mode: 0o644 });
}

/** @param ownerId the user ID that counts as the administrator's */
async function start(ownerId = process.getuid?.() ?? 0): Promise<StartedNode> {
  const result = await startNode({
    log,
    profileDirectory: join(directory, 'profile'),
    offline: true,
    administrator: readPolicy({ file: { path: path(), ownerId } }),
  });
  if (!result.ok) throw new Error(result.code);
  nodes.push(result.node);
  return result.node;
}

const healthOf = ({ hallway }: StartedNode) => hallway.health.list().map(({ code, values }) => ({ code, values }));

test('[POLICY-1] each system has one place for the file, which no option and no variable changes', () => {
  const env = { ProgramData: 'D:\\Data', HALLWAY_POLICY: '/tmp/mine.json', XDG_CONFIG_HOME: '/tmp' };
  const places = ['linux', 'darwin', 'freebsd'].map((platform) => policyPath(platform, env));
  expect([...places, policyPath('win32', env)?.replaceAll('/', '\\')]).toEqual([
    '/etc/hallway/policy.json',
    '/Library/Application Support/Hallway/policy.json',
    undefined,
    'D:\\Data\\Hallway\\policy.json',
  ]);
});

test.skipIf(isWindows)('[POLICY-2] a locked value wins over the file, and no way changes it', async () => {
  await mkdir(join(directory, 'profile'), { mode: 0o700 });
  await writeFile(settingsPath(), '{"readReceipts":true,"note":"x"}');
  await writePolicy({ readReceipts: { value: false, locked: true }, KeepDays: { value: 90, locked: true } });
  const { hallway } = await start();
  const results = [
    await hallway.settings.set('readReceipts', true),
    await hallway.settings.reset('readReceipts'),
    await hallway.settings.set('keepDays', null),
    await runCommand(hallway, { id: 1, cmd: 'set', key: 'keepDays', value: 1 }),
  ];
  await hallway.settings.set('theme', 'dark');
  const { readReceipts, keepDays } = hallway.settings.list();
  expect({ readReceipts, keepDays, file: JSON.parse(await readFile(settingsPath(), 'utf8')) as unknown }).toEqual({
    readReceipts: { value: false, default: false, locked: true },
    keepDays: { value: 90, default: 90, locked: true },
    file: { readReceipts: true, note: 'x', theme: 'dark' },
  });
  expect(results).toMatchObject(results.map(() => ({ ok: false, code: 'setting-locked' })));
});

test.skipIf(isWindows)('[POLICY-3] a value that is not locked is the default', async () => {
  await writePolicy({ keepDays: { value: 90, locked: false } });
  const { hallway } = await start();
  const before = hallway.settings.get('keepDays');
  await hallway.settings.set('keepDays', 30);
  const chosen = hallway.settings.get('keepDays');
  await hallway.settings.reset('keepDays');
  expect({ before, chosen, reset: hallway.settings.get('keepDays') }).toEqual({ before: 90, chosen: 30, reset: 90 });
});

test.skipIf(isWindows)('[POLICY-4] faulty entries decide nothing and are named; the others apply', async () => {
  await writePolicy({ theme: { value: 'dark', locked: true }, keepDays: { value: '90', locked: true }, nope: 1 });
  const node = await start();
  const { theme, keepDays } = node.hallway.settings.list();
  expect({ theme: theme.locked, keepDays: keepDays.locked, health: healthOf(node) }).toEqual({
    theme: true,
    keepDays: false,
    health: [{ code: 'policy-invalid', values: { path: path(), names: ['keepDays', 'nope'] } }],
  });
});

test.skipIf(isWindows).each(['{"keepDays":', '[1]', '"x"', '\uFEFF{', '\u0000'])(
  '[POLICY-5] a file with %j decides nothing, and the program starts',
  async (text) => {
    await writePolicy(text);
    const node = await start();
    expect({
      locked: Object.values(node.hallway.settings.list()).filter(({ locked }) => locked),
      health: healthOf(node),
    }).toEqual({ locked: [], health: [{ code: 'policy-unreadable', values: { path: path(), reason: 'notPolicy' } }] });
  },
);

test.skipIf(isWindows).each<readonly [string, () => Promise<unknown>]>([
  ['writable by a group', () => chmod(path(), 0o664)],
  ['writable by everyone', () => chmod(path(), 0o646)],
  ['in a folder that everyone may write', () => chmod(join(directory, 'etc'), 0o777)],
])('[POLICY-5] a file %s decides nothing', async (_how, weaken) => {
  await writePolicy({ keepDays: { value: 1, locked: true } });
  await weaken();
  const node = await start();
  expect({ keepDays: node.hallway.settings.get('keepDays'), health: healthOf(node) }).toEqual({
    keepDays: null,
    health: [{ code: 'policy-untrusted', values: { path: path() } }],
  });
});

test.skipIf(isWindows)('[POLICY-5] neither does the file of another user, nor a link', async () => {
  await writePolicy({ keepDays: { value: 1, locked: true } });
  const other = await start((process.getuid?.() ?? 0) + 1);
  const ofOther = healthOf(other);
  await other.stop();
  await rm(path());
  await writeFile(join(directory, 'elsewhere.json'), '{"keepDays":{"value":1,"locked":true}}');
  await symlink(join(directory, 'elsewhere.json'), path());
  const linked = await start();
  expect({ ofOther, linked: healthOf(linked), keepDays: linked.hallway.settings.get('keepDays') }).toEqual({
    ofOther: [{ code: 'policy-untrusted', values: { path: path() } }],
    linked: [{ code: 'policy-unreadable', values: { path: path(), reason: 'ELOOP' } }],
    keepDays: null,
  });
});

test('[POLICY-1] without a file nothing is decided and nothing reported', async () => {
  const node = await start();
  expect({ health: healthOf(node), keepDays: node.hallway.settings.list().keepDays }).toEqual({
    health: [],
    keepDays: { value: null, default: null, locked: false },
  });
});
