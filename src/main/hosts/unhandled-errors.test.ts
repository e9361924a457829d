import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const main = join(import.meta.dirname, '..');
const electronStub = join(main, '../../test/electron-stub');
const profile = mkdtempSync(join(tmpdir(), 'hallway-unhandled-'));

afterEach(() => rmSync(profile, { recursive: true, force: true }));

/**
 * Electron only warns of a rejection that nobody handles, and Node.js ends the process: neither
 * default is what is tested.
 */
const nodeFlags = ['--experimental-strip-types', '--no-warnings', '--unhandled-rejections=warn'];

/** Runs a host with a bug in it. @param bug source of a module that is loaded first */
async function runWithBug(entry: string, args: readonly string[], bug: string, preloads: readonly string[] = []) {
  const modules = [...preloads, `data:text/javascript,${encodeURIComponent(bug)}`].flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...nodeFlags, ...modules, join(main, entry), ...args, '--profile', profile], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A host that goes on in spite of the bug is ended, and fails the test.
    timeout: 10_000,
  });
  let errors = '';
  const records: unknown[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.on('message', (message) => records.push(message));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, errors, records };
}

const bug = `void Promise.reject(new Error('a bug nobody awaits'))`;

test('the desktop application says in log and dialog that a promise was rejected, and ends with status 1', async () => {
  const insideStart = `import { app } from 'electron'; app.requestSingleInstanceLock = () => { ${bug}; return true; };`;
  const { code, errors, records } = await runWithBug('index.ts', [], insideStart, [join(electronStub, 'register.ts')]);
  expect({ code, errors, dialogs: records.filter((entry) => JSON.stringify(entry).includes('showErrorBox')) }).toEqual({
    code: 1,
    errors: expect.stringMatching(/error Hallway stopped working .*a bug nobody awaits.*at /u),
    dialogs: [
      {
        type: 'record',
        record: {
          what: 'dialog.showErrorBox',
          value: {
            title: 'Hallway stopped working',
            content: 'Start it again. The reason was: Error: a bug nobody awaits',
          },
        },
      },
    ],
  });
});

test('the command says that a promise was rejected, with where, and ends with status 1', async () => {
  const insidePrint = `process.stdout.write = () => { ${bug}; return true; };`;
  const { code, errors } = await runWithBug('cli.ts', ['--version'], insidePrint);
  expect({ code, errors }).toEqual({
    code: 1,
    errors: expect.stringMatching(/^Hallway failed: Error: a bug nobody awaits\n +at /u),
  });
});
