/**
 * The length check: what it counts, what it accepts, how it reports a function, and its folder
 * rules.
 */
import { describe, expect, test } from 'vitest';
import { findCrowdedFolders, findLongFunctions, measureFunctions } from './check-lengths.mjs';

/** @returns that many statements, one per line */
function statements(count: number): string {
  return 'work();\n'.repeat(count);
}

/** @returns the text of a function with that many lines, its first and last included */
function lines(count: number, first: string, last: string): string {
  return `${first}\n${statements(count - 2)}${last}`;
}

describe('functions', () => {
  test.each([
    ['a declaration', 'show', (count: number) => lines(count, 'export function show() {', '}')],
    ['an async generator', 'read', (count: number) => lines(count, 'async function* read() {', '}')],
    ['a default export', '(anonymous)', (count: number) => lines(count, 'export default function () {', '}')],
    ['an arrow', 'show', (count: number) => lines(count, 'export const show = async () => {', '};')],
    ['an arrow that is assigned', 'show', (count: number) => lines(count, 'show = () => {', '};')],
    ['a function expression', 'inner', (count: number) => lines(count, 'const outer = function inner() {', '};')],
    ['a member', 'show', (count: number) => lines(count, 'const api = { show: () => {', '} };')],
    ['a method', 'show', (count: number) => lines(count, 'const api = { async show() {', '} };')],
    ['a method of a class', '#show', (count: number) => lines(count, 'class Api { static #show() {', '} }')],
    ['a constructor', 'constructor', (count: number) => lines(count, 'class Api { constructor() {', '} }')],
    ['a field of a class', 'show', (count: number) => lines(count, 'class Api { show = () => {', '}; }')],
    ['a member with a computed name', '(computed)', (count: number) => lines(count, 'const api = { [key()]: () => {', '} };')],
    ['a component', 'Row', (count: number) => lines(count, 'export function Row({ id }: Props) {', 'return <li>{id}</li>; }')],
    ['a callback', '(callback of memo)', (count: number) => lines(count, 'const Row = memo(() => {', '});')],
  ])('%s may have 60 lines at most', (_, name, sourceOf) => {
    expect(findLongFunctions('a.tsx', sourceOf(60))).toEqual([]);
    expect(findLongFunctions('a.tsx', sourceOf(61))).toEqual([`a.tsx:1: function ${name} has 61 lines, 60 allowed`]);
  });

  test.each([
    ['a declaration', (count: number) => lines(count, 'export function createStore() {', '}')],
    ['an arrow', (count: number) => lines(count, 'export const createStore = () => {', '};')],
    ['a method', (count: number) => lines(count, 'const api = { createStore() {', '} };')],
    ['one within another function', (count: number) => lines(count, 'test(() => { function createStore() {', '} });')],
  ])('%s that creates may have 150 lines at most', (_, sourceOf) => {
    expect(findLongFunctions('a.ts', sourceOf(150))).toEqual([]);
    expect(findLongFunctions('a.ts', sourceOf(151))).toEqual(['a.ts:1: function createStore has 151 lines, 150 allowed']);
  });

  test('a function within a factory has the ordinary limit', () => {
    const source = `function createStore() {\n${lines(61, '  return { save() {', '} };')}\n}`;
    expect(findLongFunctions('a.ts', source)).toEqual(['a.ts:2: function save has 61 lines, 60 allowed']);
  });

  test('only a whole word marks a factory', () => {
    expect(findLongFunctions('a.ts', lines(61, 'function creates() {', '}'))).toHaveLength(1);
  });

  test('comments count and blank lines do not', () => {
    const source = 'const a = 1;\n\nfunction show() {\n\n  // Why.\n  \n  work();\n}\n';
    expect(measureFunctions('a.ts', source)).toEqual([{ name: 'show', line: 3, lineCount: 4, maxLines: 60 }]);
  });

  test('a function without a body is not counted', () => {
    expect(measureFunctions('a.ts', 'export declare function show(): void;\nfunction f(a: string): void;')).toEqual([]);
  });

  test.each([
    lines(99, "describe('it', () => {", '});'),
    lines(99, "test.each(table)('%s', async () => {", '});'),
    lines(99, 'describe.skipIf(why).each`a | b`("it", function () {', '});'),
    lines(99, 'describeLink("memory", () => {', '});'),
    lines(99, 'export function describeLink() {', '}'),
  ])('a suite may be long', (source) => {
    expect(findLongFunctions('a.test.ts', source)).toEqual([]);
  });

  test('a function in a suite has the ordinary limit', () => {
    const source = `describe('it', () => {\n${lines(61, 'function arrange() {', '}')}\n});`;
    expect(findLongFunctions('a.test.ts', source)).toEqual(['a.test.ts:2: function arrange has 61 lines, 60 allowed']);
  });

  test('a file that does not parse is an error, not a file without functions', () => {
    expect(() => measureFunctions('a.ts', 'function {')).toThrow('a.ts: ');
  });
});

describe('folders', () => {
  const files = (count: number, ending: string) => Array.from({ length: count }, (_, index) => `src/shared/a-${index}${ending}`);

  test('a folder of src may have 24 source files, without tests and subfolders', () => {
    const others = [...files(9, '.test.ts'), ...files(9, '.test.tsx'), ...files(9, '.css'), 'src/shared/in/a.ts', 'test/a.ts'];
    expect(findCrowdedFolders([...files(23, '.ts'), ...files(1, '.tsx'), ...others])).toEqual([]);
    expect(findCrowdedFolders([...files(24, '.ts'), ...files(1, '.tsx'), ...others])).toEqual([
      'src/shared: has 25 source files, 24 allowed',
    ]);
  });

  test('src/main has exactly two files and three folders', () => {
    const allowed = ['index.ts', 'cli.ts', 'core/hallway.ts', 'node/net/udp.ts', 'hosts/start-node.ts', 'index.test.ts'];
    expect(findCrowdedFolders([...allowed, 'node/a.ts'].map((file) => `src/main/${file}`))).toEqual([]);
    expect(findCrowdedFolders(['src/main/names.ts', 'src/main/trust/a.ts', 'src/main/trust/b.ts'])).toEqual([
      'src/main/names.ts: src/main holds cli.ts, core, hosts, index.ts, node and nothing else',
      'src/main/trust: src/main holds cli.ts, core, hosts, index.ts, node and nothing else',
    ]);
  });
});
