/**
 * The store on memory-backed test disks: one too small, and one read-only. Only Linux lets a test
 * create them.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/main/node/storage/database/message-schema.ts';
import { createSqliteStore } from '../../../src/main/node/storage/database/sqlite-store.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import type { FillReport, StoreReport } from '../../fixtures/store-process.ts';
import { ana, incoming, texts } from './sample-messages.ts';
import { canMount, runWithMounts, storeCommand } from './store-child.ts';
import { settleMs } from './describe-conversations.ts';
import { searchAll } from '../../fakes/store-slices.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-disk-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const timeout = 60_000;

/**
 * @returns the output of the processes that `script` starts, with `$disk` a disk of that size and
 * `$db` a file on it
 */
function onDisk(sizeKib: number, script: string): readonly unknown[] {
  return runWithMounts(`
    disk='${directory}/disk'
    db="$disk/messages.db"
    store() { ${storeCommand} "$@"; }
    fill_disk() { dd if=/dev/zero of="$disk/ballast" bs=4096 2>/dev/null || true; }
    mkdir "$disk"
    mount -t tmpfs -o size=${sizeKib}k none "$disk"
    ${script}
  `);
}

describe.skipIf(!canMount())('a full disk', () => {
  it('[STORE-8] refuses messages that do not fit, keeps stored ones, and continues when there is space', { timeout }, () => {
    const megabyte = 'dd if=/dev/zero of="$disk/ballast" bs=4096 count=256 2>/dev/null';
    const [first, second] = onDisk(2_048, `${megabyte}; store fill "$db"`) as readonly FillReport[];
    expect(first).toMatchObject({ refused: 'full', readable: first?.kept, found: first?.kept });
    expect(second).toMatchObject({ refused: 'full', readable: second?.kept, found: second?.kept });
    expect(first?.kept).toBeGreaterThan(50);
    expect(second?.kept).toBeGreaterThan((first?.kept ?? Infinity) + 50);
  });

  it('[STORE-8] lets a new process read the stored messages, also after a crash', { timeout }, () => {
    const reports = onDisk(
      2_048,
      `
        (store crash "$db") 2>/dev/null || true
        fill_disk; store report "$db"
        fill_disk; store report "$db"
        rm "$disk/ballast"; store report "$db"
      `,
    ) as readonly StoreReport[];
    const full = { opened: true, problems: [], texts: ['message 1', 'message 2', 'message 3'], found: 3, write: 'full' };
    expect(reports).toEqual([full, full, { ...full, write: 'kept' }]);
  });

  it('[STORE-10] without a file: messages last as long as the process', { timeout }, () => {
    const reports = onDisk(1_024, `fill_disk; store report "$db"; rm "$disk/ballast"; store report "$db"`);
    expect(reports).toEqual([
      { opened: true, problems: ['history-not-kept'], texts: [], found: 0, write: 'kept' },
      { opened: true, problems: [], texts: [], found: 0, write: 'kept' },
    ]);
  });
});

describe.skipIf(!canMount())('a read-only disk', () => {
  const toReadOnly = 'mount -o remount,ro "$disk"';
  const readable = {
    opened: true,
    problems: ['history-read-only'],
    texts: ['message 1', 'message 2', 'message 3'],
    found: 3,
    write: 'read-only',
  };

  it.each([
    ['that was closed in good order', 'store hold "$db" < /dev/null > /dev/null'],
    ['that a crash left', '(store crash "$db") 2>/dev/null || true'],
  ])('[STORE-8] lets a file be read %s, and refuses every write', { timeout }, (_what, make) => {
    expect(onDisk(2_048, `${make}; ${toReadOnly}; store report "$db"; store report "$db"`)).toEqual([readable, readable]);
  });

  it('[STORE-10] without a usable file: messages last as long as the process', { timeout }, () => {
    const inMemory = { opened: true, problems: ['history-not-kept'], texts: [], found: 0, write: 'kept' };
    const script = `echo 'no database, whatever its name' > "$db"; ${toReadOnly}; store report "$db"; store report "$disk/new.db"; cat "$db"`;
    expect(onDisk(1_024, script)).toEqual([inMemory, inMemory]);
  });

  it('leaves no copy behind', { timeout }, () => {
    const temporary = 'mkdir "$disk/../temporary"; export TMPDIR="$disk/../temporary"';
    const script = `${temporary}; store hold "$db" < /dev/null > /dev/null; ${toReadOnly}; store report "$db"; printf '{"left":"%s"}' "$(ls "$TMPDIR")"`;
    expect(onDisk(2_048, script)).toEqual([readable, { left: '' }]);
  });
});

describe('a database at its size limit', () => {
  it('[STORE-8] refuses messages that do not fit, and continues when the limit rises', async () => {
    const clock = createFakeClock();
    const database = new DatabaseSync(join(directory, 'messages.db'));
    migrate(database, 0);
    const store = createSqliteStore(database, { clock }, { isReadOnly: false, onDamage: () => undefined });
    store.addIncoming(incoming(1, ana));
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() ?? {};
    database.exec(`PRAGMA max_page_count = ${Number(pages)}`);
    const large = (number: number): void => void store.addIncoming(incoming(number, ana, { text: 'large '.repeat(2_000) }));
    expect(() => large(2)).toThrow(expect.objectContaining({ name: 'StoreError', code: 'full' }) as Error);
    expect(() =>
      store.batch(() => {
        store.addIncoming(incoming(3, ana));
        large(4);
      }),
    ).toThrow(expect.objectContaining({ name: 'StoreError', code: 'full' }) as Error);
    await clock.advance(settleMs);
    expect(texts(store.exportMessages())).toEqual(['message 1']);

    database.exec('PRAGMA max_page_count = 100000');
    large(2);
    await clock.advance(settleMs);
    expect(searchAll(store, 'large', { limit: 9 })).toHaveLength(1);
    store.close();
    expect((await readFile(join(directory, 'messages.db'))).length).toBeGreaterThan(10_000);
  });
});
