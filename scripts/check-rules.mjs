/**
 * Compares docs/spec with the tests. A line that begins with `- **REG-2** ` defines a rule; one
 * with `- **REG-2** (unit) ` defines a rule about one function or file. A test with a title that
 * begins with `[REG-2]` or `[REG-2, REG-3]` shows these rules.
 *
 * The check reports four faults. A rule has no such test. Only unit tests show a rule that is not
 * marked as a unit rule. A rule has two definitions. A title, a comment or a document uses an ID
 * that no page defines.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { root } from './set-up.mjs';

/** Their tests run several parts together, or run one suite on a real part and its fake. */
const behaviourFolders = ['test/sim/', 'test/netns/', 'test/contract/', 'test/scenarios/', 'test/e2e/', 'test/package/'];

/** Its sources contain made-up IDs. */
const ownTest = 'scripts/check-rules.test.ts';

/**
 * @typedef {{ readonly file: string, readonly text: string }} TextFile `file` is relative to the
 * root, with slashes
 */
/** @typedef {{ readonly id: string, readonly isUnit: boolean }} Rule */

/**
 * @param {string} page the text of a page of docs/spec
 * @returns {Rule[]} in order, duplicates included
 */
export function definedRules(page) {
  return [...page.matchAll(/^- \*\*([A-Z]+-\d+)\*\* (\(unit\) )?/gm)].map(([, id, mark]) => ({
    id: id ?? '',
    isUnit: mark !== undefined,
  }));
}

/**
 * @param {string} source of a test file
 * @returns {string[]} the rules that its titles name, without those of skipped tests
 */
export function shownRules(source) {
  // Any string that begins with rule IDs in brackets is a title, because scenarios keep titles in
  // tables.
  const titles = /(?<before>[.\w]*\(?\s*)(?<quote>['"`])(?<ids>(?:\[[A-Z]+-\d+(?:, ?[A-Z]+-\d+)*\] ?)+)/g;
  return [...withoutComments(source).matchAll(titles)]
    .filter(({ groups }) => !/\.(skip|todo|fails)\(\s*$/.test(groups?.['before'] ?? ''))
    .flatMap(({ groups }) => (groups?.['ids'] ?? '').match(/[A-Z]+-\d+/g) ?? []);
}

/**
 * @param {string} text of any file, comments and documents included
 * @param {ReadonlySet<string>} prefixes of the rules, so that `UTF-8` and `SHA-256` are not IDs
 * @returns {string[]}
 */
export function citedRules(text, prefixes) {
  return [...text.matchAll(/(?<![\w-])([A-Z]+)-\d+(?![\w-])/g)]
    .filter(([, prefix]) => prefixes.has(prefix ?? ''))
    .map(([id]) => id);
}

/**
 * @param {readonly TextFile[]} pages of docs/spec
 * @param {readonly TextFile[]} tests all files that may contain titles
 * @param {readonly TextFile[]} others all other files that may cite a rule
 * @returns {string[]} the faults, a sentence each
 */
export function findGaps(pages, tests, others = []) {
  const rules = pages.flatMap(({ text }) => definedRules(text));
  if (rules.length === 0) return ['docs/spec defines no rule at all.'];
  const ids = rules.map(({ id }) => id);
  const shown = tests.flatMap(({ file, text }) => shownRules(text).map((id) => ({ id, file })));
  const shownAnywhere = new Set(shown.map(({ id }) => id));
  const shownAsBehaviour = new Set(shown.filter(({ file }) => isBehaviour(file)).map(({ id }) => id));
  return [
    ...unique(ids.filter((id, index) => ids.indexOf(id) !== index)).map((id) => `${id} is defined twice.`),
    ...ids.filter((id) => !shownAnywhere.has(id)).map((id) => `${id} is shown by no test.`),
    ...rules
      .filter(({ id, isUnit }) => !isUnit && shownAnywhere.has(id) && !shownAsBehaviour.has(id))
      .map(({ id }) => `${id} is shown by unit tests alone, and not marked (unit).`),
    ...findUnknown(new Set(ids), shown, [...pages, ...tests, ...others]),
  ];
}

/**
 * @param {ReadonlySet<string>} ids
 * @param {readonly { id: string, file: string }[]} shown with any prefix
 * @param {readonly TextFile[]} files
 */
function findUnknown(ids, shown, files) {
  const prefixes = new Set([...ids].map((id) => id.replace(/-\d+$/, '')));
  const cited = files.flatMap(({ file, text }) => citedRules(text, prefixes).map((id) => ({ id, file })));
  return unique(
    [...shown, ...cited].filter(({ id }) => !ids.has(id)).map(({ id, file }) => `${id}, named in ${file}, is not defined.`),
  );
}

/** @param {string} file */
function isBehaviour(file) {
  return behaviourFolders.some((folder) => file.startsWith(folder));
}

/** @param {string} source */
function withoutComments(source) {
  return source.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
}

/** @param {readonly string[]} texts */
function unique(texts) {
  return [...new Set(texts)];
}

/**
 * @param {string} folder
 * @param {RegExp} pattern of the file names
 * @returns {TextFile[]}
 */
function readFolder(folder, pattern) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => ({
      file: `${folder}/${name.replaceAll('\\', '/')}`,
      text: readFileSync(join(root, folder, name), 'utf8'),
    }));
}

function main() {
  const pages = readFolder('docs/spec', /\.md$/);
  const sources = [...readFolder('src', /\.tsx?$/), ...readFolder('test', /\.tsx?$/)];
  const tests = sources.filter(({ file }) => file.startsWith('test/') || /\.test\.tsx?$/.test(file));
  const others = [
    ...sources.filter((source) => !tests.includes(source)),
    ...readFolder('scripts', /\.(mjs|ts)$/).filter(({ file }) => file !== ownTest),
    ...readFolder('docs', /\.md$/).filter(({ file }) => !file.startsWith('docs/spec/')),
  ];
  const gaps = findGaps(pages, tests, others);
  for (const gap of gaps) console.error(gap);
  if (gaps.length > 0) {
    process.exitCode = 1;
    return;
  }
  const rules = pages.flatMap(({ text }) => definedRules(text));
  const unitCount = rules.filter(({ isUnit }) => isUnit).length;
  console.log(`${rules.length} rules: ${rules.length - unitCount} shown by tests of behaviour, ${unitCount} by unit tests.`);
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) main();
