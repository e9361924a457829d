/** `hallway export` of the built command, on a profile with a real database. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { ana, incoming } from '../store/sample-messages.ts';

const command = resolve(import.meta.dirname, '../../../out/main/cli.js');
const dayMs = 86_400_000;
const noonMs = Date.UTC(2026, 10, 29, 12);

let profile = '';

beforeEach(() => void (profile = mkdtempSync(join(tmpdir(), 'hallway-export-'))));
afterEach(() => rmSync(profile, { recursive: true, force: true }));

test('[STORE-14] a text export keeps to the days of our clock, and shows both times where the clocks differ', async () => {
  const opened = await openMessageStore(join(profile, 'messages.db'), { clock: createFakeClock({ wallMs: noonMs }) });
  if (!opened.ok) throw new Error(opened.problem.code);
  const { store } = opened;
  const receive = (number: number, receivedAtMs: number, sentAtMs: number): unknown =>
    store.addIncoming(incoming(number, ana, { fromName: 'Ana', receivedAtMs, sentAtMs }));
  receive(1, noonMs, noonMs + dayMs);
  receive(2, noonMs + 1_000, noonMs + 900);
  receive(3, noonMs + 2_000, noonMs + 2_000 + dayMs);
  receive(4, noonMs + 3_000, noonMs - dayMs);
  store.close();

  const { status, stdout } = spawnSync(process.execPath, [command, 'export', '-', `--profile=${profile}`], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC', NODE_OPTIONS: '' },
  });
  expect({ status, lines: stdout.split('\n').slice(1) }).toEqual({
    status: 0,
    lines: [
      '2026-11-29 12:00:00 (sent 2026-11-30 12:00:00) Ana: message 1',
      '2026-11-29 12:00:01 Ana: message 2',
      '2026-11-29 12:00:02 (sent 2026-11-30 12:00:02) Ana: message 3',
      '2026-11-29 12:00:03 (sent 2026-11-28 12:00:00) Ana: message 4',
      '',
    ],
  });
});
