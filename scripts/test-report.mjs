/**
 * Reads the reports of vitest and Playwright, and sums up the run. An aborted run, or one without
 * tests, is a failure: no run may pass without having checked something. A test that passed only at
 * its second try is named, so that none hides a fault.
 */

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} skipped titles or reasons
 * @property {readonly string[]} [failures] titles of the tests that failed
 * @property {readonly string[]} [secondTries] titles of the tests that passed at the second try
 * @property {string} [remark] the reason for a failure that the tool did not report
 */

/**
 * @typedef {object} VitestReport
 * @property {{ name: string, status: string, assertionResults: { fullName: string, status: string,
 * failureMessages?: string[] }[] }[]} testResults
 */

/**
 * @param {VitestReport | undefined} report of vitest's JSON reporter; `undefined` if it wrote none
 * @param {number} exitCode
 * @returns {Result}
 */
export function countVitest(report, exitCode) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  // A file that does not load has no tests, and would otherwise count for nothing.
  const brokenFiles = files.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  /** @type {(wanted: (test: typeof tests[number]) => boolean) => string[]} */
  const titles = (wanted) => tests.filter(wanted).map((test) => test.fullName);
  const failures = [...titles((test) => test.status === 'failed'), ...brokenFiles.map((file) => file.name)];
  const passed = tests.filter((test) => test.status === 'passed').length;
  const skipped = titles((test) => test.status !== 'passed' && test.status !== 'failed');
  // The report keeps the messages of a first try that failed.
  const secondTries = titles((test) => test.status === 'passed' && (test.failureMessages ?? []).length > 0);
  return withoutSilence({ passed, failed: failures.length, skipped, failures, secondTries }, exitCode);
}

/**
 * @typedef {object} PlaywrightSuite
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ title: string, tests: { status: string, projectName: string }[] }[]} specs
 */

/**
 * @param {{ suites: PlaywrightSuite[], errors: unknown[] } | undefined} report of Playwright's JSON
 * reporter
 * @param {number} exitCode
 * @returns {Result}
 */
export function countPlaywright(report, exitCode) {
  /** @type {(suite: PlaywrightSuite) => PlaywrightSuite['specs']} */
  const specsOf = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
  const tests = (report?.suites ?? [])
    .flatMap(specsOf)
    .flatMap((spec) => spec.tests.map((test) => ({ title: `${test.projectName} ${spec.title}`.trim(), status: test.status })));
  /** @type {(...statuses: readonly string[]) => string[]} */
  const titles = (...statuses) => tests.filter((test) => statuses.includes(test.status)).map((test) => test.title);
  const skipped = titles('skipped');
  // A "flaky" test failed before it passed.
  const secondTries = titles('flaky');
  const passed = titles('expected', 'flaky').length;
  const failed = tests.length - passed - skipped.length + (report?.errors.length ?? 0);
  return withoutSilence({ passed, failed, skipped, failures: titles('unexpected'), secondTries }, exitCode);
}

/**
 * @param {Result} result
 * @param {number} exitCode
 * @returns {Result}
 */
function withoutSilence(result, exitCode) {
  if (result.failed > 0) return result;
  if (exitCode !== 0) return { ...result, failed: 1, remark: `ended with code ${exitCode}` };
  if (result.passed + result.skipped.length === 0) return { ...result, failed: 1, remark: 'there is no test' };
  return result;
}

/**
 * The closing summary: a line per stage, the checks that need another computer, the skipped tests,
 * those that needed a second try and those that failed, and the counts in the last line.
 *
 * @param {readonly { name: string, durationMs: number, result: Result }[]} stages
 * @param {readonly string[]} [absent] lines about checks that cannot run here
 * @returns {string[]}
 */
export function summarise(stages, absent = []) {
  const lines = stages.map(({ name, durationMs, result }) => {
    const remark = result.remark === undefined ? '' : `  (${result.remark})`;
    return `  ${name.padEnd(10)}${counts(result).padEnd(36)}${(durationMs / 1000).toFixed(1).padStart(7)} s${remark}`;
  });
  /** @type {(what: string, titles: (result: Result) => readonly string[] | undefined) => string[]} */
  const named = (what, titles) =>
    stages.flatMap(({ name, result }) => (titles(result) ?? []).map((title) => `  ${what}  ${name}: ${title}`));
  const total = {
    passed: sum(stages.map(({ result }) => result.passed)),
    failed: sum(stages.map(({ result }) => result.failed)),
    skipped: stages.flatMap(({ result }) => result.skipped),
  };
  return [
    ...['', ...lines, ...absent],
    ...named('skipped', (result) => result.skipped),
    ...named('second try', (result) => result.secondTries),
    ...named('failed', (result) => result.failures),
    counts(total),
  ];
}

/** @param {Result} result */
function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`;
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
