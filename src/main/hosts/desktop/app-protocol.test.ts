import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Protocol } from 'electron';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerAppScheme, serveAppScheme } from './app-protocol.ts';

let directory: string;
let answer: (url: string, method?: string) => Promise<Response>;
let schemes: unknown;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-app-protocol-'));
  await mkdir(join(directory, 'renderer'));
  await writeFile(join(directory, 'renderer/index.html'), '<!doctype html>');
  await writeFile(join(directory, 'secret.json'), '{}');
  const protocol = {
    registerSchemesAsPrivileged: (given: unknown) => (schemes = given),
    handle(_scheme: string, handler: (request: Request) => Promise<Response>) {
      answer = (url, method = 'GET') => handler(new Request(url, { method }));
    },
  } as unknown as Protocol;
  registerAppScheme(protocol);
  serveAppScheme(protocol, join(directory, 'renderer'));
});

afterAll(() => rm(directory, { recursive: true }));

it('asks for an origin that is standard and secure, and for nothing that goes around the policy', () => {
  expect(schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
});

it('serves the page under the policy', async () => {
  const response = await answer('app://hallway/index.html');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('<!doctype html>');
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("connect-src 'self';");
});

it.each([
  'app://hallway/../secret.json',
  'app://hallway/..%2fsecret.json',
  'app://hallway/%2e%2e/secret.json',
  'app://hallway/missing.html',
  'app://other/index.html',
  'app://hallway.evil/index.html',
])('serves nothing else: %s', async (url) => {
  const response = await answer(url);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('answers no method but GET', async () => {
  expect((await answer('app://hallway/index.html', 'POST')).status).toBe(404);
});
