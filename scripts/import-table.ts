/**
 * The imports and statements that the lint rules of .oxlintrc.json must reject, and those that they
 * must accept. import-table.test.ts writes each into a file.
 */

interface Row {
  /** A file of that folder. */
  readonly file: string;
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}

/** A row for each list of the table. */
export const table: readonly Row[] = [
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
    allowed: ['../format.ts', 'intl-messageformat', '@schummar/icu-type-parser'],
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
    refused: [
      ...['../presence/index.ts', '../messaging/ports.ts', '../settings/settings.ts', '../hallway.ts'],
      ...['../../node/system/system-ports.ts', 'node:fs'],
    ],
  },
  {
    file: 'src/main/core/presence/net/sample.ts',
    allowed: [
      './interface-socket.ts',
      '../options.ts',
      '../../lib/delay.ts',
      '../../ports.ts',
      '../../../../shared/text/clean-text.ts',
    ],
    refused: [
      ...['../../messaging/ports.ts', '../../contacts/contacts.ts', '../../hallway.ts', '../../settings/settings.ts'],
      ...['../../../node/net/udp.ts'],
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

/** Statements that the core must not contain, each with its rule. */
export const forbiddenInCore: readonly (readonly [statement: string, rule: string])[] = [
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

/** Code that no file may contain, type-aware rules included. */
export const forbiddenAnywhere: readonly (readonly [source: string, rule: string])[] = [
  ['async function work(): Promise<void> {}\nexport function begin(): void {\n  work();\n}', 'no-floating-promises'],
  [
    "type Kind = 'a' | 'b';\nexport function f(kind: Kind): void {\n  switch (kind) {\n    case 'a':\n      break;\n  }\n}",
    'switch-exhaustiveness-check',
  ],
  ['export function begin(work: () => Promise<void>): void {\n  [1].forEach(work);\n}', 'no-misused-promises'],
  ['export const x: any = 1;', 'no-explicit-any'],
  ['export default 1;', 'no-default-export'],
];
