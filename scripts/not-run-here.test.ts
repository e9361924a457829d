import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { absentChecks, describeAbsentChecks } from './not-run-here.mjs';
import { root } from './set-up.mjs';

const folder = join(root, '.github', 'workflows');

/** Names of jobs: the keys two spaces below `jobs:`. */
function jobsOf(workflow: string): string[] {
  const body = /^jobs:\n([^]*)/m.exec(workflow)?.[1] ?? '';
  return [...body.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name]) => name ?? '');
}

test('every check that cannot run here names a job that exists, or a person', () => {
  const jobs = readdirSync(folder).flatMap((file) => jobsOf(readFileSync(join(folder, file), 'utf8')));
  expect(jobs).toContain('linux');
  const named = [...new Set(absentChecks.flatMap(({ job }) => job ?? []))];
  expect(named.filter((job) => !jobs.includes(job))).toEqual([]);
  expect(named).toContain('egress');
});

test('the summary has a line for each check and one for each job; Windows runs one of them itself', () => {
  const lines = describeAbsentChecks('linux');
  expect(absentChecks.filter(({ check }) => !lines.includes(`    ${check}`))).toEqual([]);
  expect(lines).toContain('  not run here, CI job egress:');
  expect(describeAbsentChecks('win32')).toHaveLength(lines.length - 1);
});
