/**
 * The order of the first steps of the desktop host. Its two slowest are the programs of Windows that
 * read a policy, so their place matters.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { policyPath } from '../../../src/main/node/system/policy/policy-file.ts';

const root = join(import.meta.dirname, '../../..');
const profile = mkdtempSync(join(tmpdir(), 'hallway-order-'));

afterEach(() => rmSync(profile, { recursive: true, force: true }));

const policyFile = policyPath(process.platform, process.env) ?? '';

/** Tells when the policy is read, and when Electron is asked for the lock or whether it is ready. */
const watch = (isFirst: boolean): string => `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  import { app } from 'electron';
  let wasRead = false;
  for (const name of ['openSync', 'statSync']) {
    const real = fs[name];
    fs[name] = (path, ...more) => {
      if (${JSON.stringify([policyFile, dirname(policyFile)])}.includes(path) && !wasRead) {
        wasRead = true;
        process.send({ step: 'policy' });
      }
      return real(path, ...more);
    };
  }
  syncBuiltinESMExports();
  app.requestSingleInstanceLock = () => (process.send({ step: 'lock' }), ${String(isFirst)});
  app.whenReady = () => (process.send({ step: 'ready' }), new Promise(() => undefined));
  app.disableHardwareAcceleration = () => undefined;`;

async function stepsOf(isFirst: boolean): Promise<unknown> {
  const modules = [
    join(root, 'test/electron-stub/register.ts'),
    `data:text/javascript,${encodeURIComponent(watch(isFirst))}`,
  ].flatMap((module) => ['--import', module]);
  const flags = ['--experimental-strip-types', '--no-warnings'];
  const child = spawn(process.execPath, [...flags, ...modules, join(root, 'src/main/index.ts'), '--profile', profile], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    timeout: 20_000,
  });
  const steps: unknown[] = [];
  child.on('message', (message: { readonly step?: string }) => {
    if (message.step !== undefined) steps.push(message.step);
    if (message.step === 'ready') child.kill();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return steps;
}

test('[DESK-19] the first start takes the lock, then reads the policy, and is ready after that', async () => {
  expect(await stepsOf(true)).toEqual(['lock', 'policy', 'ready']);
});

test('[DESK-19] a second start reads no policy', async () => {
  expect(await stepsOf(false)).toEqual(['lock']);
});
