/** A profile that moves to another computer: what comes along, and what is refused. */
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startNode, type StartedNode } from '../../../src/main/hosts/start-node.ts';
import { exportProfile, importProfile } from '../../../src/main/node/storage/archive/profile-archive.ts';
import { chunkBytes } from '../../../src/main/node/storage/archive/sealed-stream.ts';
import { createSystemClock, createSystemRandom } from '../../../src/main/node/system/system-ports.ts';
import { conversationOf } from '../../../src/shared/lib/ids.ts';

const log = { write: () => undefined };
const deps = { clock: createSystemClock(), random: createSystemRandom() };
const passphrase = 'correct horse battery';
const friend = 'b'.repeat(52);

let directory = '';
let nodes: StartedNode[] = [];

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-move-')));
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
  await rm(directory, { recursive: true, force: true });
});

const at = (name: string): string => join(directory, name);
const archive = (): string => at('ana.hallway');

async function start(profile: string): Promise<StartedNode> {
  const result = await startNode({ log, profileDirectory: at(profile), offline: true });
  if (!result.ok) throw new Error(result.code);
  nodes.push(result.node);
  return result.node;
}

/** @returns the peer ID of a profile with a note and enough messages for several chunks */
async function fill(profile: string): Promise<string> {
  const node = await start(profile);
  await node.hallway.settings.set('note', 'at lunch');
  for (let count = 0; count < 40; count += 1) await node.hallway.messages?.send(friend, `${count} ${'x'.repeat(8_000)}`);
  const { peerId } = node.hallway.profile.self();
  await node.stop();
  return peerId;
}

const textsIn = ({ hallway }: StartedNode): readonly string[] =>
  [...(hallway.messages?.history(conversationOf(friend), { limit: 50 }) ?? [])].map(({ text }) => text.split(' ')[0] ?? '');

test('[SET-50, SET-51] the same peer, settings and messages are there, and the file shows none of them', async () => {
  const peerId = await fill('old');
  const exported = await exportProfile(at('old'), archive(), passphrase, deps);
  const imported = await importProfile(at('new'), archive(), ` ${passphrase} `, deps);
  const node = await start('new');
  const incarnations = await Promise.all(
    ['old', 'new'].map((name) => readFile(join(at(name), 'incarnation'), 'utf8').then(Number)),
  );
  const bytes = await readFile(archive());
  expect({
    results: [exported, imported],
    peerId: node.hallway.profile.self().peerId,
    note: node.hallway.settings.get('note'),
    count: textsIn(node).length,
    isNewer: (incarnations[1] ?? 0) > (incarnations[0] ?? 0),
    shows: ['PRIVATE KEY', 'at lunch', 'xxxxxxxx', 'SQLite'].filter((text) => bytes.includes(text)),
  }).toEqual({ results: [{ ok: true }, { ok: true }], peerId, note: 'at lunch', count: 40, isNewer: true, shows: [] });
});

test('[SET-52] a wrong passphrase and a changed file are refused, and leave no profile behind', async () => {
  await fill('old');
  await exportProfile(at('old'), archive(), passphrase, deps);
  const good = await readFile(archive());
  const sealedChunk = chunkBytes + 16;
  const flipped = Buffer.from(good);
  flipped.writeUInt8(flipped.readUInt8(24 + sealedChunk + 5) ^ 1, 24 + sealedChunk + 5);
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['wrongPassphrase', good, 'another passphrase'],
    ['damaged', flipped, passphrase],
    ['damaged', good.subarray(0, 24 + 2 * sealedChunk), passphrase],
    ['damaged', good.subarray(0, good.length - 1), passphrase],
    ['damaged', Buffer.concat([good, Buffer.from('x')]), passphrase],
    ['damaged', Buffer.concat([good.subarray(0, 24 + sealedChunk), good.subarray(24 + 2 * sealedChunk)]), passphrase],
    ['wrongPassphrase', good.subarray(0, 30), passphrase],
    ['notArchive', good.subarray(0, 10), passphrase],
    ['notArchive', Buffer.from('PK\u0003\u0004 a file of another program'), passphrase],
    ['notArchive', Buffer.alloc(0), passphrase],
  ];
  const found: unknown[] = [];
  for (const [, bytes, words] of cases) {
    await writeFile(archive(), bytes);
    const result = await importProfile(at('new'), archive(), words, deps);
    found.push([!result.ok && result.values['reason'], await readdir(at('new'))]);
  }
  expect(found).toEqual(cases.map(([reason]) => [reason, []]));
}, 60_000);

test('[SET-52] a missing file has the reason of the system', async () => {
  const result = await importProfile(at('new'), at('nothing'), passphrase, deps);
  expect(result).toMatchObject({ ok: false, code: 'archive-unusable', values: { reason: 'ENOENT' } });
});

test('[SET-50, SET-53] an existing file, a profile in use, a missing one and a full one are refused', async () => {
  await fill('old');
  await writeFile(archive(), 'mine');
  const taken = await exportProfile(at('old'), archive(), passphrase, deps);
  const kept = await readFile(archive(), 'utf8');
  await rm(archive());
  await exportProfile(at('old'), archive(), passphrase, deps);
  const full = await importProfile(at('old'), archive(), passphrase, deps);
  const missing = await exportProfile(at('nowhere'), at('x'), passphrase, deps);
  await start('old');
  const used = await exportProfile(at('old'), at('y'), passphrase, deps);
  expect([taken, full, missing, used].map((result) => !result.ok && result.code)).toEqual([
    'archive-not-written',
    'profile-not-empty',
    'profile-missing',
    'profile-in-use',
  ]);
  expect({ kept, files: (await readdir(directory)).toSorted() }).toEqual({ kept: 'mine', files: ['ana.hallway', 'old'] });
});
