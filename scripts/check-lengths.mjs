/**
 * Checks the limits of docs/STYLE.md that oxlint has no option for. These are the length of
 * functions, with more for `create*` closures, and the number of source files in a folder. Tests
 * and scripts have the same limits, except suites: the callbacks of `describe` and `test`. The
 * linter checks the length of files (`max-lines`). Neither counts blank lines.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { Visitor, parseSync } from 'oxc-parser';
import { root } from './set-up.mjs';

const maxFunctionLines = 60;

/** A factory's inner functions count as part of it, and each on its own. */
const maxClosureLines = 150;

/** More files are hard to survey. Tests sit next to the code and do not count. */
const maxFolderFiles = 24;

/** The entries of src/main: the two entry points, and one folder per layer. */
const mainEntries = ['cli.ts', 'core', 'hosts', 'index.ts', 'node'];

/**
 * These functions and their callbacks contain a whole table of cases: `describePorts` is a shared
 * suite.
 */
const suites = /^(test|describe([A-Z]\w*)?)$/;

/**
 * @typedef {import('oxc-parser').Function | import('oxc-parser').ArrowFunctionExpression}
 * FunctionNode
 */
/** @typedef {import('oxc-parser').Expression} Expression */
/** @typedef {import('oxc-parser').PropertyKey} PropertyKey */
/**
 * @typedef {object} FunctionLength
 * @property {string} name
 * @property {number} line
 * @property {number} lineCount
 * @property {number} maxLines
 */

/**
 * @param {string} file its extension selects the syntax
 * @param {string} source
 * @returns {FunctionLength[]} all functions of the file except suites, in order
 * @throws {Error} on a syntax error
 */
export function measureFunctions(file, source) {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const lines = source.split('\n');
  const lineOf = lineFinder(lines);
  return findFunctions(program).map(({ node, name }) => {
    const line = lineOf(node.start);
    const own = lines.slice(line - 1, lineOf(node.end));
    const lineCount = own.filter((text) => text.trim() !== '').length;
    return { name, line, lineCount, maxLines: /^create[A-Z]/.test(name) ? maxClosureLines : maxFunctionLines };
  });
}

/**
 * @param {string} file
 * @param {string} source
 * @returns {string[]} a line for each function that is too long
 */
export function findLongFunctions(file, source) {
  return measureFunctions(file, source)
    .filter(({ lineCount, maxLines }) => lineCount > maxLines)
    .map(
      ({ name, line, lineCount, maxLines }) => `${file}:${line}: function ${name} has ${lineCount} lines, ${maxLines} allowed`,
    );
}

/**
 * @param {readonly string[]} files of the whole project, relative to the root, with slashes
 * @returns {string[]} a line for each folder of src that has too many files or a wrong entry
 */
export function findCrowdedFolders(files) {
  const sources = files.filter((file) => file.startsWith('src/') && /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));
  const counts = Map.groupBy(sources, (file) => file.slice(0, file.lastIndexOf('/')));
  const inMain = sources.filter((file) => file.startsWith('src/main/')).map((file) => file.split('/')[2] ?? '');
  return [
    ...[...counts]
      .filter(([, inFolder]) => inFolder.length > maxFolderFiles)
      .map(([folder, inFolder]) => `${folder}: has ${inFolder.length} source files, ${maxFolderFiles} allowed`),
    ...[...new Set(inMain)]
      .filter((entry) => !mainEntries.includes(entry))
      .map((entry) => `src/main/${entry}: src/main holds ${mainEntries.join(', ')} and nothing else`),
  ];
}

/**
 * @param {import('oxc-parser').Program} program
 * @returns {{ readonly node: FunctionNode, readonly name: string }[]}
 */
function findFunctions(program) {
  /** Parents come first, and name the functions they contain. @type {Map<unknown, string>} */
  const names = new Map();
  const exempt = new Set();
  /** @type {{ node: FunctionNode, name: string }[]} */
  const found = [];
  /** @param {FunctionNode} node */
  const add = (node) => {
    if (!node.body || exempt.has(node)) return;
    const name = node.id?.name ?? names.get(node) ?? '(anonymous)';
    if (!suites.test(name)) found.push({ node, name });
  };
  /** @param {{ readonly key: PropertyKey, readonly value: unknown }} member */
  const nameMember = ({ key, value }) => names.set(value, textOfKey(key));
  new Visitor({
    VariableDeclarator: ({ id, init }) => void names.set(init, id.type === 'Identifier' ? id.name : '(anonymous)'),
    AssignmentExpression: ({ left, right }) => void names.set(right, left.type === 'Identifier' ? left.name : '(anonymous)'),
    Property: nameMember,
    MethodDefinition: nameMember,
    PropertyDefinition: nameMember,
    CallExpression: ({ callee, arguments: args }) => {
      const called = nameOfCallee(callee);
      for (const argument of args) {
        names.set(argument, `(callback of ${called})`);
        if (suites.test(called)) exempt.add(argument);
      }
    },
    FunctionDeclaration: add,
    FunctionExpression: add,
    ArrowFunctionExpression: add,
  }).visit(program);
  return found;
}

/** @param {PropertyKey} key of a member */
function textOfKey(key) {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : '(computed)';
}

/**
 * @param {Expression} callee
 * @returns {string} the first name in it: `test` for `test.each(table)`
 */
function nameOfCallee(callee) {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'CallExpression') return nameOfCallee(callee.callee);
  if (callee.type === 'TaggedTemplateExpression') return nameOfCallee(callee.tag);
  return callee.type === 'MemberExpression' ? nameOfCallee(callee.object) : '(anonymous)';
}

/**
 * @param {readonly string[]} lines
 * @returns {(offset: number) => number} the line, from 1, of an offset in the source
 */
function lineFinder(lines) {
  let end = 0;
  const ends = lines.map((line) => (end += line.length + 1));
  return (offset) => ends.findIndex((lineEnd) => offset < lineEnd) + 1;
}

/** @param {string} folder */
function readFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((file) => /\.(tsx?|mjs)$/.test(file));
}

function main() {
  const files = ['src', 'test', 'scripts'].flatMap(readFiles);
  const offenders = [
    ...files.flatMap((file) => findLongFunctions(file, readFileSync(join(root, file), 'utf8'))),
    ...findCrowdedFolders(files),
  ];
  for (const offender of offenders) console.error(offender);
  if (offenders.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) main();
