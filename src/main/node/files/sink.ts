/**
 * The files of one transfer that arrive (rules DISK-1 to DISK-9): a folder of its own in the folder
 * that the user chose, with the files under their safe names, and a journal of the chunks.
 */
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkBytes, createChunkLayout, type ChunkLayout } from '../../core/transfers/layout.ts';
import {
  hashBytes,
  type Described,
  type DiskFailure,
  type SinkPlace,
  type TransferSink,
  type WriteFailure,
} from '../../core/transfers/ports.ts';
import { errorCode } from '../storage/atomic-file.ts';
import { closeAll, createQueue, forEachOf } from './at-once.ts';
import { DiskError, writeFailure } from './disk-failures.ts';
import { readNote } from './finish-note.ts';
import { finishSink } from './finish-sink.ts';
import { createFolderTree, type FolderTree } from './folder-tree.ts';
import { sha256 } from './sha256.ts';
import { createSinkFiles, type FilePart, type SinkFiles } from './sink-files.ts';
import { openJournal, type SinkJournal } from './sink-journal.ts';
import { nameFiles, type SinkNames } from './sink-names.ts';

interface Deps {
  readonly wallMs: () => number;
  /** The folders whose chunks were checked in this run of the process, or written in it. */
  readonly checkedFolders: Set<string>;
}

/** The files and folders that are open while files arrive. */
interface OpenSink {
  readonly directory: string;
  readonly chosen: FolderTree;
  readonly own: FolderTree;
  readonly files: SinkFiles;
  readonly journal: SinkJournal;
  readonly names: SinkNames;
  readonly layout: ChunkLayout;
  /** By file: whether one chunk holds all of it. */
  readonly isSettled: (file: number) => boolean;
  /** Tells the folder of the transfer from any other. */
  readonly identity: string;
}

const modeOfOwn = 0o700;
const stickyBit = 0o1000;

/** The folder of a transfer, in the folder that the user chose. */
export function ownFolderName(transferId: string): string {
  return `.hallway-${transferId}`;
}

/** @throws the errors of the system, and DiskErrors */
export async function openSink(
  deps: Deps,
  { transferId, directory }: SinkPlace,
  content: Pick<Described, 'files' | 'chunkHashes'>,
): Promise<TransferSink> {
  const chosen = await createFolderTree({ path: directory, plainPath: directory, isChosen: true });
  const closers: (() => Promise<void>)[] = [chosen.close];
  try {
    const name = ownFolderName(transferId);
    const path = await chosen.use([], async (folder) => {
      await makeOwnFolder(folder.at(name), directory);
      return folder.at(name);
    });
    const own = await createFolderTree({ path, plainPath: join(directory, name), isChosen: false });
    closers.unshift(own.close);
    const note = await own.use([], readNote);
    const names = await nameFiles(content.files);
    if (note?.isDone) {
      const finishedPaths = names.tops.map(({ name: top }) => join(directory, note.given.get(top) ?? top));
      return await finishedSink(content, finishedPaths, [own, chosen]);
    }
    const layout = createChunkLayout(content.files);
    const journal = await openJournalOf(own, content, layout);
    closers.unshift(journal.close);
    const { dev, ino } = await lstat(path, { bigint: true });
    const files = createSinkFiles(own);
    const isSettled = settledIn(content.files);
    const open = { directory, chosen, own, files, journal, names, layout, isSettled, identity: `${dev}:${ino}` };
    // With a note, everything was checked; what has its final name is no longer here.
    if (!note && !deps.checkedFolders.has(open.identity)) await checkChunks(open, content.chunkHashes);
    return createSink(deps, open);
  } catch (error) {
    await closeAll(closers).catch(() => undefined);
    throw error;
  }
}

function createSink(deps: Deps, open: OpenSink): TransferSink {
  const { directory, own, chosen, files, journal, names, layout } = open;
  const enqueue = createQueue();
  let closed: Promise<void> | undefined;
  let hasFailed = false;

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result | DiskFailure<WriteFailure>> {
    try {
      if (closed) throw new DiskError<WriteFailure>('vanished');
      return await work();
    } catch (error) {
      const failure = writeFailure(error, directory);
      // Something is not as we left it, so the next run looks at every chunk.
      if (failure.code === 'vanished') hasFailed = true;
      return failure;
    }
  }
  return {
    have: journal.have,
    writeChunk: (chunk, bytes) =>
      attempt(() =>
        enqueue(async () => {
          if (bytes.length !== layout.sizeOf(chunk)) throw new RangeError(`chunk ${chunk} has ${layout.sizeOf(chunk)} bytes`);
          await own.check();
          await files.write(partsOf(open, chunk, bytes));
          await journal.mark(chunk);
          return { ok: true as const };
        }),
      ),
    finish: (signal?: AbortSignal) =>
      attempt(() =>
        enqueue(async () => {
          await own.check();
          await files.close();
          const paths = await finishSink({ ...open, files, names, wallMs: deps.wallMs }, signal);
          return { ok: true as const, paths };
        }),
      ),
    close: () =>
      (closed ??= enqueue(async () => {
        // Some file systems say only now that they lost bytes, so the next run looks at every chunk.
        await closeAll([files, journal, own, chosen].map(({ close }) => close)).catch(() => (hasFailed = true));
        if (hasFailed) deps.checkedFolders.delete(open.identity);
        else deps.checkedFolders.add(open.identity);
      })),
  };
}

async function finishedSink(
  { files }: Pick<Described, 'files'>,
  finishedPaths: readonly string[],
  trees: readonly FolderTree[],
): Promise<TransferSink> {
  for (const tree of trees) await tree.close();
  const have = new Uint8Array(Math.ceil(createChunkLayout(files).chunkCount / 8)).fill(0xff);
  return {
    have,
    finishedPaths,
    writeChunk: () => Promise.resolve({ ok: true }),
    finish: () => Promise.resolve({ ok: true, paths: finishedPaths }),
    close: () => Promise.resolve(),
  };
}

/** Only its owner may look into it: names in it are not final, and files not checked as a whole. */
async function makeOwnFolder(path: string, directory: string): Promise<void> {
  try {
    await mkdir(path, { mode: modeOfOwn });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    const [own, chosen] = [await lstat(path), await lstat(directory)];
    // In a folder such as /tmp anybody may have made it.
    const isForeign = process.getuid !== undefined && own.uid !== process.getuid() && (chosen.mode & stickyBit) !== 0;
    if (isForeign) throw new DiskError<WriteFailure>('no-access');
  }
}

async function openJournalOf(
  own: FolderTree,
  { chunkHashes }: Pick<Described, 'chunkHashes'>,
  { chunkCount }: ChunkLayout,
): Promise<SinkJournal> {
  const content = await sha256(chunkHashes);
  return own.use([], (folder) => openJournal(folder, content, chunkCount));
}

/** A power failure, or anyone who changed the files, may have left less than the journal says. */
async function checkChunks(open: OpenSink, chunkHashes: Uint8Array): Promise<void> {
  const { journal, files, layout } = open;
  const claimed: number[] = [];
  for (let chunk = 0; chunk < layout.chunkCount; chunk += 1) {
    if (((journal.have[chunk >> 3] ?? 0) >> (chunk & 7)) & 1) claimed.push(chunk);
  }
  await forEachOf(claimed, async (chunk) => {
    const bytes = Buffer.allocUnsafeSlow(layout.sizeOf(chunk));
    const isThere = await files.read(partsOf(open, chunk, bytes));
    const wanted = chunkHashes.subarray(chunk * hashBytes, (chunk + 1) * hashBytes);
    if (!isThere || Buffer.compare(await sha256(bytes), wanted) !== 0) await journal.unmark(chunk);
  });
}

function partsOf({ names, layout }: OpenSink, chunk: number, bytes: Uint8Array): readonly FilePart[] {
  return layout.partsOf(chunk).flatMap(({ file, offset, at, sizeBytes }) => {
    const named = names.files[file];
    return named ? [{ file: named, offset, bytes: bytes.subarray(at, at + sizeBytes) }] : [];
  });
}

function settledIn(files: Described['files']): (file: number) => boolean {
  const settled = new Uint8Array(files.length);
  let begin = 0;
  for (const [index, { sizeBytes }] of files.entries()) {
    const end = begin + sizeBytes;
    const isInOne = Math.floor(begin / chunkBytes) === Math.floor((end - 1) / chunkBytes);
    if (sizeBytes > 0 && isInOne) settled[index] = 1;
    begin = end;
  }
  return (file) => settled[file] === 1;
}
