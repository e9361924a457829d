/**
 * The browser host on real loopback sockets: what it serves, and everything that it must refuse.
 */
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  closing,
  nextMessage,
  createBrowserHostFixture,
  type BrowserHostFixture,
} from '../../../../test/fixtures/browser-host.ts';
import { refusalCodes } from '../../../shared/rpc/link-opening.ts';
import { maxConnections } from './loopback-server.ts';
import { maxPages } from './page-links.ts';
import { maxMessageBytes, refusalLimitMs } from './serve-links.ts';
import { closeCodes, maxUnsentBytes } from './websocket-link.ts';

let at: BrowserHostFixture;

beforeEach(async () => {
  at = await createBrowserHostFixture();
});

afterEach(() => at.end());

describe('the files', () => {
  it('are served with the security policy, naming the one WebSocket', async () => {
    const { status, headers, body } = await at.ask('/');
    expect({ status, body, type: headers['content-type'] }).toEqual({
      status: 200,
      body: '<!doctype html><html data-theme="system" lang="en"><title>Hallway</title>',
      type: 'text/html; charset=utf-8',
    });
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://127.0.0.1:${at.linkPort}/link;`);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('are served by the name localhost too, and to HEAD without a body', async () => {
    const { status, headers, body } = await at.ask('/assets/index.js', {
      method: 'HEAD',
      headers: { Host: `localhost:${at.port}` },
    });
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
    expect(await at.ask(path)).toMatchObject({
      status: 404,
      body: "There's no such file.",
      headers: { 'x-content-type-options': 'nosniff' },
    });
  });

  it('are refused to a site whose name was rebound to this address', async () => {
    for (const name of [
      'evil.example',
      `evil.example:${at.port}`,
      '127.0.0.1',
      `127.0.0.1:${at.port + 1}`,
      `127.0.0.1:${at.port}.evil.example`,
    ]) {
      expect(await at.ask('/', { headers: { Host: name } })).toMatchObject({ status: 421 });
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('are refused to %s', async (method) => {
    expect(await at.ask('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('[LINK-4] are listened for on 127.0.0.1 alone', async () => {
    // 127.0.0.2 is this machine as well: a wildcard bind would answer.
    const code = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: at.port });
      socket.on('connect', () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    // macOS has no 127.0.0.2 unless it is added, and then nothing answers.
    expect(['ECONNREFUSED', 'EADDRNOTAVAIL', 'ETIMEDOUT']).toContain(code);
  });
});

describe('the two ports', () => {
  it('[LINK-31] the port of the links serves no file, and that of the pages no link', async () => {
    const links = await at.ask('/', { port: at.linkPort });
    const socket = new WebSocket(`ws://127.0.0.1:${at.port}/link`, { origin: `http://127.0.0.1:${at.port}` });
    const end = new Promise((resolve) => socket.on('error', () => resolve('refused')).on('open', () => resolve('opened')));
    expect({ status: links.status, link: await end }).toEqual({ status: 404, link: 'refused' });
  });

  it('[LINK-30] the next start has the same port for links, and [LINK-31] another one for pages', async () => {
    const before = { links: at.linkPort, pages: at.port };
    await at.openLink();
    await at.restart();
    expect({ links: at.linkPort, isNew: at.port !== before.pages, logged: at.logged }).toEqual({
      links: before.links,
      isNew: true,
      logged: [],
    });
  });

  it('[LINK-30] a port that another program took is given up for a new one, which is remembered, and logged', async () => {
    const taken = at.linkPort;
    await at.host.close();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(taken, '127.0.0.1', resolve));
    await at.restart();
    const next = at.linkPort;
    await new Promise((resolve) => squatter.close(resolve));
    await at.restart();
    expect({ isNew: next !== taken, kept: at.linkPort === next, logged: at.logged }).toEqual({
      isNew: true,
      kept: true,
      logged: ['another program has the port of the pages: open pages cannot come back'],
    });
  });
});

describe('a link', () => {
  it('answers calls', async () => {
    const socket = await at.openLink();
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'snapshot', input: {} }));
    expect(await answer).toMatchObject({ type: 'reply', id: 1, output: { self: { peerId: at.hallway.profile.self().peerId } } });
  });

  it.each([
    ['another path', '/other', 404],
    ['a path that only begins like it', '/linkage', 404],
  ])('is refused with %s', async (_what, target, status) => {
    expect(await at.dial({ target })).toMatchObject({ status });
  });

  it.each([
    ['another site', 'https://evil.example'],
    ['no Origin at all', undefined],
    ['an opaque Origin', 'null'],
    ['our address over https', 'https://127.0.0.1:PORT'],
    ['a name that begins like ours', 'http://127.0.0.1:PORT.evil.example'],
  ])('[LINK-4] is refused to %s', async (_who, origin) => {
    expect(
      await at.dial({ origin: origin?.replace('PORT', String(at.port)).replace('LINK', String(at.linkPort)) }),
    ).toMatchObject({ status: 403 });
  });

  it.each([
    ['that may have been ours', 'http://127.0.0.1:1'],
    ['of the links', 'http://127.0.0.1:LINK'],
  ])('[LINK-4, LINK-34] ends at once, without a word, for an address %s', async (_what, origin) => {
    const outcome = await at.dial({ origin: origin.replace('LINK', String(at.linkPort)) });
    if (!('opened' in outcome)) throw new Error('refused');
    const heard: unknown[] = [];
    outcome.opened.on('message', (data) => heard.push(data));
    outcome.opened.send(JSON.stringify({ type: 'hello', key: at.codeKey().name, nonce: 'n'.repeat(43) }));
    expect({ code: (await closing(outcome.opened)).code, heard }).toEqual({ code: refusalCodes.unknownKey, heard: [] });
  });

  it('[LINK-4] is refused under a foreign Host, though Origin agrees with it', async () => {
    const name = `evil.example:${at.linkPort}`;
    expect(await at.dial({ host: name, origin: `http://${name}` })).toMatchObject({ status: 421 });
  });

  it('says in plain words why it was refused', async () => {
    const outcome = await at.dial({ origin: 'https://evil.example' });
    expect(outcome).toEqual({ status: 403, body: "Wrong Origin: only Hallway's own page may connect." });
  });

  it.each([
    ['a binary frame', new Uint8Array([1, 2, 3]), closeCodes.binaryFrame, 'binary-frame'],
    ['text that is not JSON', 'hello {', closeCodes.notJson, 'not-json'],
    ['a frame that is too large', 'x'.repeat(maxMessageBytes + 1), 1009, ''],
  ])('is closed with a reason on %s, and the others stay', async (_what, frame, code, reason) => {
    const [offender, other] = [await at.openLink(), await at.openLink()];
    const closed = closing(offender);
    offender.send(frame);
    expect(await closed).toEqual({ code, reason });
    const answer = nextMessage(other);
    other.send(JSON.stringify({ type: 'call', id: 7, name: 'snapshot', input: {} }));
    expect(await answer).toMatchObject({ type: 'reply', id: 7 });
  });

  it('does nothing more after a bad frame', async () => {
    const socket = await at.openLink();
    const closed = closing(socket);
    socket.send('not json');
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'setProfile', input: { note: 'changed' } }));
    await closed;
    expect(at.hallway.profile.self().note).not.toBe('changed');
  });

  it('survives JSON that is no call', async () => {
    const socket = await at.openLink();
    for (const nonsense of [null, 1, 'text', [], {}, { type: 'call' }, { type: 'call', id: 1, name: '__proto__', input: {} }]) {
      socket.send(JSON.stringify(nonsense));
    }
    expect(await nextMessage(socket)).toMatchObject({ type: 'failure', id: 1, code: 'unknown-call' });
  });

  it(`is refused beyond ${maxPages} pages, and possible again when one closes`, async () => {
    const open: WebSocket[] = [];
    for (let count = 0; count < maxPages; count += 1) open.push(await at.openLink());
    expect(await at.dial()).toMatchObject({ status: 503 });
    const first = open[0] as WebSocket;
    const closed = closing(first);
    first.close();
    await closed;
    await at.openLink();
  });

  it('is closed when the page does not read, and cut when it does not even answer that', async () => {
    const socket = await at.openLink();
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'snapshot', input: {} }));
    await answer;
    socket.pause();
    // Far more than the buffers of both ends hold besides our own limit, but bounded: the loop must
    // end by the link closing.
    for (let count = 0; count < 64 && at.subscribers() > 0; count += 1) {
      at.hallway.setHealth([{ code: 'test', severity: 'info', values: { cause: 'x'.repeat(1024 * 1024) }, sinceMs: 0 }]);
      // Short enough for no ping to be due: it must be the limit of unsent bytes that ends this.
      await at.clock.advance(100);
    }
    expect(at.subscribers()).toBe(0);
    const closed = closing(socket);
    await at.clock.advance(1_000);
    socket.resume();
    // The server's close frame stood behind what was never sent.
    expect((await closed).code).toBe(1006);
  });

  it('is given up when no ping is answered', async () => {
    const socket = await at.openLink();
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'call', id: 1, name: 'snapshot', input: {} }));
    await answer;
    socket.pause();
    await at.clock.advance(30_000);
    await expect.poll(() => at.subscribers()).toBe(0);
  });

  it('hears goodbye when the host closes, and closing twice does nothing more', async () => {
    const socket = await at.openLink();
    const closed = closing(socket);
    await Promise.all([at.host.close(), at.host.close()]);
    expect(await closed).toEqual({ code: closeCodes.goingAway, reason: 'going-away' });
    await expect(at.ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('[LINK-8] a refused client that never closes loses its connection within a second', async () => {
    const ended = Promise.withResolvers<string>();
    const client = connect({ host: '127.0.0.1', port: at.linkPort, allowHalfOpen: true });
    client.on('error', () => undefined);
    client.on('end', () => ended.resolve('said'));
    client.resume();
    client.write(`GET /link HTTP/1.1\r\nHost: 127.0.0.1:${at.linkPort}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await ended.promise;
    await at.clock.advance(refusalLimitMs);
    // The system answers to bytes for a connection that is gone with a reset.
    const closed = vi.fn<() => void>();
    client.on('close', closed);
    await expect.poll(() => (client.write('x'), closed.mock.calls.length)).toBe(1);
  });

  it(`[LINK-8] beyond ${maxConnections} connections the next one is closed`, async () => {
    const clients = await Promise.all(
      Array.from({ length: maxConnections }, () => {
        const client = connect({ host: '127.0.0.1', port: at.port });
        return new Promise<typeof client>((resolve) => client.on('connect', () => resolve(client)));
      }),
    );
    await expect(at.ask('/')).rejects.toMatchObject({ code: 'ECONNRESET' });
    for (const client of clients) client.destroy();
    await expect.poll(async () => (await at.ask('/').catch(() => undefined))?.status).toBe(200);
  });

  it('has a limit of unsent bytes that no honest page meets', () => {
    expect(maxUnsentBytes).toBeGreaterThan(10 * maxMessageBytes);
  });
});
