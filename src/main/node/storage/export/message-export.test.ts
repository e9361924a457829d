import { spawnSync } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../core/messaging/ports.ts';
import { exportHistory, type ExportedMessage } from './message-export.ts';

const texts = {
  unknownTime: 'at an unknown time',
  failed: 'failed',
  cancelled: 'cancelled',
  sent: (time: string) => `sent ${time}`,
};

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-export-'));
  path = join(directory, 'history');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function message(number: number, changes: Partial<ExportedMessage> = {}): ExportedMessage {
  return {
    messageId: `id-${number}`,
    conversation: 'ana',
    from: 'ana',
    fromName: 'Ana',
    sequence: number,
    text: `message ${number}`,
    sentAtMs: Date.UTC(2026, 0, 31, 23, 59, number),
    receivedAtMs: Date.UTC(2026, 0, 31, 23, 59, number),
    ...changes,
  };
}

describe('exporting history', () => {
  it('as JSON has everything that is known, for its owner alone', async () => {
    const messages = [message(1), message(2, { state: 'read', text: '"quoted"\n東京 \u2028' })];
    expect(await exportHistory(path, messages, 'json', { texts })).toEqual({ ok: true, count: 2 });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(messages);
    expect((await stat(path)).mode & 0o077).toBe(process.platform === 'win32' ? 0o066 : 0);
  });

  it('as JSON of nothing is an empty list', async () => {
    await exportHistory(path, [], 'json', { texts });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual([]);
  });

  it('as text reads like a conversation, and nobody can write the lines of others', async () => {
    const messages = [
      { ...message(1), conversationName: 'Ana\nS.' },
      message(2, { from: 'me', fromName: 'Me', text: 'no\r\n2026-01-31 23:59:01 Ana: yes\u202e\u0007', state: 'failed' }),
      message(3, { conversation: '#everyone', fromName: 'Ben\nAna', text: 'hello' }),
      message(4, { sentAtMs: Number.MAX_VALUE, conversation: '#everyone' }),
    ];
    await exportHistory(path, messages, 'text', { texts, timeZone: 'UTC' });
    expect(await readFile(path, 'utf8')).toBe(
      `== Ana S. ana ==
2026-01-31 23:59:01 Ana: message 1
2026-01-31 23:59:02 Me (failed): no
    2026-01-31 23:59:01 Ana: yes

== #everyone ==
2026-01-31 23:59:03 Ben Ana: hello
2026-01-31 23:59:04 (sent at an unknown time) Ana: message 4
`,
    );
  });

  it('of many is written piece by piece, and whole', async () => {
    const count = 5_000;
    const messages = Array.from({ length: count }, (_, index) => message(index, { text: 'long '.repeat(100) }));
    expect(await exportHistory(path, messages, 'json', { texts })).toEqual({ ok: true, count });
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveLength(count);
  });

  it('[STORE-13] takes no file and follows no link that another user left beside it', async () => {
    const precious = join(directory, 'precious');
    await writeFile(precious, 'precious');
    await symlink(precious, `${path}.unfinished`);
    await writeFile(join(directory, 'other.unfinished'), 'planted', { mode: 0o666 });
    await exportHistory(path, [message(1)], 'text', { texts, timeZone: 'UTC' });
    await exportHistory(join(directory, 'other'), [message(2)], 'text', { texts, timeZone: 'UTC' });
    expect(await readFile(precious, 'utf8')).toBe('precious');
    expect(await readFile(path, 'utf8')).toContain('message 1');
    expect((await lstat(path)).isSymbolicLink()).toBe(false);
    expect((await stat(join(directory, 'other'))).mode & 0o077).toBe(0);
    expect(await readFile(join(directory, 'other.unfinished'), 'utf8')).toBe('planted');
  });

  it('[STORE-13] writes where a link leads, also if nothing is there yet, and leaves the link', async () => {
    const [target, missing] = [join(directory, 'target'), join(directory, 'missing')];
    await writeFile(target, 'old');
    await symlink('target', path);
    await symlink('missing', join(directory, 'dangling'));
    await exportHistory(path, [message(1)], 'text', { texts });
    await exportHistory(join(directory, 'dangling'), [message(2)], 'text', { texts });
    const links = [await lstat(path), await lstat(join(directory, 'dangling'))].map((found) => found.isSymbolicLink());
    expect({ links, target: await readFile(target, 'utf8'), missing: await readFile(missing, 'utf8') }).toEqual({
      links: [true, true],
      target: expect.stringContaining('message 1') as string,
      missing: expect.stringContaining('message 2') as string,
    });
  });

  it('[STORE-13] refuses what is no plain file, such as a folder or a socket, and leaves it', async () => {
    const server = createServer();
    const socket = process.platform === 'win32' ? directory : path;
    if (socket === path) await new Promise<void>((resolve) => void server.listen(path, () => resolve()));
    const before = await readdir(directory);
    const refused = { ok: false, code: 'notFile' };
    const results = [
      await exportHistory(directory, [message(1)], 'text', { texts }),
      await exportHistory(socket, [message(1)], 'text', { texts }),
    ];
    const after = await readdir(directory);
    server.close();
    expect({ results, after }).toEqual({ results: [refused, refused], after: before });
  });

  it.skipIf(process.getuid?.() !== 0)('[STORE-13] refuses a device (needs root), also by a link, and leaves it', async () => {
    // Writing to a plain file in its place would be seen: this one keeps nothing.
    const made = spawnSync('mknod', [path, 'c', '1', '3'], { encoding: 'utf8' });
    expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: '' });
    const link = join(directory, 'link');
    await symlink('history', link);
    const look = async (): Promise<unknown> => {
      const found = await lstat(path);
      const isLink = (await lstat(link)).isSymbolicLink();
      return {
        isDevice: found.isCharacterDevice(),
        device: found.rdev,
        inode: found.ino,
        isLink,
        names: await readdir(directory),
      };
    };
    const before = await look();
    const results = [
      await exportHistory(path, [message(1)], 'text', { texts }),
      await exportHistory(link, [message(1)], 'json', { texts }),
    ];
    const refused = { ok: false, code: 'notFile' };
    expect({ results, after: await look() }).toEqual({ results: [refused, refused], after: before });
    expect(before).toMatchObject({ isDevice: true, isLink: true });
  });

  it('says why it could not write, and leaves nothing half done', async () => {
    expect(await exportHistory(join(directory, 'nowhere', 'history'), [message(1)], 'text', { texts })).toEqual({
      ok: false,
      code: 'ENOENT',
    });
    const failing = function* (): Generator<ExportedMessage> {
      yield message(1);
      throw new StoreError('corrupt', 'unreadable');
    };
    await expect(exportHistory(path, failing(), 'json', { texts })).rejects.toThrow('unreadable');
    expect(await readdir(directory)).toEqual([]);
  });
});
