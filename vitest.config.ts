/**
 * The tests that run without a browser, as projects: `unit`, `memory` and `renderer` beside the code, `contract`, `package`, `sim`, and
 * `netns` and `netns-alone` on the kernel's real network. `npm test` runs the first three and the last two as one stage each.
 */
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A scenario in namespaces waits for real time to pass: at most the 35 s after which a silent peer is gone, several times. */
const netnsTimeoutMs = 240_000;

/**
 * The files that take longest, which begin first so that no processor waits for the last of them.
 */
const longest = [
  'sim/fifty',
  'sim/scenarios',
  'sim/rooms-tree',
  'sim/failure-detection',
  'sim/loss',
  'sim/rooms-lossy',
  'netns/firewall',
];

/** Vitest sorts by how long files took last time, which it does not know on a fresh checkout. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

/** These weigh the memory of their process, and so share it with no other file. */
const weighing = ['src/main/core/transfers/description-memory.test.ts', 'src/main/core/messaging/wire/frames.fuzz.test.ts'];

/** These measure, and so run one at a time when the others are done. */
const measuring = ['test/netns/{attacks,scenarios}.test.ts'];

/**
 * Real processes, sockets and disks wait for processors that something else may keep busy. A test that fails is tried once more, and `npm test`
 * names it. Tests of virtual time get no second try.
 */
const secondTry = 1;

/** Nothing beside the code takes a second; a machine that is busy with something else may make it ten. Longer is a hang. */
const unitTimeoutMs = 30_000;

/**
 * A package of a whole runtime is compressed in half a minute; the nightly one installs a Debian
 * system of its own.
 */
const packageTimeoutMs = process.env['HALLWAY_LONG'] ? 900_000 : 120_000;

/** A simulation is quick, but fifty nodes that sign everything are not instantaneous on two shared processors. */
const simTimeoutMs = 300_000;

export default defineConfig({
  test: {
    // All processors: the default leaves one to whoever watches, which on two of them doubles the time.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/{main,preload,shared}/**/*.test.ts', 'test/{fakes,scenarios,soak}/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...weighing],
          testTimeout: unitTimeoutMs,
          // Modules keep no state, and to import them anew for each file takes a third of the time.
          isolate: false,
        },
      },
      { test: { name: 'memory', include: [...weighing], testTimeout: unitTimeoutMs } },
      {
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['src/renderer/**/*.test.{ts,tsx}'],
          testTimeout: unitTimeoutMs,
        },
      },
      {
        test: {
          name: 'contract',
          retry: secondTry,
          include: ['test/contract/**/*.test.ts'],
          testTimeout: unitTimeoutMs,
          // The runtime is not there, so the desktop host stands on the stub.
          alias: { electron: resolve('test/electron-stub/electron.ts') },
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          testTimeout: packageTimeoutMs,
          hookTimeout: packageTimeoutMs,
        },
      },
      { test: { name: 'sim', include: ['test/sim/**/*.test.ts'], testTimeout: simTimeoutMs } },
      {
        test: {
          name: 'netns',
          retry: secondTry,
          include: ['test/netns/**/*.test.ts'],
          exclude: [...measuring],
          sequence: { groupOrder: 1 },
          // They mostly wait.
          maxWorkers: 3,
          testTimeout: netnsTimeoutMs,
          hookTimeout: netnsTimeoutMs,
        },
      },
      {
        test: {
          name: 'netns-alone',
          retry: secondTry,
          include: [...measuring],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: netnsTimeoutMs,
          hookTimeout: netnsTimeoutMs,
        },
      },
    ],
    coverage: { include: ['src/**/*.{ts,tsx}'], exclude: ['src/**/*.test.{ts,tsx}'], reporter: ['text', 'html'] },
  },
});
