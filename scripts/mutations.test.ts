/** The table of mutations fits the source of today, and what a run of tests shows about one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTableFaults, judge, mutate } from './mutations/judge.mjs';
import { areas } from './mutations/table.mjs';
import { root } from './set-up.mjs';

describe('the table', () => {
  test('is about code that is there once, and names tests that exist', () => {
    const read = (file: string): string | undefined =>
      existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined;
    expect(findTableFaults(areas, read)).toEqual([]);
  });

  test('has forty mutations of five areas', () => {
    expect({ areas: Object.keys(areas), count: Object.values(areas).flat().length }).toEqual({
      areas: ['presence', 'messaging', 'rooms', 'files', 'crypto'],
      count: 40,
    });
  });
});

describe('a check of a table', () => {
  const fine = { fault: 'A limit is missing.', file: 'src/a.ts', find: 'x < 4', put: 'true' } as const;
  const caught = { project: 'unit', test: 'src/a.test.ts' } as const;
  const files = new Map([
    ['src/a.ts', 'if (x < 4) return y < 4;'],
    ['src/a.test.ts', ''],
  ]);
  const faultsOf = (change: Partial<(typeof areas)[string][number]>): readonly string[] =>
    findTableFaults({ rooms: [{ ...fine, ...caught, ...change }] }, (file) => files.get(file)).slice(1);

  test.each([
    ['nothing', {}, []],
    ['code that changed', { find: 'x <= 4' }, ['is about code that src/a.ts has 0 times, not once']],
    ['code that is there twice', { find: ' < 4' }, ['is about code that src/a.ts has 2 times, not once']],
    ['a file that moved', { file: 'src/b.ts' }, ['is in src/b.ts, which is no file']],
    ['no change', { put: 'x < 4' }, ['changes nothing']],
    ['a test that moved', { test: 'src/b.test.ts' }, ['is to be caught by src/b.test.ts, which is no file']],
    ['another project', { project: 'sim' }, ['is to be caught by src/a.test.ts, which is not in sim']],
  ] as const)('finds %s', (_, change, reasons) => {
    expect(faultsOf(change)).toEqual(reasons.map((reason) => `"A limit is missing." ${reason}.`));
  });

  test('finds an area with too few, and a mutation that is there twice', () => {
    const mutation = { ...fine, ...caught };
    expect(findTableFaults({ rooms: [mutation, mutation] }, (file) => files.get(file))).toEqual([
      'rooms has 2 mutations, fewer than 6.',
      '"A limit is missing." is there twice.',
    ]);
  });
});

describe('a mutation', () => {
  test('replaces its text alone, whatever characters it has', () => {
    expect(mutate('if (x < 4) return;', { find: '(x < 4)', put: '($& || y)' })).toBe('if ($& || y) return;');
  });

  test.each(['x < 5', 'x'])('throws if "%s" does not occur exactly once', (find) => {
    expect(() => mutate('if (x < 4) return x;', { find, put: '' })).toThrow(`This does not occur once:\n${find}`);
  });
});

describe('the verdict', () => {
  const passed = { fullName: '[REG-1] lists a peer', status: 'passed' };
  const failed = {
    fullName: '[REG-2] drops a silent peer',
    status: 'failed',
    failureMessages: ['AssertionError: expected 1 to be 2'],
  };
  const skipped = { fullName: '[REG-3] comes later', status: 'skipped' };
  const reportOf = (...assertionResults: readonly (typeof passed | typeof failed)[]) => ({
    testResults: [{ name: 'registry.test.ts', status: 'passed', assertionResults: [...assertionResults] }],
  });

  test('is that the first failed test caught it', () => {
    expect(judge(reportOf(passed, failed, skipped), 1)).toEqual({ type: 'caught', by: '[REG-2] drops a silent peer' });
  });

  test('is that it was missed if all tests pass', () => {
    expect(judge(reportOf(passed, passed), 0)).toEqual({ type: 'missed' });
  });

  test('is that nothing was shown by a file that does not load', () => {
    const message = 'SyntaxError: Unexpected token\n    at line 4';
    const report = { testResults: [{ name: 'registry.test.ts', status: 'failed', message, assertionResults: [] }] };
    expect(judge(report, 1)).toEqual({ type: 'broken', reason: 'SyntaxError: Unexpected token' });
  });

  test('is that nothing was shown by a name that the mutation has wrong', () => {
    const wrong = { ...failed, failureMessages: ['ReferenceError: peerld is not defined\n    at line 4'] };
    expect(judge(reportOf(wrong), 1)).toEqual({ type: 'broken', reason: 'ReferenceError: peerld is not defined' });
  });

  test.each([
    ['without a report', undefined, 143],
    ['without a test that ran', reportOf(skipped), 0],
    ['that ended badly for another reason', reportOf(passed), 1],
  ])('is that nothing was shown by a run %s', (_, report, exitCode) => {
    expect(judge(report, exitCode)).toEqual({ type: 'broken', reason: `no test failed, and vitest ended with ${exitCode}` });
  });
});
