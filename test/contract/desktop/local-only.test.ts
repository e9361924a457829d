import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventEmitter } from 'node:events';
import type { App, Session } from 'electron';
import { expect, test } from 'vitest';
import { ownRecords } from '../../electron-stub/control.ts';
import { defaultSession } from '../../electron-stub/session.ts';
import { keepLocal, restrictSession } from '../../../src/main/hosts/desktop/local-only.ts';

const own = { origin: 'app://hallway', platform: 'linux', isDevelopment: false } as const;
const development = { origin: 'http://localhost:5173', platform: 'linux', isDevelopment: true } as const;
const session = defaultSession as unknown as Session;

test.each([
  ['linux', [false, 'http://127.0.0.1:9/']],
  ['win32', [false, 'http://127.0.0.1:9/']],
  // The system's own checker, which downloads nothing.
  ['darwin', []],
] as const)('[DESK-1] on %s, the spellchecker has nothing to download', (platform, calls) => {
  ownRecords.length = 0;
  restrictSession(session, { ...own, platform });
  expect(ownRecords.filter(({ what }) => what.includes('SpellChecker')).map(({ value }) => value)).toEqual(calls);
});

test('[DESK-2] every session that is ever created is restricted', () => {
  const switches: string[] = [];
  const app = Object.assign(new EventEmitter(), {
    commandLine: { appendSwitch: (name: string, value?: string) => void switches.push(value ? `${name}=${value}` : name) },
  });
  keepLocal(app as unknown as App, own);
  ownRecords.length = 0;
  app.emit('session-created', session);
  expect(ownRecords.map(({ what }) => what)).toEqual([
    'session.setSpellCheckerEnabled',
    'session.setSpellCheckerDictionaryDownloadURL',
    'webRequest.onBeforeRequest',
  ]);
  expect(switches).toContain('host-resolver-rules=MAP * ~NOTFOUND');
  expect(switches).toContain('no-proxy-server');
});

test.each([
  ['app://hallway/index.html', true, false],
  ['blob:app://hallway/1f0c', true, false],
  ['app://elsewhere/index.html', false, false],
  ['https://redirector.gvt1.com/edgedl/chrome/dict/en-us-10-2.bdic', false, false],
  ['http://127.0.0.1:9/en-us-10-2.bdic', false, false],
  ['https://hallway/index.html', false, false],
  ['blob:https://example.com/1f0c', false, false],
  ['file:///etc/passwd', false, false],
  ['data:text/html,x', false, false],
  ['no address', false, false],
  ['http://localhost:5173/main.tsx', false, true],
  ['ws://localhost:5173/', false, true],
  ['ws://localhost:5174/', false, false],
  ['devtools://devtools/bundled/inspector.html', false, true],
])('[DESK-3] whether the page may load %s', async (url, whenBuilt, inDevelopment) => {
  restrictSession(session, own);
  const built = await defaultSession.decideRequest(url);
  restrictSession(session, development);
  const fromServer = await defaultSession.decideRequest(url);
  expect({ built, fromServer }).toEqual({ built: whenBuilt, fromServer: inDevelopment });
});

test('[DESK-4] no other code touches the spellchecker, makes a session, or lets Chromium speak', () => {
  const source = join(import.meta.dirname, '../../../src');
  const forbidden =
    /[sS]pellChecker|fromPartition|fromPath\(|partition\s*:|\bautoUpdater\b|\bcrashReporter\b|\bnet\.(?:request|fetch)\b|resolveProxy|setProxy|enableNetworkEmulation/u;
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/u.test(name) && !name.includes('.test.') && !name.endsWith('local-only.ts'))
    .filter((name) => forbidden.test(readFileSync(join(source, name), 'utf8')));
  expect(found).toEqual([]);
});
