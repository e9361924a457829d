/**
 * The pure parts of scripts/mutations.mjs: whether the table fits the source of today, and what a
 * run of tests shows about a mutation.
 */

/** @typedef {import('./table.mjs').Mutation} Mutation */

/** The folder of the tests of each project, and the ending of their names. */
const testPatterns = {
  unit: /^(src|scripts|test\/fakes)\/.*\.test\.ts$/,
  contract: /^test\/contract\/.*\.test\.ts$/,
  sim: /^test\/sim\/.*\.test\.ts$/,
};

/** Fewer of them say little about an area. */
const minPerArea = 6;

/** Such a failure shows a mistake in the mutation, which no test has to catch. */
const ownMistake = /^(ReferenceError|SyntaxError)\b/;

/**
 * @param {Readonly<Record<string, readonly Mutation[]>>} areas
 * @param {(file: string) => string | undefined} read the text of a file, undefined if there is none
 * @returns {string[]} what is wrong with the table, a sentence each
 */
export function findTableFaults(areas, read) {
  const few = Object.entries(areas).filter(([, mutations]) => mutations.length < minPerArea);
  const all = Object.values(areas).flat();
  const changes = all.map(({ file, find, put }) => JSON.stringify([file, find, put]));
  return [
    ...few.map(([area, { length }]) => `${area} has ${length} mutations, fewer than ${minPerArea}.`),
    ...all.filter((_, index) => changes.indexOf(changes[index] ?? '') !== index).map(({ fault }) => `"${fault}" is there twice.`),
    ...all.flatMap((mutation) => findFaults(mutation, read).map((reason) => `"${mutation.fault}" ${reason}.`)),
  ];
}

/**
 * @param {Mutation} mutation
 * @param {(file: string) => string | undefined} read
 * @returns {string[]}
 */
function findFaults({ file, find, put, project, test }, read) {
  const source = read(file);
  const count = source?.split(find).length ?? 0;
  return [
    ...(source === undefined ? [`is in ${file}, which is no file`] : []),
    ...(source !== undefined && count !== 2 ? [`is about code that ${file} has ${count - 1} times, not once`] : []),
    ...(find === put ? ['changes nothing'] : []),
    ...(read(test) === undefined ? [`is to be caught by ${test}, which is no file`] : []),
    ...(testPatterns[project].test(test) ? [] : [`is to be caught by ${test}, which is not in ${project}`]),
  ];
}

/**
 * @param {string} source
 * @param {Pick<Mutation, 'find' | 'put'>} mutation
 * @returns {string} the source with the fault
 * @throws {Error} if the text does not occur exactly once
 */
export function mutate(source, { find, put }) {
  const [before, after, ...rest] = source.split(find);
  if (before === undefined || after === undefined || rest.length > 0) throw new Error(`This does not occur once:\n${find}`);
  return before + put + after;
}

/**
 * @typedef {object} Report of vitest's JSON reporter
 * @property {{ name: string, status: string, message?: string, assertionResults: { fullName: string,
 *   status: string, failureMessages?: string[] }[] }[]} testResults
 */

/**
 * `caught`: a test failed · `missed`: all passed · `broken`: nothing ran, so nothing is shown.
 *
 * @typedef {{ readonly type: 'caught', readonly by: string } | { readonly type: 'missed' } |
 *   { readonly type: 'broken', readonly reason: string }} Verdict
 */

/**
 * @param {Report | undefined} report undefined if vitest wrote none
 * @param {number} exitCode
 * @returns {Verdict}
 */
export function judge(report, exitCode) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const [failed] = tests.filter(({ status }) => status === 'failed');
  if (failed) {
    const [message = ''] = failed.failureMessages ?? [];
    return ownMistake.test(message) ? { type: 'broken', reason: firstLine(message) } : { type: 'caught', by: failed.fullName };
  }
  if (exitCode === 0 && tests.some(({ status }) => status === 'passed')) return { type: 'missed' };
  const message = files.find(({ status }) => status === 'failed')?.message;
  return { type: 'broken', reason: firstLine(message ?? '') || `no test failed, and vitest ended with ${exitCode}` };
}

/** @param {string} text */
function firstLine(text) {
  return text.split('\n')[0] ?? '';
}
