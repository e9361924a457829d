import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportLostSandbox } from '../../../src/main/hosts/desktop/sandbox.ts';

const root = join(import.meta.dirname, '../../..');

function told(switches: readonly string[], environment: Readonly<Record<string, string>> = {}): readonly string[] {
  const codes: string[] = [];
  const report = ({ code }: { readonly code: string }): (() => void) => {
    codes.push(code);
    return () => undefined;
  };
  reportLostSandbox({ commandLine: { hasSwitch: (name) => switches.includes(name) }, environment, health: { report } });
  return codes;
}

test.each<[string, readonly string[], Readonly<Record<string, string>>, readonly string[]]>([
  ['usual start', ['lang'], { PATH: '/usr/bin' }, []],
  ['switch', ['lang', 'no-sandbox'], {}, ['sandbox-off']],
  ['switch for namespaces alone', ['disable-namespace-sandbox'], {}, ['sandbox-off']],
  ['switch for system calls alone', ['disable-seccomp-filter-sandbox'], {}, ['sandbox-off']],
  ['variable', [], { ELECTRON_DISABLE_SANDBOX: '1' }, ['sandbox-off']],
])('[PACK-25] the sandbox in health, after a %s', (_what, switches, environment, codes) => {
  expect(told(switches, environment)).toEqual(codes);
});

test('[PACK-25] no file of the packages turns the sandbox off', () => {
  const files = readdirSync(join(root, 'build'), { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const off = files.filter(({ parentPath, name }) =>
    /-sandbox\b/u.test(readFileSync(join(parentPath, name), 'utf8').replaceAll('chrome-sandbox', '')),
  );
  expect(files.length).toBeGreaterThan(8);
  expect(off.map(({ name }) => name)).toEqual([]);
});
