/**
 * The memory of the browser host between two starts of a profile: the port of its link, and the
 * keys of pages that may still be open (`page-link.json`, rules LINK-30 and LINK-33). The keys count
 * only while no other user can read the file.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from '../../../../shared/lib/zod.ts';
import { readTextFile, replaceFile, type WriteResult } from '../atomic-file.ts';

/** Keys in the file: far more than a user has pages. */
export const maxPageKeys = 256;

/** Bits of a file's mode: what its group and others may do. */
const othersMayUse = 0o077;

const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const pageKeySchema = z.object({
  name: z.string().min(1).max(64),
  secret: bytes32,
  /** The origin of the page, such as `http://127.0.0.1:40000`. */
  origin: z.string().max(64),
  /** By the wall clock: when a page with that key was last known to be open. */
  usedAtMs: z.number(),
});

const contentSchema = z.object({
  linkPort: z.int().min(1_024).max(65_535).optional().catch(undefined),
  pages: z.array(pageKeySchema).max(maxPageKeys).catch([]),
});

export type PageKeyRecord = z.infer<typeof pageKeySchema>;
export type PageLinkContent = z.infer<typeof contentSchema>;

export interface PageLinkFile {
  /** As it was when the file was opened. */
  readonly content: PageLinkContent;
  /** Saves in the order of the calls. */
  save(content: PageLinkContent): Promise<WriteResult>;
  /** Settles when nothing is being saved any more. */
  saved(): Promise<void>;
}

/** Never fails: without a file that can be read, nothing is remembered. */
export async function openPageLinkFile(directory: string): Promise<PageLinkFile> {
  const path = join(directory, 'page-link.json');
  const content = await read(path);
  let saving: Promise<WriteResult> = Promise.resolve({ ok: true });
  let waiting: PageLinkContent | undefined;

  async function write(before: WriteResult): Promise<WriteResult> {
    // An earlier call wrote what this one was to write.
    if (waiting === undefined) return before;
    const text = `${JSON.stringify(waiting, null, 2)}\n`;
    waiting = undefined;
    return replaceFile(path, text);
  }

  return {
    content,
    save(next) {
      waiting = next;
      saving = saving.then(write);
      return saving;
    },
    async saved() {
      await saving;
    },
  };
}

async function read(path: string): Promise<PageLinkContent> {
  const file = await readTextFile(path);
  const content = file.state === 'read' ? decode(file.text) : undefined;
  if (content === undefined) return { pages: [] };
  return (await isOwnersAlone(path)) ? content : { ...content, pages: [] };
}

function decode(text: string): PageLinkContent | undefined {
  try {
    return contentSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Modes say nothing on Windows. */
async function isOwnersAlone(path: string): Promise<boolean> {
  const ownUserId = process.getuid?.();
  if (ownUserId === undefined) return true;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (found.mode & othersMayUse) === 0 && (found.uid === ownUserId || ownUserId === 0);
}
