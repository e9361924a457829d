/**
 * Holds docs/PROTOCOL.md and the tests together: every rule defined there is named in the title of a test, and every rule that a title
 * names is defined. A rule is defined by a line that begins with `- **REG-2** `; a title names it as `[REG-2]` or
 * `[REG-2, REG-3]` at its start. A test that is skipped proves nothing and does not count.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { root } from './set-up.mjs';

/**
 * @param {string} protocol the text of docs/PROTOCOL.md
 * @returns {string[]} in order; twice if defined twice
 */
export function definedRules(protocol) {
  return [...protocol.matchAll(/^- \*\*([A-Z]+-\d+)\*\* /gm)].map(([, id]) => id ?? '');
}

/**
 * @param {string} source of a test file
 * @returns {string[]}
 */
export function namedRules(source) {
  // A string that starts with rule ids in brackets is a title, wherever it stands: tests share tables of scenarios.
  const titles = /(?<before>[.\w]*\(?\s*)(?<quote>['"`])(?<ids>(?:\[[A-Z]+-\d+(?:, ?[A-Z]+-\d+)*\] ?)+)/g;
  return [...withoutComments(source).matchAll(titles)]
    .filter(({ groups }) => !/\.(skip|todo|fails)\(\s*$/.test(groups?.['before'] ?? ''))
    .flatMap(({ groups }) => (groups?.['ids'] ?? '').match(/[A-Z]+-\d+/g) ?? []);
}

/**
 * @param {string} protocol
 * @param {readonly { file: string, source: string }[]} tests
 * @returns {string[]} what is wrong, a sentence each
 */
export function findGaps(protocol, tests) {
  const rules = definedRules(protocol);
  const named = tests.flatMap(({ file, source }) => namedRules(source).map((id) => ({ id, file })));
  const ids = new Set(named.map(({ id }) => id));
  const twice = new Set(rules.filter((id, index) => rules.indexOf(id) !== index));
  const unknown = new Set(
    named.filter(({ id }) => !rules.includes(id)).map(({ id, file }) => `${id}, named in ${file}, is not defined.`),
  );
  return [
    ...(rules.length === 0 ? ['docs/PROTOCOL.md defines no rule at all.'] : []),
    ...[...twice].map((id) => `${id} is defined twice.`),
    ...rules.filter((id) => !ids.has(id)).map((id) => `${id} is named by no test.`),
    ...unknown,
  ];
}

/** @param {string} source */
function withoutComments(source) {
  return source.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
}

/**
 * @param {string} folder
 * @param {RegExp} pattern of the names wanted
 */
function readTests(folder, pattern) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => ({ file: `${folder}/${name.replaceAll('\\', '/')}`, source: readFileSync(join(root, folder, name), 'utf8') }));
}

function main() {
  const path = join(root, 'docs', 'PROTOCOL.md');
  const protocol = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const gaps = findGaps(protocol, [...readTests('src', /\.test\.tsx?$/), ...readTests('test', /\.tsx?$/)]);
  for (const gap of gaps) console.error(gap);
  if (gaps.length > 0) process.exitCode = 1;
  else console.log(`${definedRules(protocol).length} rules, each named by a test.`);
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) main();
