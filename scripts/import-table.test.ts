/**
 * Proves that the lint rules bite: for every row of the import table, and for what the core may not touch, offending files are
 * written beside a copy of the configuration, and the linter must name each of them, and none of the innocent ones. A linter that looks at
 * nothing is as green as one that finds nothing.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Row {
  /** A file of that folder. */
  readonly file: string;
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}

const table: readonly Row[] = [
  {
    file: 'src/shared/contract/sample.ts',
    allowed: ['./presence.ts', '../lib/emitter.ts', 'zod'],
    refused: [
      ...['../../main/core/ports.ts', '../../renderer/state/store.ts', '../../preload/index.ts'],
      ...['../../../test/fakes/a.ts', 'node:fs', 'react', 'electron', 'intl-messageformat'],
    ],
  },
  {
    file: 'src/shared/text/messages/sample.ts',
    allowed: ['./say.ts', '../clean-text.ts', '../../contract/health.ts', 'zod'],
    refused: ['intl-messageformat', '@schummar/icu-type-parser', '../../../main/core/ports.ts', 'node:fs', 'react'],
  },
  {
    file: 'src/shared/text/messages/say.ts',
    allowed: ['./common.ts', 'intl-messageformat', '@schummar/icu-type-parser'],
    refused: ['../../../main/core/ports.ts', '../../../renderer/ui/timers.ts', 'node:fs', 'react', 'use-intl'],
  },
  {
    file: 'src/main/core/sample.ts',
    allowed: [
      ...['./ports.ts', './presence/presence.ts', './messaging/messaging.ts', '../../shared/lib/emitter.ts'],
      ...['../../shared/text/messages/problem-values.ts', 'zod'],
    ],
    refused: [
      ...['../../shared/text/messages/say.ts', '../../shared/text/messages/describe-problem.ts'],
      ...['../cli.ts', '../hosts/start-node.ts', '../node/system/system-ports.ts', '../hosts/desktop/window.ts'],
      ...['../hosts/cli/chat/chat.ts', '../../renderer/ui/timers.ts', '../../preload/index.ts', '../../../test/fakes/a.ts'],
      ...['node:crypto', 'node:dgram', 'dgram', 'electron', 'ws', 'react', '@msgpack/msgpack'],
    ],
  },
  {
    file: 'src/main/core/lib/sample.ts',
    allowed: ['./delay.ts', '../ports.ts', '../../../shared/rpc/link.ts'],
    refused: ['../presence/index.ts', '../messaging/ports.ts', '../hallway.ts', '../../node/system/clock.ts', 'node:fs'],
  },
  {
    file: 'src/main/core/presence/net/sample.ts',
    allowed: ['./sender.ts', '../options.ts', '../../lib/delay.ts', '../../ports.ts', '../../../../shared/text/clean-text.ts'],
    refused: [
      ...['../../messaging/ports.ts', '../../contacts/contacts.ts', '../../hallway.ts', '../../../node/net/udp.ts'],
      ...['../../../hosts/desktop/window.ts', '../../../../renderer/ui/timers.ts', '../../../../../test/fakes/a.ts'],
      ...['node:crypto', 'node:dgram', 'electron', 'ws', '@msgpack/msgpack'],
    ],
  },
  {
    file: 'src/main/core/messaging/delivery/sample.ts',
    allowed: ['./outbox.ts', '../ports.ts', '../../lib/delay.ts', '../../../../shared/lib/emitter.ts', 'zod'],
    refused: [
      '../../presence/index.ts',
      '../../contacts/contact-book.ts',
      '../../../node/net/udp.ts',
      '@msgpack/msgpack',
      'node:net',
    ],
  },
  {
    file: 'src/main/core/messaging/wire/sample.ts',
    allowed: ['./frames.ts', '../ports.ts', '@msgpack/msgpack'],
    refused: ['../../presence/index.ts', '../../../node/net/udp.ts', 'node:net'],
  },
  {
    file: 'src/main/node/storage/sample.ts',
    allowed: [
      './other.ts',
      '../crypto/identity.ts',
      '../../core/ports.ts',
      '../../../shared/rpc/link.ts',
      '../../../shared/text/messages/problem-values.ts',
      'node:fs',
      'node:fs/promises',
      'zod',
    ],
    refused: [
      '../../../shared/text/messages/page.ts',
      ...['../../hosts/start-node.ts', '../../hosts/desktop/window.ts', '../../cli.ts', '../../../renderer/ui/timers.ts'],
      ...['../../../preload/index.ts', '../../../../test/fakes/a.ts', 'electron', 'ws', 'react', 'fs', '@msgpack/msgpack'],
    ],
  },
  {
    file: 'src/main/hosts/start-node.ts',
    allowed: [
      '../core/hallway.ts',
      '../node/net/udp.ts',
      './cli/control/serve-control.ts',
      '../../shared/rpc/link.ts',
      'node:os',
    ],
    refused: [
      ...['../cli.ts', './desktop/window.ts', './browser/serve-browser.ts', './ui-server/serve-ui.ts'],
      ...['./cli/arguments/options.ts', 'electron', 'ws'],
    ],
  },
  {
    file: 'src/main/hosts/ui-server/sample.ts',
    allowed: ['./serve-ui.ts', '../../core/hallway.ts', '../../../shared/rpc/link.ts', 'node:path', 'zod'],
    refused: ['../desktop/window.ts', '../browser/admission.ts', '../cli/chat/chat.ts', '../start-node.ts', 'electron', 'ws'],
  },
  {
    file: 'src/main/hosts/browser/sample.ts',
    allowed: [
      './admission.ts',
      '../ui-server/serve-ui.ts',
      '../../core/hallway.ts',
      '../../../shared/rpc/link.ts',
      'node:http',
      'ws',
    ],
    refused: [
      ...['../desktop/window.ts', '../cli/chat/chat.ts', '../start-node.ts', '../../../renderer/ui/timers.ts'],
      ...['../../../../test/fakes/a.ts', 'electron', 'react'],
    ],
  },
  {
    file: 'src/main/hosts/desktop/sample.ts',
    allowed: [
      './window.ts',
      '../ui-server/serve-ui.ts',
      '../../core/hallway.ts',
      '../../../shared/rpc/link.ts',
      'node:path',
      'electron',
    ],
    refused: [
      ...[
        '../browser/serve-browser.ts',
        '../cli/chat/chat.ts',
        '../start-node.ts',
        '../../cli.ts',
        '../../../renderer/ui/timers.ts',
      ],
      ...['../../../../test/fakes/a.ts', 'ws', 'react'],
    ],
  },
  {
    file: 'src/main/hosts/cli/control/sample.ts',
    allowed: [
      './protocol.ts',
      '../automation/automation.ts',
      '../../../core/messaging/ports.ts',
      '../../../../shared/rpc/link.ts',
      'node:net',
      'zod',
    ],
    refused: [
      ...['../../start-node.ts', '../../desktop/window.ts', '../../browser/admission.ts', '../../ui-server/serve-ui.ts'],
      ...['../../../../renderer/ui/timers.ts', '../../../../../test/fakes/a.ts', 'electron', 'ws', 'react', 'net'],
    ],
  },
  {
    file: 'src/main/index.ts',
    allowed: [
      './core/hallway.ts',
      './node/net/udp.ts',
      './hosts/desktop/window.ts',
      '../shared/rpc/link.ts',
      'node:path',
      'electron',
    ],
    refused: [
      ...['./cli.ts', './hosts/browser/serve-browser.ts', '../renderer/ui/timers.ts', '../preload/index.ts'],
      ...['../../test/fakes/a.ts', 'ws', 'react'],
    ],
  },
  {
    file: 'src/main/cli.ts',
    allowed: ['./core/hallway.ts', './node/net/udp.ts', './hosts/browser/serve-browser.ts', '../shared/rpc/link.ts', 'node:util'],
    refused: [
      ...['./index.ts', './hosts/desktop/window.ts', 'electron', '../renderer/ui/timers.ts', '../../test/fakes/a.ts', 'ws'],
    ],
  },
  {
    file: 'src/preload/sample.ts',
    allowed: ['../shared/rpc/ipc-channels.ts', 'electron'],
    refused: [
      ...['../main/core/ports.ts', '../main/hosts/desktop/window.ts', '../renderer/ui/timers.ts', '../../test/fakes/a.ts'],
      ...['node:fs', 'zod', 'react'],
    ],
  },
  {
    file: 'src/renderer/features/contacts/sample.tsx',
    allowed: [
      ...['./contact-row.tsx', '../../state/store.ts', '../../ui/avatar.tsx', '../../../shared/contract/presence.ts'],
      ...['react', 'react-dom/client', 'zustand/vanilla', 'lucide-react'],
    ],
    refused: [
      ...['../../app/main-pane.tsx', '../../../main/core/ports.ts', '../../../preload/index.ts', '../../../../test/fakes/a.ts'],
      ...['../search/highlight.ts', '../conversation/conversation.tsx', 'node:fs', 'electron', 'ws'],
    ],
  },
  {
    file: 'src/renderer/features/conversation/sample.tsx',
    allowed: ['./composer.tsx', '../contacts/last-seen.tsx', '../search/find-panel.tsx', '../../state/store.ts', 'react'],
    refused: ['../network/adapters.tsx', '../health/banners.tsx', '../profile/profile-header.tsx', '../../app/app.tsx'],
  },
  {
    file: 'src/renderer/state/sample.ts',
    allowed: ['./store.ts', '../../shared/contract/presence.ts', 'zustand'],
    refused: ['../ui/avatar.tsx', '../features/search/highlight.ts', '../app/app.tsx', '../../main/core/ports.ts'],
  },
  {
    file: 'src/renderer/ui/sample.tsx',
    allowed: ['./avatar.tsx', '../../shared/contract/presence.ts', 'react'],
    refused: ['../state/store.ts', '../features/search/highlight.ts', '../app/app.tsx', '../../main/core/ports.ts'],
  },
  {
    file: 'src/renderer/app/sample.tsx',
    allowed: ['./app.tsx', '../features/search/highlight.ts', '../state/store.ts', '../ui/avatar.tsx', 'react'],
    refused: ['../../main/core/ports.ts', '../../../test/fakes/a.ts', 'electron'],
  },
  {
    file: 'src/main/core/presence/sample.test.ts',
    allowed: ['../../../../test/fakes/fake-clock.ts', '../../node/crypto/identity.ts', 'node:fs', 'vitest'],
    refused: ['../../../../test/sim/a.ts', '../../../../test/netns/a.ts'],
  },
];

/** A statement each that the core may not contain, and the rule that says so. */
const forbiddenInCore: readonly (readonly [statement: string, rule: string])[] = [
  ['Date.now()', 'no-restricted-globals'],
  ['new Date()', 'no-restricted-globals'],
  ['globalThis.Date.now()', 'no-restricted-globals'],
  ['performance.now()', 'no-restricted-globals'],
  ['setTimeout(() => undefined, 1)', 'no-restricted-globals'],
  ['setInterval(() => undefined, 1)', 'no-restricted-globals'],
  ['setImmediate(() => undefined)', 'no-restricted-globals'],
  ['crypto.randomUUID()', 'no-restricted-globals'],
  ['process.pid', 'no-restricted-globals'],
  ['Buffer.alloc(1)', 'no-restricted-globals'],
  ["void fetch('')", 'no-restricted-globals'],
  ['Math.random()', 'no-restricted-properties'],
  ['AbortSignal.timeout(1)', 'no-restricted-properties'],
  ["console.log('')", 'no-console'],
];

/** What must not be written anywhere, type-aware rules among it. */
const forbiddenAnywhere: readonly (readonly [source: string, rule: string])[] = [
  ['async function work(): Promise<void> {}\nexport function begin(): void {\n  work();\n}', 'no-floating-promises'],
  [
    "type Kind = 'a' | 'b';\nexport function f(kind: Kind): void {\n  switch (kind) {\n    case 'a':\n      break;\n  }\n}",
    'switch-exhaustiveness-check',
  ],
  ['export function begin(work: () => Promise<void>): void {\n  [1].forEach(work);\n}', 'no-misused-promises'],
  ['export const x: any = 1;', 'no-explicit-any'],
  ['export default 1;', 'no-default-export'],
];

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
  readonly message: string;
  readonly help?: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

const root = dirname(import.meta.dirname);
let folder = '';
let diagnostics: readonly Diagnostic[] = [];

function write(file: string, lines: readonly string[]): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** The rules that fired in a file, with the line each was for. */
function found(file: string): readonly { readonly line: number; readonly rule: string }[] {
  return diagnostics
    .filter((diagnostic) => diagnostic.filename.replaceAll('\\', '/') === file)
    .map((diagnostic) => ({ line: diagnostic.labels[0]?.span.line ?? 0, rule: diagnostic.code.replace(/^.*\((.*)\)$/, '$1') }))
    .toSorted((a, b) => a.line - b.line);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hallway-import-table-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'package.json']) copyFileSync(join(root, file), join(folder, file));
  write('tsconfig.json', ['{ "extends": "./tsconfig.base.json", "include": ["src"] }']);
  // A junction, because Windows lets only administrators make symbolic links.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const { file, allowed, refused } of table)
    write(
      file,
      [...refused, ...allowed].map((path) => `export * from '${path}';`),
    );
  for (const [index, [statement]] of forbiddenInCore.entries()) {
    write(`src/main/core/presence/core-${index}.ts`, ['export function f(): void {', `  ${statement};`, '}']);
  }
  for (const [index, [source]] of forbiddenAnywhere.entries()) write(`src/renderer/anywhere-${index}.ts`, [source]);
  write('src/renderer/cycle-a.ts', ["export { b } from './cycle-b.ts';", 'export const a = 1;']);
  write('src/renderer/cycle-b.ts', ["export { a } from './cycle-a.ts';", 'export const b = 1;']);
  const linter = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const run = spawnSync(process.execPath, [linter, '--type-aware', '--format=json', 'src'], { cwd: folder, encoding: 'utf8' });
  diagnostics = (JSON.parse(run.stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the import table', () => {
  test.each(table)('$file imports what its row allows and nothing else', ({ file, refused }) => {
    const lines = found(file).filter(({ rule }) => rule === 'no-restricted-imports');
    expect(lines).toEqual(refused.map((_, index) => ({ line: index + 1, rule: 'no-restricted-imports' })));
  });

  test('every refusal says what to do instead', () => {
    const silent = diagnostics.filter(
      ({ code, help }) => code.endsWith('(no-restricted-imports)') && !/import|test in/.test(help ?? ''),
    );
    expect(silent).toEqual([]);
  });

  test('a cycle is refused', () => {
    expect(found('src/renderer/cycle-a.ts').map(({ rule }) => rule)).toEqual(['no-cycle']);
  });
});

describe('what may not be written', () => {
  test.each(forbiddenInCore.map(([statement, rule], index) => ({ statement, rule, index })))(
    '$statement in the core is refused',
    ({ rule, index }) => {
      expect(found(`src/main/core/presence/core-${index}.ts`)).toContainEqual({ line: 2, rule });
    },
  );

  test.each(forbiddenAnywhere.map(([, rule], index) => ({ rule, index })))('$rule fires', ({ rule, index }) => {
    expect(found(`src/renderer/anywhere-${index}.ts`).map((entry) => entry.rule)).toContain(rule);
  });
});
