/**
 * A disk in memory for transfers, with faults. It passes the suite of the real one (test/contract).
 * Files outlive the processes that are attached to it, and whatever a killed process was doing
 * never ends.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../src/main/core/ports.ts';
import { compareManifestPaths } from '../../src/main/core/transfers/manifest-paths.ts';
import { createChunkLayout } from '../../src/main/core/transfers/layout.ts';
import type {
  Described,
  DescribeFailure,
  DiskFailure,
  ManifestFile,
  SinkPlace,
  SourceRoot,
  TransferDisk,
  TransferSink,
  WriteFailure,
} from '../../src/main/core/transfers/ports.ts';

export type DiskFault = WriteFailure;

export interface FakeDisk {
  /** The disk as one process has it, until it is killed. */
  attach(clock: Pick<Clock, 'setTimer'>): { readonly disk: TransferDisk; kill(): void };
  /** @param path absolute, with `/` */
  write(path: string, bytes: Uint8Array, modifiedMs?: number): void;
  read(path: string): Uint8Array | undefined;
  remove(path: string): void;
  /** Every file with a final name. */
  paths(): readonly string[];
  /** Whether anything unfinished is there, or a description. */
  leftovers(): readonly string[];
  /** Writes fail so from now on; undefined: they work again. */
  setFault(fault: DiskFault | undefined): void;
  /** Bytes that are left for files that arrive. */
  setFree(bytes: number): void;
  /** How long each read and write of a chunk takes. */
  setDelay(delayMs: number): void;
  /** Chunks that were written, again or not. */
  readonly writtenChunks: number;
}

interface StoredFile {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

interface Unfinished {
  readonly content: Pick<Described, 'files' | 'chunkHashes'>;
  readonly chunks: Map<number, Uint8Array>;
  finishedPaths: readonly string[] | undefined;
}

const downloads = '/downloads';
const plenty = 2 ** 50;

export function createFakeDisk(): FakeDisk {
  const files = new Map<string, StoredFile>();
  const unfinished = new Map<string, Unfinished>();
  const descriptions = new Map<string, Uint8Array>();
  let fault: DiskFault | undefined;
  let freeBytes = plenty;
  let delayMs = 0;
  let writtenChunks = 0;

  return {
    attach,
    write: (path, bytes, modifiedMs = 1_000) => void files.set(path, { bytes, modifiedMs }),
    read: (path) => files.get(path)?.bytes,
    remove: (path) => void files.delete(path),
    paths: () => [...files.keys()].toSorted(),
    leftovers: () => [...unfinished.keys(), ...descriptions.keys()],
    setFault: (next) => void (fault = next),
    setFree: (bytes) => void (freeBytes = bytes),
    setDelay: (next) => void (delayMs = next),
    get writtenChunks() {
      return writtenChunks;
    },
  };

  function attach(clock: Pick<Clock, 'setTimer'>): ReturnType<FakeDisk['attach']> {
    let isKilled = false;

    /** Takes its time. After the process was killed it never ends, and changes nothing. */
    function later<Result>(act: () => Result): Promise<Result> {
      return new Promise((resolve) => {
        clock.setTimer(() => void (isKilled || resolve(act())), delayMs);
      });
    }

    const disk: TransferDisk = {
      startSha256: () => createHash('sha256'),
      sha256: (bytes) => Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest())),
      describe: (paths, signal) => later(() => (signal.aborted ? failure('aborted') : describeAll(paths))),
      openSource: ({ roots, files: listed }) => ({
        readChunk: (chunk) =>
          later(() => {
            const parts = createChunkLayout(listed).partsOf(chunk);
            const bytes = new Uint8Array(parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
            for (const { file, offset, at, sizeBytes } of parts) {
              const entry = listed[file];
              const stored = entry && files.get(pathOf(roots, entry));
              if (!entry || !stored) return failure('vanished');
              const isSame = stored.bytes.length === entry.sizeBytes && stored.modifiedMs === entry.modifiedMs;
              if (!isSame) return failure('changed');
              bytes.set(stored.bytes.subarray(offset, offset + sizeBytes), at);
            }
            return { ok: true as const, bytes };
          }),
        close: () => Promise.resolve(),
      }),
      defaultDirectory: downloads,
      checkDirectory: (directory) => later(() => (fault ? failure(fault) : { ok: true as const, directory })),
      freeBytes: () => later(() => freeBytes),
      openSink: (place, content) =>
        later(() => (fault ? failure(fault) : { ok: true as const, sink: sinkOf(place, content, later) })),
      clearSink: (place) => later(() => void unfinished.delete(keyOf(place))),
      saveDescription: (transferId, bytes) =>
        later(() => {
          descriptions.set(transferId, bytes.slice());
          return { ok: true as const };
        }),
      loadDescription: (transferId) => later(() => descriptions.get(transferId)),
      removeDescription: (transferId) => later(() => void descriptions.delete(transferId)),
      listDescriptions: () => later(() => [...descriptions.keys()]),
    };
    return { disk, kill: () => void (isKilled = true) };
  }

  function describeAll(paths: readonly string[]): ({ readonly ok: true } & Described) | DiskFailure<DescribeFailure> {
    const roots: SourceRoot[] = [];
    const found: { readonly file: ManifestFile; readonly bytes: Uint8Array }[] = [];
    for (const path of paths) {
      const name = path.split('/').at(-1) ?? '';
      const inside = [...files].filter(([candidate]) => candidate === path || candidate.startsWith(`${path}/`));
      if (inside.length === 0) return { ...failure('not-found'), path };
      roots.push({ name, path });
      for (const [candidate, { bytes, modifiedMs }] of inside) {
        const rest = candidate.slice(path.length).split('/').slice(1);
        found.push({ file: { path: [name, ...rest], sizeBytes: bytes.length, modifiedMs }, bytes });
      }
    }
    found.sort((a, b) => compareManifestPaths(a.file.path, b.file.path));
    const listed = found.map(({ file }) => file);
    return { ok: true, roots, files: listed, chunkHashes: hashesOf(listed, found) };
  }

  function sinkOf(
    place: SinkPlace,
    content: Unfinished['content'],
    later: <Result>(act: () => Result) => Promise<Result>,
  ): TransferSink {
    const state = unfinished.get(keyOf(place)) ?? { content, chunks: new Map(), finishedPaths: undefined };
    unfinished.set(keyOf(place), state);
    const { chunkCount } = createChunkLayout(content.files);
    const have = new Uint8Array(Math.ceil(chunkCount / 8));
    for (const chunk of state.chunks.keys()) have[chunk >> 3] = (have[chunk >> 3] ?? 0) | (1 << (chunk & 7));
    return {
      have,
      ...(state.finishedPaths && { finishedPaths: state.finishedPaths }),
      writeChunk: (chunk, bytes) =>
        later(() => {
          if (fault) return failure(fault);
          if (bytes.length > freeBytes) return failure('disk-full');
          freeBytes -= bytes.length;
          writtenChunks += 1;
          state.chunks.set(chunk, bytes.slice());
          return { ok: true as const };
        }),
      finish: (signal) =>
        later(() => {
          if (fault || signal?.aborted) return failure(fault ?? 'unreadable');
          return { ok: true as const, paths: finish(place, state) };
        }),
      close: () => Promise.resolve(),
    };
  }

  function finish({ directory }: SinkPlace, state: Unfinished): readonly string[] {
    const layout = createChunkLayout(state.content.files);
    const contents = state.content.files.map(({ sizeBytes }) => new Uint8Array(sizeBytes));
    for (let chunk = 0; chunk < layout.chunkCount; chunk += 1) {
      for (const { file, offset, at, sizeBytes } of layout.partsOf(chunk)) {
        const bytes = state.chunks.get(chunk);
        if (!bytes) throw new Error(`chunk ${chunk} is missing at the end`);
        contents[file]?.set(bytes.subarray(at, at + sizeBytes), offset);
      }
    }
    const tops = new Map<string, string>();
    for (const [index, { path, modifiedMs }] of state.content.files.entries()) {
      const [top = '', ...rest] = path;
      const name = tops.get(top) ?? freeName(directory, top);
      tops.set(top, name);
      files.set([directory, name, ...rest].join('/'), { bytes: contents[index] ?? new Uint8Array(0), modifiedMs });
    }
    state.finishedPaths = [...tops.values()].map((name) => `${directory}/${name}`);
    return state.finishedPaths;
  }

  function freeName(directory: string, name: string): string {
    const isTaken = (candidate: string): boolean =>
      [...files.keys()].some((path) => path === `${directory}/${candidate}` || path.startsWith(`${directory}/${candidate}/`));
    if (!isTaken(name)) return name;
    const dot = name.lastIndexOf('.');
    const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    for (let number = 2; ; number += 1) if (!isTaken(`${stem} (${number})${extension}`)) return `${stem} (${number})${extension}`;
  }
}

function hashesOf(listed: readonly ManifestFile[], found: readonly { readonly bytes: Uint8Array }[]): Uint8Array {
  const layout = createChunkLayout(listed);
  const hashes = new Uint8Array(32 * layout.chunkCount);
  for (let chunk = 0; chunk < layout.chunkCount; chunk += 1) {
    const hash = createHash('sha256');
    for (const { file, offset, sizeBytes } of layout.partsOf(chunk))
      hash.update(found[file]?.bytes.subarray(offset, offset + sizeBytes) ?? new Uint8Array(0));
    hashes.set(hash.digest(), 32 * chunk);
  }
  return hashes;
}

function pathOf(roots: readonly SourceRoot[], { path }: ManifestFile): string {
  const [top, ...rest] = path;
  return [roots.find(({ name }) => name === top)?.path, ...rest].join('/');
}

function keyOf({ directory, transferId }: SinkPlace): string {
  return `${directory} ${transferId}`;
}

function failure<Code>(code: Code): DiskFailure<Code> {
  return { ok: false, code };
}
