/** The counts of test runs: no failure goes unnoticed. */
import { expect, test } from 'vitest';
import { countPlaywright, countVitest, summarise } from './test-report.mjs';

const file = (status: string, ...statuses: readonly string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: statuses.map((each, index) => ({ fullName: `test ${index}`, status: each })),
});

test('counts every test of a vitest run', () => {
  const report = { testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed', 'pending')] };
  expect(countVitest(report, 1)).toEqual({
    ...{ passed: 2, failed: 1, skipped: ['test 1'] },
    ...{ failures: ['test 1'], secondTries: [] },
  });
});

test('a file that does not load is a failure', () => {
  expect(countVitest({ testResults: [file('failed'), file('passed', 'passed')] }, 1)).toEqual({
    ...{ passed: 1, failed: 1, skipped: [] },
    ...{ failures: ['a.test.ts'], secondTries: [] },
  });
});

test('a test that failed and then passed is named', () => {
  const again = { fullName: 'slow one', status: 'passed', failureMessages: ['expected 5 to be less than 4'] };
  const report = { testResults: [{ ...file('passed', 'passed'), assertionResults: [again] }] };
  expect(countVitest(report, 0)).toEqual({ passed: 1, failed: 0, skipped: [], failures: [], secondTries: ['slow one'] });
});

test('a run without a test, without a report, or with a bad exit code is a failure', () => {
  expect(countVitest({ testResults: [] }, 0)).toMatchObject({ passed: 0, failed: 1, remark: 'there is no test' });
  expect(countVitest(undefined, 137)).toMatchObject({ failed: 1, remark: 'ended with code 137' });
  expect(countVitest({ testResults: [file('passed', 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  expect(countPlaywright(undefined, 1)).toMatchObject({ failed: 1 });
});

test('counts every test of a Playwright run, nested ones too, and names flaky ones', () => {
  const spec = (title: string, ...statuses: readonly string[]) => ({
    title,
    tests: statuses.map((status) => ({ status, projectName: 'browser' })),
  });
  const suites = [
    { specs: [spec('a', 'expected')], suites: [{ specs: [spec('b', 'unexpected', 'skipped'), spec('c', 'flaky')] }] },
  ];
  expect(countPlaywright({ suites, errors: [] }, 1)).toEqual({
    ...{ passed: 2, failed: 1, skipped: ['browser b'] },
    ...{ failures: ['browser b'], secondTries: ['browser c'] },
  });
});

test("the summary's last line is the plain count", () => {
  const passing = { name: 'lint', durationMs: 1000, result: { passed: 1, failed: 0, skipped: [] } };
  const skipping = { name: 'netns', durationMs: 1, result: { passed: 2, failed: 1, skipped: ['needs root'] } };
  expect(summarise([passing]).at(-1)).toBe('1 passed, 0 failed');
  expect(summarise([passing], ['  not run here: this']).slice(-2)).toEqual(['  not run here: this', '1 passed, 0 failed']);
  const again = { ...passing, result: { ...passing.result, failures: ['b'], secondTries: ['a'] } };
  expect(summarise([again]).slice(-3)).toEqual(['  second try  lint: a', '  failed  lint: b', '1 passed, 0 failed']);
  expect(summarise([passing, skipping]).slice(-2)).toEqual(['  skipped  netns: needs root', '3 passed, 1 failed, 1 skipped']);
});
