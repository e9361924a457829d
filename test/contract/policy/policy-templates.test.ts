/** The templates for administrators, checked with parsers that are not ours. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { policyTemplates, writtenTemplate } from '../../../scripts/policy-templates.mjs';
import { root } from '../../../scripts/set-up.mjs';
import { decodePreferences } from '../../../src/main/node/system/policy/managed-preferences.ts';
import { readPolicy } from '../../../src/main/node/system/policy/read-policy.ts';
import { decodePolicy } from '../../../src/shared/contract/policy.ts';
import { settingKeys, settingsTable } from '../../../src/shared/contract/settings.ts';

const names = settingKeys.flatMap((key) => settingsTable[key].policy ?? []);
const paths = ['hallway.admx', 'en-US/hallway.adml', 'hallway.mobileconfig'] as const;
const hasPython = spawnSync('python3', ['-c', 'import plistlib']).status === 0;

/** @returns what `program` prints as JSON about the file */
function ask(program: string, path: (typeof paths)[number]): unknown {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', program, join(root, 'docs/policy', path)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown;
}

test.each(paths)('[POLICY-21] docs/policy/%s is what `node scripts/policy-templates.mjs` writes', (path) => {
  expect(writtenTemplate(path)).toBe(policyTemplates()[path]);
});

// The parsers come with Python, which a computer of Windows may lack.
test.skipIf(!hasPython)('[POLICY-21] the template names each policy once, and its texts have every name it uses', () => {
  const xml = 'import json,sys,re;import xml.etree.ElementTree as e;r=e.parse(sys.argv[1]).getroot();n="{*}";';
  const used = ask(
    `${xml}p=r.findall(".//"+n+"policy");v=[a for t in r.iter() for a in t.attrib.values()];` +
      'print(json.dumps([[x.get("name") for x in p],re.findall(r"\\$\\((\\w+\\.[\\w-]+)\\)"," ".join(v))]))',
    'hallway.admx',
  ) as readonly [string[], string[]];
  const defined = ask(
    `${xml}print(json.dumps(["string."+x.get("id") for x in r.findall(".//"+n+"string")]` +
      '+["presentation."+x.get("id") for x in r.findall(".//"+n+"presentation")]))',
    'en-US/hallway.adml',
  ) as string[];
  expect(used[0]).toEqual(names);
  expect(defined.toSorted()).toEqual([...new Set(used[1])].toSorted());
});

test.skipIf(!hasPython)('[POLICY-20] [POLICY-21] Hallway takes every policy of the example for macOS, locked', () => {
  const load = 'import json,sys,plistlib;print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))["PayloadContent"][0]))';
  const managed = decodePreferences(JSON.stringify(ask(load, 'hallway.mobileconfig')));
  expect(Object.keys(managed ?? {})).toEqual(names);
  const decoded = decodePolicy(managed);
  expect(decoded?.faulty).toEqual([]);
  expect(Object.values(decoded?.policy ?? {}).map((entry) => entry?.locked)).toEqual(names.map(() => true));
});

test('[POLICY-20] the dictionary Recommended has defaults, and what is locked wins over it', () => {
  const json = JSON.stringify({ KeepDays: 90, Port: 'null', Recommended: { KeepDays: 7, Theme: 'dark' }, PayloadUUID: 'x' });
  const { policy, problems } = readPolicy({
    file: undefined,
    managed: { path: 'x', read: () => ({ state: 'read', text: json }), decode: decodePreferences },
  });
  expect({ policy, problems }).toEqual({
    policy: {
      keepDays: { value: 90, locked: true },
      port: { value: null, locked: true },
      theme: { value: 'dark', locked: false },
    },
    problems: [],
  });
});
