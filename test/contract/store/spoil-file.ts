/** Damages or changes database files without the store. */
import { open, readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

export function change(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  database.exec(statements);
  database.close();
}

export async function overwrite(path: string, bytes: Uint8Array, position: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
}

/** The table's first page. */
export async function overwriteTable(path: string, table: string): Promise<void> {
  const database = new DatabaseSync(path);
  const page = Number(database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table)?.['rootpage']);
  database.close();
  await overwritePage(path, page);
}

export async function overwritePage(path: string, page: number): Promise<void> {
  await overwrite(path, Buffer.alloc(4_096, 0xa5), (page - 1) * 4_096);
}

/** The last page that contains the text. */
export async function pageHolding(path: string, text: string): Promise<number> {
  return Math.floor((await readFile(path)).lastIndexOf(text) / 4_096) + 1;
}
