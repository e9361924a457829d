/**
 * A process that is killed while files arrive, 20 times at moments that a seed determines, some of
 * them while they get their names.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { chunkBytes } from '../../../src/main/core/transfers/layout.ts';
import { createSeededRandom } from '../../fakes/seeded-random.ts';
import { sampleBytes } from './describe-disk.ts';
import { createRealWorld } from './real-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'killed files';
const kills = 20;
/** The others hit the end, when everything is written. */
const killsInChunks = 14;
/** From the beginning of the chunk, or of the end, to the kill: about as long as either takes. */
const maxDelayMs = 12;
const script = fileURLToPath(new URL('../../fixtures/files-process.ts', import.meta.url));

interface Run {
  readonly had: number;
  /** Chunks that it said are written. */
  readonly written: number;
  readonly paths: readonly string[] | undefined;
  readonly wasKilled: boolean;
}

/** @param args of the process that takes files in */
async function runProcess(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, ['--no-warnings', '--experimental-strip-types', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<boolean>((resolve) => void child.once('exit', (_code, signal) => resolve(signal === 'SIGKILL')));
  let had = 0;
  let written = 0;
  let paths: readonly string[] | undefined;
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line) as { had?: number; chunk?: number; paths?: readonly string[] };
    had = said.had ?? had;
    if (said.chunk !== undefined) written += 1;
    paths = said.paths ?? paths;
  }
  return { had, written, paths, wasKilled: await ended };
}

it(
  `[DISK-2, DISK-6] a killed process loses at most four chunks, ${kills} times (seed ${seed})`,
  { timeout: 180_000 },
  async () => {
    const world = await createRealWorld();
    const random = createSeededRandom(seed);
    const chunks = 100;
    const large = sampleBytes(chunks * chunkBytes - 5_000, 9);
    await world.write('album/large.bin', large);
    for (let index = 0; index < 200; index += 1) await world.write(`album/small/${index}.txt`, sampleBytes(index, index));
    const args = [join(world.base, 'profile'), world.directory, join(world.base, 'offered', 'album')];

    let known = 0;
    for (let round = 0; round < kills; round += 1) {
      // First between and within chunks, then while the files get their names.
      const before = round < killsInChunks ? Math.floor(random.fraction() * 4) : chunks + 1;
      const { had, written, wasKilled } = await runProcess(
        'die',
        ...args,
        String(before),
        String(random.fraction() * maxDelayMs),
      );
      expect(wasKilled).toBe(true);
      expect(had).toBeGreaterThanOrEqual(known - 4);
      known = had + written;
    }
    const last = await runProcess('copy', ...args);
    const [album = ''] = last.paths ?? [];
    expect(await readdir(join(album, 'small'))).toHaveLength(200);
    const hashes = [await readFile(join(album, 'large.bin')), large].map((bytes) =>
      createHash('sha256').update(bytes).digest('hex'),
    );
    expect(hashes[0]).toBe(hashes[1]);
    await world.close();
  },
);
