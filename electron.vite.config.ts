/**
 * How out/ is built: main (the Electron entry and the `hallway` command), preload, renderer. Every npm dependency is bundled, so that what
 * is packed needs no node_modules; only `electron` and `node:*` stay outside.
 */
import { chmodSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { licenceFile, thirdPartyPlugin } from './scripts/third-party.mjs';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly engines: { readonly node: string } };

/** The command runs on the Node.js of the machine, not on the newer one inside Electron; both get the same syntax. */
const target = `node${/\d+/u.exec(engines.node)?.[0]}`;

const shebang = '#!/usr/bin/env node\n';

/** Makes cli.js a command: it starts with a shebang, may be executed, and nothing that it loads imports electron. */
function commandPlugin(): Plugin {
  return {
    name: 'hallway-command',
    generateBundle(_options, bundle) {
      const command = bundle['cli.js'];
      if (command?.type !== 'chunk') return;
      if (!command.code.startsWith('#!')) command.code = shebang + command.code;
      const pending = [command];
      const seen = new Set(pending);
      for (const chunk of pending) {
        for (const name of [...chunk.imports, ...chunk.dynamicImports]) {
          if (name === 'electron' || name.startsWith('electron/'))
            this.error(`${chunk.fileName}, which cli.js loads, imports ${name}`);
          const next = bundle[name];
          if (next?.type !== 'chunk' || seen.has(next)) continue;
          seen.add(next);
          pending.push(next);
        }
      }
    },
    writeBundle({ dir }, bundle) {
      if (dir !== undefined && 'cli.js' in bundle) chmodSync(join(dir, 'cli.js'), 0o755);
    },
  };
}

/** So that the same sources give the same bytes where that is wanted (reproducible-builds.org). */
const { SOURCE_DATE_EPOCH } = process.env;
const builtMs = SOURCE_DATE_EPOCH === undefined ? Date.now() : Number(SOURCE_DATE_EPOCH) * 1_000;

export default defineConfig({
  main: {
    define: { hallwayBuiltMs: String(builtMs) },
    plugins: [commandPlugin(), thirdPartyPlugin('main')],
    build: {
      license: { fileName: licenceFile },
      target,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/main/index.ts'), cli: resolve('src/main/cli.ts') },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          // A sixth of the text, which every start reads. The licences have a file of their own.
          comments: false,
        },
      },
    },
  },
  preload: {
    plugins: [thirdPartyPlugin('preload')],
    build: {
      license: { fileName: licenceFile },
      target,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        // A sandboxed preload can neither be an ES module nor load a second file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: resolve('src/renderer'),
    // The last part that is built, so it merges the licences of all.
    plugins: [react(), thirdPartyPlugin('renderer')],
    build: {
      license: { fileName: licenceFile },
      minify: true,
      // Small files would otherwise become data: addresses, which the Content-Security-Policy does not allow.
      assetsInlineLimit: 0,
      rolldownOptions: { input: resolve('src/renderer/index.html') },
    },
  },
});
