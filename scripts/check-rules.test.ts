/** The check of rule ids against tests: what counts as a definition, what as a title, and what is reported. */
import { expect, test } from 'vitest';
import { definedRules, findGaps, namedRules } from './check-rules.mjs';

const protocol = [
  '# Rules',
  '- **REG-1** One entry per peer.',
  '- **REG-2** A silent peer goes.',
  'See **REG-9** and - **REG-8** x.',
].join('\n');

test('a rule is defined by the start of a list item, not by its mention', () => {
  expect(definedRules(protocol)).toEqual(['REG-1', 'REG-2']);
});

test.each([
  ["test('[REG-2] a peer that falls silent is gone', run)", ['REG-2']],
  ["test.each(rows)('[REG-1][REG-2] both', run)", ['REG-1', 'REG-2']],
  ['it(`[REG-1, REG-2] both`, run)', ['REG-1', 'REG-2']],
  ["test(\n  '[REG-1] on a line of its own',\n  run,\n)", ['REG-1']],
  ["const scenario = { title: '[CAD-3] a burst' };", ['CAD-3']],
  ["// test('[REG-2] commented out', run)", []],
  ["test.skip('[REG-2] skipped', run)", []],
  ["test('a mention of [REG-2] in the middle', run)", []],
])('%s names %j', (source, ids) => {
  expect(namedRules(source)).toEqual(ids);
});

test('nothing is wrong when each rule has a test and each title a rule', () => {
  expect(findGaps(protocol, [{ file: 'a.test.ts', source: "test('[REG-1] x'); test('[REG-2] y');" }])).toEqual([]);
});

test('an untested rule, an unknown id and a double definition are each named', () => {
  const tests = [{ file: 'a.test.ts', source: "test('[REG-1] x'); test('[REG-7] y');" }];
  expect(findGaps(`${protocol}\n- **REG-1** Again.`, tests)).toEqual([
    'REG-1 is defined twice.',
    'REG-2 is named by no test.',
    'REG-7, named in a.test.ts, is not defined.',
  ]);
});

test('a specification without rules is an error, not a pass', () => {
  expect(findGaps('', [])).toEqual(['docs/PROTOCOL.md defines no rule at all.']);
});
