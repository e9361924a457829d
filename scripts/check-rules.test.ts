/** The rule check: definitions, tests and citations of rules, and each kind of fault. */
import { expect, test } from 'vitest';
import { citedRules, definedRules, findGaps, shownRules } from './check-rules.mjs';

const page = {
  file: 'docs/spec/registry.md',
  text: [
    '# Registry',
    '- **REG-1** One entry per peer.',
    '- **REG-2** (unit) A silent peer goes.',
    'See **REG-1** and - **REG-2** x.',
  ].join('\n'),
};

const simTest = { file: 'test/sim/a.test.ts', text: "test('[REG-1] x'); test('[REG-2] y');" };

test('the start of a list item defines a rule, a mention does not', () => {
  expect(definedRules(page.text)).toEqual([
    { id: 'REG-1', isUnit: false },
    { id: 'REG-2', isUnit: true },
  ]);
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
])('%s shows %j', (source, ids) => {
  expect(shownRules(source)).toEqual(ids);
});

test.each([
  ['/** Rules REG-1 to REG-9 of docs/spec. */', ['REG-1', 'REG-9']],
  ['[REG-1, REG-2]', ['REG-1', 'REG-2']],
  ['UTF-8, SHA-256, TS-1, RFC-9000 and S-REG-1', []],
  ['REG-1x and XREG-1 and REG-1-2', []],
])('%s cites %j', (text, ids) => {
  expect(citedRules(text, new Set(['REG']))).toEqual(ids);
});

test('accepts rules that tests show, and IDs that pages define', () => {
  const others = [{ file: 'src/a.ts', text: '/** REG-1 in UTF-8 */' }];
  expect(findGaps([page], [simTest], others)).toEqual([]);
});

test('reports pages without rules', () => {
  expect(findGaps([{ file: 'docs/spec/README.md', text: '# Rules' }], [simTest])).toEqual(['docs/spec defines no rule at all.']);
});

test('reports a rule without a test', () => {
  const tests = [{ file: 'test/sim/a.test.ts', text: "test('[REG-1] x');" }];
  expect(findGaps([page], tests)).toEqual(['REG-2 is shown by no test.']);
});

test.each(['src/main/registry.test.ts', 'test/support/registry.ts', 'test/simulated.test.ts'])(
  'reports a rule of behaviour that only %s shows, and accepts a unit rule',
  (file) => {
    expect(findGaps([page], [{ ...simTest, file }])).toEqual(['REG-1 is shown by unit tests alone, and not marked (unit).']);
  },
);

test.each(['test/netns/a.test.ts', 'test/contract/a.ts', 'test/scenarios/a.ts', 'test/e2e/a.spec.ts'])(
  'a test in %s shows a rule',
  (file) => {
    expect(findGaps([page], [{ ...simTest, file }])).toEqual([]);
  },
);

test('reports a rule with two definitions', () => {
  const second = { file: 'docs/spec/other.md', text: '- **REG-1** Again.' };
  expect(findGaps([page, second], [simTest])).toEqual(['REG-1 is defined twice.']);
});

test('reports an undefined ID in a title, with any prefix', () => {
  const odd = { file: 'src/a.test.ts', text: "test('[REGG-1] x');" };
  expect(findGaps([page], [simTest, odd])).toEqual(['REGG-1, named in src/a.test.ts, is not defined.']);
});

test.each(['src/a.ts', 'docs/SECURITY.md', 'scripts/a.mjs'])('reports an undefined ID in %s once', (file) => {
  const others = [{ file, text: '// Rules REG-1 to REG-7; and REG-7 again.' }];
  expect(findGaps([page], [simTest], others)).toEqual([`REG-7, named in ${file}, is not defined.`]);
});

test('reports an undefined ID in a page', () => {
  const second = { file: 'docs/spec/other.md', text: 'As REG-8 says.' };
  expect(findGaps([page, second], [simTest])).toEqual(['REG-8, named in docs/spec/other.md, is not defined.']);
});
