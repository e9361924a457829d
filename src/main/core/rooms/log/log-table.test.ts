import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { emptyLogState } from './log-state.ts';
import { createLogTable, logTableLimits, type LogEntry, type LogTable } from './log-table.ts';

const dayMs = 86_400_000;
const limits = { epochsPerAuthor: 3, logs: 8, strangerLogs: 4, silentMs: 7 * dayMs };

function entry(authorId: string, epoch = 1, heardMs = 0): LogEntry {
  const bytes = createSeededRandom(`${authorId} ${epoch}`).bytes(8);
  const tag = Buffer.from(bytes).toString('hex');
  return { tag, authorId, publicKey: new Uint8Array(33), epoch, state: emptyLogState(), heardMs };
}

/** A room where the names tell who is known and who is here. */
function createTable(some = limits): LogTable {
  const isKnown = (authorId: string): boolean => authorId.includes('known');
  const isHere = (authorId: string): boolean => authorId.includes('here');
  return createLogTable({ isKnown, isHere }, some);
}

function admitAll(table: LogTable, logs: readonly LogEntry[]): readonly string[] {
  return logs.map((one) => table.admit(one).kind);
}

const epochsOf = (table: LogTable, authorId: string): readonly number[] => table.logsOf(authorId).map(({ epoch }) => epoch);

describe('the logs of a room', () => {
  it('[ROOM-20] are found by tag and by short tag', () => {
    const table = createTable();
    const one = entry('known ana');
    const twin = { ...entry('known ben'), tag: `${one.tag.slice(0, 8)}00000000` };
    expect(admitAll(table, [one, twin, one])).toEqual(['added', 'added', 'known']);
    expect([table.get(one.tag), table.findShort(one.tag.slice(0, 8)), table.findShort('12345678')]).toEqual([
      one,
      [one, twin],
      [],
    ]);
    table.delete(one.tag);
    expect([table.get(one.tag), table.findShort(one.tag.slice(0, 8)), table.size]).toEqual([undefined, [twin], 1]);
    expect([table.logsOf('known ana'), [...table.entries()]]).toEqual([[], [twin]]);
  });

  it('[ROOM-20] of one author that count are those with the highest epochs, in whatever order they come', () => {
    for (const epochs of [
      [1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1],
      [3, 5, 1, 4, 2],
    ]) {
      const table = createTable();
      for (const epoch of epochs) table.admit(entry('known ana', epoch));
      expect(epochsOf(table, 'known ana')).toEqual([3, 4, 5]);
    }
    const table = createTable();
    admitAll(
      table,
      [2, 3, 4].map((epoch) => entry('known ana', epoch)),
    );
    expect(table.admit(entry('known ana', 1))).toEqual({ kind: 'old-epoch' });
    expect(table.admit(entry('known ana', 5))).toMatchObject({ kind: 'added', dropped: [{ epoch: 2 }] });
  });

  it('[ROOM-21] refuse a new one when the table is full, and drop none for it', () => {
    const table = createTable();
    const known = Array.from({ length: 8 }, (_, index) => entry(`known ${index}`));
    expect(admitAll(table, known)).toEqual(known.map(() => 'added'));
    expect(table.admit(entry('here and new'))).toEqual({ kind: 'full' });
    expect([...table.entries()]).toEqual(known);
  });

  it('[ROOM-21] of authors who are unknown and not here leave room for the others', () => {
    const table = createTable();
    const strangers = Array.from({ length: 10 }, (_, index) => entry(`stranger ${index}`));
    expect(admitAll(table, strangers).filter((kind) => kind === 'added').length).toBe(4);
    expect(admitAll(table, [entry('here a'), entry('known b'), entry('stranger')])).toEqual(['added', 'added', 'full']);
  });

  it('[ROOM-22] give up a place after seven days of silence of an author who is not here', () => {
    const table = createTable();
    const others = [entry('stranger a', 1, 2 * dayMs), entry('stranger b', 1, dayMs), entry('stranger c', 1, 3 * dayMs)];
    admitAll(table, [...others, entry('stranger d', 1, 9 * dayMs)]);
    expect(table.admit(entry('stranger e', 1, 7 * dayMs)).kind).toBe('full');
    expect(table.admit(entry('stranger e', 1, 9 * dayMs))).toMatchObject({
      kind: 'added',
      dropped: [{ authorId: 'stranger b' }],
    });
    expect(table.admit(entry('stranger f', 1, 9 * dayMs)).kind).toBe('full');
  });

  it('[ROOM-22] keep the places of those who are here, however silent', () => {
    const table = createTable();
    admitAll(
      table,
      Array.from({ length: 8 }, (_, index) => entry(`here ${index}`)),
    );
    expect(table.admit(entry('known ana', 1, 99 * dayMs)).kind).toBe('full');
  });

  it('[ROOM-21] number 4,096 at most, 1,024 of them of strangers', () => {
    const table = createTable(logTableLimits);
    admitAll(
      table,
      Array.from({ length: 1_100 }, (_, index) => entry(`stranger ${index}`)),
    );
    const strangers = table.size;
    admitAll(
      table,
      Array.from({ length: 4_000 }, (_, index) => entry(`known ${index}`)),
    );
    expect({ strangers, all: table.size }).toEqual({ strangers: 1_024, all: 4_096 });
  });
});
