/** The built program of this version, on the profile of a newer one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from './packages.ts';

let profile: string;
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), 'hallway-rollback-'));
});
afterEach(() => rmSync(profile, { recursive: true, force: true }));

/** @returns what `hallway export -` says on standard error; it never joins the network */
function exportMessages(): string {
  const args = [join(root, 'out/main/cli.js'), 'export', '-', '--profile', profile];
  const env = { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' };
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  expect(status, stderr).toBe(0);
  return stderr;
}

function changeDatabase(sql: string): void {
  const database = new DatabaseSync(join(profile, 'messages.db'));
  database.exec(sql);
  database.close();
}

function versionOfDatabase(): unknown {
  const database = new DatabaseSync(join(profile, 'messages.db'));
  const row = database.prepare('PRAGMA user_version').get();
  database.close();
  return row?.['user_version'];
}

test('[PACK-16] a rollback keeps the messages of the newer version and says so; the next upgrade has them', () => {
  expect(exportMessages()).toBe('');
  const version = Number(versionOfDatabase());
  changeDatabase(
    `CREATE TABLE of_the_newer (text); INSERT INTO of_the_newer VALUES ('kept'); PRAGMA user_version = ${version + 1}`,
  );
  const newer = readFileSync(join(profile, 'messages.db'));

  const said = exportMessages();
  expect(said).toContain('A newer Hallway saved your messages');
  const [aside = ''] = readdirSync(profile).filter((name) => name.startsWith('messages.db.'));
  expect(said).toContain(aside);
  expect(readFileSync(join(profile, aside)).equals(newer)).toBe(true);
  expect(versionOfDatabase()).toBe(version);
  expect(exportMessages()).toBe('');

  renameSync(join(profile, aside), join(profile, 'messages.db'));
  expect(versionOfDatabase()).toBe(version + 1);
  expect(readFileSync(join(profile, 'messages.db')).equals(newer)).toBe(true);
});
