import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogLevel } from '../../core/ports.ts';
import { createFileLog, type FileLog } from './file-log.ts';
import { readLogTail } from './log-files.ts';

/** Room for about ten entries in each of three files. */
const bounds = { maxFileBytes: 1_000, maxFiles: 3 };

let directory = '';
let threshold: LogLevel = 'info';

beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'hallway-log-'))));
afterEach(() => {
  threshold = 'info';
  rmSync(directory, { recursive: true, force: true });
});

function createLog(): { readonly log: FileLog; readonly troubles: (string | undefined)[] } {
  const log = createFileLog({ directory, threshold: () => threshold, bounds });
  const troubles: (string | undefined)[] = [];
  log.onTrouble((code) => troubles.push(code));
  return { log, troubles };
}

function sizes(): Record<string, number> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, statSync(join(directory, name)).size]));
}

function withoutTimes(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/^\S+Z /, ''));
}

describe('[LOG-1] the files', () => {
  it('hold what is at or above the threshold, one line each', async () => {
    const { log } = createLog();
    log.write('debug', 'not this');
    log.write('info', 'started', { hallway: '1.2.3' });
    log.write('error', 'a line\nbreak');
    expect(withoutTimes(await readLogTail(directory, 10_000))).toEqual([
      'info started {"hallway":"1.2.3"}',
      'error a line\\nbreak',
    ]);
  });

  it('[SET-26] follow a change of the threshold at once', async () => {
    const { log } = createLog();
    log.write('debug', 'too early');
    threshold = 'debug';
    log.write('debug', 'a detail');
    threshold = 'error';
    log.write('warning', 'too late');
    expect(withoutTimes(await readLogTail(directory, 10_000))).toEqual(['debug a detail']);
  });

  it('never exceed their bounds together, and keep the latest entries', async () => {
    const { log, troubles } = createLog();
    for (let count = 0; count < 1_000; count += 1) log.write('info', `entry ${count}`, { filler: 'x'.repeat(count % 50) });
    const found = sizes();
    const tail = withoutTimes(await readLogTail(directory, 10_000));
    expect(Object.keys(found).sort()).toEqual(['hallway.1.log', 'hallway.2.log', 'hallway.log']);
    expect(Math.max(...Object.values(found))).toBeLessThanOrEqual(bounds.maxFileBytes);
    expect(tail.length).toBeGreaterThan(20);
    // None is missing in between, and none comes twice.
    const numbers = tail.map((line) => Number(/entry (\d+)/.exec(line)?.[1]));
    expect(numbers).toEqual(Array.from(tail, (_, index) => 1_000 - tail.length + index));
    expect(troubles).toEqual([]);
  });

  it('go on where an earlier run stopped', async () => {
    for (let run = 0; run < 40; run += 1) createLog().log.write('info', `run ${run}`);
    expect(Math.max(...Object.values(sizes()))).toBeLessThanOrEqual(bounds.maxFileBytes);
    expect(withoutTimes(await readLogTail(directory, 10_000)).at(-1)).toBe('info run 39');
  });

  it.skipIf(process.platform === 'win32')('can be read by their owner alone', () => {
    const { log } = createLog();
    for (let count = 0; count < 100; count += 1) log.write('info', 'entry');
    const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it('take an entry of any length, cut to its limit, and no control character', async () => {
    const { log, troubles } = createLog();
    log.write('info', 'long', { text: 'ü'.repeat(100_000) });
    log.write('warning', '\u001b[2J\u009b\u202e', { name: '\u0007\u2028' });
    const text = readFileSync(join(directory, 'hallway.log'), 'utf8');
    const [long = ''] = await readLogTail(directory, 10_000);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(4_096);
    expect(long).toMatch(/ü…$/);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    expect(troubles).toEqual([]);
  });

  it('are made again after somebody deleted them', async () => {
    const { log, troubles } = createLog();
    log.write('info', 'before');
    rmSync(join(directory, 'hallway.log'));
    log.write('info', 'after');
    expect(withoutTimes(await readLogTail(directory, 10_000))).toEqual(['info after']);
    expect(troubles).toEqual([]);
  });
});

describe('[LOG-2] an entry that cannot be written', () => {
  it.skipIf(process.platform === 'win32').each([
    ['a folder', (path: string) => mkdirSync(path), 'EISDIR'],
    ['a link out of the profile', (path: string) => symlinkSync('/dev/null', path), 'ELOOP'],
    ['a pipe that nobody reads', (path: string) => void spawnSync('mkfifo', [path]), 'it is not a file'],
  ])('stops nothing where there is %s, says so once, and says how many are missing when it can', async (_what, make, code) => {
    const path = join(directory, 'hallway.log');
    make(path);
    const { log, troubles } = createLog();
    log.write('info', 'one');
    log.write('info', 'two');
    const late: unknown[] = [];
    log.onTrouble((now) => late.push(now));
    const meanwhile = [...troubles];
    rmSync(path, { recursive: true });
    log.write('info', 'three');
    expect({ meanwhile, late, troubles }).toEqual({ meanwhile: [code], late: [code, undefined], troubles: [code, undefined] });
    expect(withoutTimes(await readLogTail(directory, 10_000))).toEqual([
      `warning entries were lost {"lost":2,"code":"${code}"}`,
      'info three',
    ]);
  });

  it('stops nothing where the folder is missing', () => {
    const { log, troubles } = createLog();
    rmSync(directory, { recursive: true });
    log.write('info', 'one');
    expect(troubles).toEqual(['ENOENT']);
  });

  it('does not let the log outgrow its bounds where the files cannot be moved on', () => {
    const { log, troubles } = createLog();
    mkdirSync(join(directory, 'hallway.2.log', 'inside'), { recursive: true });
    for (let count = 0; count < 100; count += 1) log.write('info', 'entry');
    expect(sizes()['hallway.log']).toBeLessThanOrEqual(bounds.maxFileBytes);
    expect(troubles).toEqual([expect.any(String)]);
  });
});

describe('the end of the log', () => {
  it('begins with a whole line, and reaches into the files before', async () => {
    writeFileSync(join(directory, 'hallway.1.log'), 'one\ntwo\nthree\n');
    writeFileSync(join(directory, 'hallway.log'), 'four\nfive\n');
    const tails = [await readLogTail(directory, 4), await readLogTail(directory, 10), await readLogTail(directory, 18)];
    expect(tails).toEqual([[], ['four', 'five'], ['three', 'four', 'five']]);
  });

  it('is empty where there is none, and says what cannot be read', async () => {
    const empty = await readLogTail(directory, 1_000);
    mkdirSync(join(directory, 'hallway.log'));
    const path = join(directory, 'hallway.log');
    expect([empty, await readLogTail(directory, 1_000)]).toEqual([[], [`(${path} cannot be read: it is not a file)`]]);
  });

  it('is clean, whatever somebody wrote into the file', async () => {
    appendFileSync(join(directory, 'hallway.log'), Buffer.from('\u001b[2Jred\u202e\n\xff\n', 'latin1'));
    appendFileSync(join(directory, 'hallway.log'), 'a\u202eb\u0000c\n');
    const tail = await readLogTail(directory, 1_000);
    expect(tail.at(-1)).toBe('abc');
    expect(tail.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
