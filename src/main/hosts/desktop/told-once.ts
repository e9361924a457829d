/**
 * Remembers which notices this profile has had, so that none comes twice (rule DESK-12). A file that
 * cannot be read or written only means that a notice may come again.
 */
import { join } from 'node:path';
import { z } from '../../../shared/lib/zod.ts';
import { readTextFile, replaceFile } from '../../node/storage/atomic-file.ts';

const fileName = 'told.json';
const fileSchema = z.array(z.string().max(40)).max(20);

export interface ToldOnce {
  /**
   * Calls `tell` unless it did for that notice before, in any run. A run that ends before `tell`
   * resolves does not count.
   */
  once(notice: 'keeps-running' | 'has-quit', tell: () => void | Promise<void>): Promise<void>;
}

/** @param folder exists once the application is ready */
export function createToldOnce(folder: string): ToldOnce {
  const path = join(folder, fileName);
  let told: Set<string> | undefined;

  async function load(): Promise<Set<string>> {
    if (told !== undefined) return told;
    const file = await readTextFile(path);
    told ??= new Set(file.state === 'read' ? decode(file.text) : []);
    return told;
  }

  return {
    async once(notice, tell) {
      const known = await load();
      if (known.has(notice)) return;
      known.add(notice);
      await tell();
      await replaceFile(path, JSON.stringify([...known]));
    },
  };
}

function decode(text: string): readonly string[] {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
