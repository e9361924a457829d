/**
 * The browser host on real loopback sockets: what it serves, and everything that it must refuse.
 */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { createFakeClock, type FakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeHallway, type FakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { maxMessageBytes, maxPages, serveBrowser, type BrowserHost } from './serve-browser.ts';
import { closeCodes, maxUnsentBytes } from './websocket-link.ts';

let host: BrowserHost;
let hallway: FakeHallway;
let clock: FakeClock;
let directory: string;
let port: number;
let token: string;
let sockets: WebSocket[];
let subscribers: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-browser-'));
  await mkdir(join(directory, 'renderer/assets'), { recursive: true });
  await writeFile(join(directory, 'renderer/index.html'), '<!doctype html><title>Hallway</title>');
  await writeFile(join(directory, 'renderer/assets/index.js'), 'export {};');
  await writeFile(join(directory, 'secret.json'), '{"secret":true}');
  clock = createFakeClock();
  hallway = createFakeHallway();
  subscribers = 0;
  sockets = [];
  const random = { fraction: () => 0.5, bytes: (sizeBytes: number) => crypto.getRandomValues(new Uint8Array(sizeBytes)) };
  host = await serveBrowser(
    countSubscribers(hallway),
    { clock, random, log: { write: () => undefined } },
    { rendererDirectory: join(directory, 'renderer') },
  );
  const url = new URL(host.url);
  port = Number(url.port);
  token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
});

afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await host.close();
  await rm(directory, { recursive: true });
});

/**
 * Each page that is served subscribes once to an area that it shows: what is left of it after its
 * end would be a leak.
 */
function countSubscribers(counted: FakeHallway): FakeHallway {
  return {
    ...counted,
    health: {
      ...counted.health,
      subscribe(listener) {
        subscribers += 1;
        const undo = counted.health.subscribe(listener);
        return () => {
          subscribers -= 1;
          undo();
        };
      },
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** Plain node:http, because fetch normalises the path and forbids setting Host. */
function ask(
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

type Outcome = { readonly opened: WebSocket } | { readonly status: number; readonly body: string };

interface Attempt {
  readonly target?: string;
  readonly origin?: string | undefined;
  readonly host?: string;
}

/** Tries to open a link; by default as our own page would. */
function dial(attempt: Attempt = {}): Promise<Outcome> {
  const options: ClientOptions = { headers: attempt.host === undefined ? {} : { Host: attempt.host } };
  const origin = 'origin' in attempt ? attempt.origin : `http://127.0.0.1:${port}`;
  if (origin !== undefined) options.origin = origin;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${attempt.target ?? `/link?token=${token}`}`, options);
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ opened: socket }));
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    socket.on('error', reject);
  });
}

async function openLink(): Promise<WebSocket> {
  const outcome = await dial();
  if (!('opened' in outcome)) throw new Error(`refused with ${outcome.status}: ${outcome.body}`);
  return outcome.opened;
}

function nextMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8')))));
}

function closing(socket: WebSocket): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') })));
}

describe('the files', () => {
  it('are served with the security policy, naming the one WebSocket', async () => {
    const { status, headers, body } = await ask('/');
    expect({ status, body, type: headers['content-type'] }).toEqual({
      status: 200,
      body: '<!doctype html><title>Hallway</title>',
      type: 'text/html; charset=utf-8',
    });
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://127.0.0.1:${port};`);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('are served by the name localhost too, and to HEAD without a body', async () => {
    const { status, headers, body } = await ask('/assets/index.js', { method: 'HEAD', headers: { Host: `localhost:${port}` } });
    expect({ status, body, length: headers['content-length'] }).toEqual({ status: 200, body: '', length: '10' });
  });

  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/..\\..\\secret.json',
    '/nothing.js',
  ])('are all there is: %s is refused', async (path) => {
    expect(await ask(path)).toMatchObject({
      status: 404,
      body: "There's no such file.",
      headers: { 'x-content-type-options': 'nosniff' },
    });
  });

  it('are refused to a site whose name was rebound to this address', async () => {
    for (const name of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.0.0.1:${port}.evil.example`,
    ]) {
      expect(await ask('/', { headers: { Host: name } })).toMatchObject({ status: 421 });
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('are refused to %s', async (method) => {
    expect(await ask('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('[LINK-4] are listened for on 127.0.0.1 alone', async () => {
    // 127.0.0.2 is this machine as well: a wildcard bind would answer.
    const code = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.2', port });
      socket.on('connect', () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    // macOS has no 127.0.0.2 unless it is added, and then nothing answers.
    expect(['ECONNREFUSED', 'EADDRNOTAVAIL', 'ETIMEDOUT']).toContain(code);
  });
});

describe('a link', () => {
  it('answers calls', async () => {
    const socket = await openLink();
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'snapshot', input: {} }));
    expect(await answer).toMatchObject({ type: 'reply', id: 1, output: { self: { peerId: hallway.profile.self().peerId } } });
  });

  it.each([
    ['no token', '/link', 403],
    ['an empty token', '/link?token=', 403],
    ['a wrong token', '/link?token=AAAA', 403],
    ['another path', '/other?token=TOKEN', 404],
    ['a path that only begins like it', '/linkage?token=TOKEN', 404],
  ])('is refused with %s', async (_what, target, status) => {
    expect(await dial({ target: target.replace('TOKEN', token) })).toMatchObject({ status });
  });

  it.each([
    ['another site', 'https://evil.example'],
    ['no Origin at all', undefined],
    ['an opaque Origin', 'null'],
    ['our address with another port', 'http://127.0.0.1:1'],
    ['our address over https', 'https://127.0.0.1:PORT'],
    ['our other name than the one it connects to', 'http://localhost:PORT'],
    ['a name that begins like ours', 'http://127.0.0.1:PORT.evil.example'],
  ])('is refused to %s, though it knows the token', async (_who, origin) => {
    expect(await dial({ origin: origin?.replace('PORT', String(port)) })).toMatchObject({ status: 403 });
  });

  it('[LINK-4] is refused under a foreign Host, though Origin agrees with it', async () => {
    const name = `evil.example:${port}`;
    expect(await dial({ host: name, origin: `http://${name}` })).toMatchObject({ status: 421 });
  });

  it('says in plain words why it was refused, and never the token', async () => {
    const outcome = await dial({ target: '/link?token=guess' });
    expect(outcome).toEqual({ status: 403, body: 'Wrong token. Open the address that Hallway printed when it last started.' });
  });

  it.each([
    ['a binary frame', new Uint8Array([1, 2, 3]), closeCodes.binaryFrame, 'binary-frame'],
    ['text that is not JSON', 'hello {', closeCodes.notJson, 'not-json'],
    ['a frame that is too large', 'x'.repeat(maxMessageBytes + 1), 1009, ''],
  ])('is closed with a reason on %s, and the others stay', async (_what, frame, code, reason) => {
    const [offender, other] = [await openLink(), await openLink()];
    const closed = closing(offender);
    offender.send(frame);
    expect(await closed).toEqual({ code, reason });
    const answer = nextMessage(other);
    other.send(JSON.stringify({ type: 'call', id: 7, name: 'snapshot', input: {} }));
    expect(await answer).toMatchObject({ type: 'reply', id: 7 });
  });

  it('does nothing more after a bad frame', async () => {
    const socket = await openLink();
    const closed = closing(socket);
    socket.send('not json');
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'setProfile', input: { note: 'changed' } }));
    await closed;
    expect(hallway.profile.self().note).not.toBe('changed');
  });

  it('survives JSON that is no call', async () => {
    const socket = await openLink();
    for (const nonsense of [null, 1, 'text', [], {}, { type: 'call' }, { type: 'call', id: 1, name: '__proto__', input: {} }]) {
      socket.send(JSON.stringify(nonsense));
    }
    expect(await nextMessage(socket)).toMatchObject({ type: 'failure', id: 1, code: 'unknown-call' });
  });

  it(`is refused beyond ${maxPages} pages, and possible again when one closes`, async () => {
    const open: WebSocket[] = [];
    for (let count = 0; count < maxPages; count += 1) open.push(await openLink());
    expect(await dial()).toMatchObject({ status: 503 });
    const first = open[0] as WebSocket;
    const closed = closing(first);
    first.close();
    await closed;
    await openLink();
  });

  it('is closed when the page does not read, and cut when it does not even answer that', async () => {
    const socket = await openLink();
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'snapshot', input: {} }));
    await answer;
    socket.pause();
    // Far more than the buffers of both ends hold besides our own limit, but bounded: the loop must
    // end by the link closing.
    for (let count = 0; count < 64 && subscribers > 0; count += 1) {
      hallway.setHealth([{ code: 'test', severity: 'info', values: { cause: 'x'.repeat(1024 * 1024) }, sinceMs: 0 }]);
      // Short enough for no ping to be due: it must be the limit of unsent bytes that ends this.
      await clock.advance(100);
    }
    expect(subscribers).toBe(0);
    const closed = closing(socket);
    await clock.advance(1_000);
    socket.resume();
    // The server's close frame stood behind what was never sent.
    expect((await closed).code).toBe(1006);
  });

  it('is given up when no ping is answered', async () => {
    const socket = await openLink();
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'snapshot', input: {} }));
    await answer;
    socket.pause();
    await clock.advance(30_000);
    await expect.poll(() => subscribers).toBe(0);
  });

  it('hears goodbye when the host closes, and closing twice does nothing more', async () => {
    const socket = await openLink();
    const closed = closing(socket);
    await Promise.all([host.close(), host.close()]);
    expect(await closed).toEqual({ code: closeCodes.goingAway, reason: 'going-away' });
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('has a limit of unsent bytes that no honest page meets', () => {
    expect(maxUnsentBytes).toBeGreaterThan(10 * maxMessageBytes);
  });
});
