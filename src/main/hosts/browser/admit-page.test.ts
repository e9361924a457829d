/** The opening of a page's link, on the browser host with real loopback sockets. */
import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  closing,
  nextMessage,
  pageNonce,
  pageProof,
  createBrowserHostFixture,
  type BrowserHostFixture,
  type Key,
} from '../../../../test/fixtures/browser-host.ts';
import { hmac } from '../../../../test/fixtures/link-ends.ts';
import { refusalCodes, tokenName } from '../../../shared/rpc/link-opening.ts';
import { openingLimitMs } from './admit-page.ts';

const noKey: Key = { name: '', secret: '' };

let at: BrowserHostFixture;

beforeEach(async () => {
  at = await createBrowserHostFixture();
});

afterEach(() => at.end());

/** The code that ends a page that says hello with that key. */
async function refusalOf(key: Key, origin?: string): Promise<number> {
  const outcome = await at.dial(origin === undefined ? {} : { origin });
  if (!('opened' in outcome)) return outcome.status;
  const closed = closing(outcome.opened);
  outcome.opened.send(JSON.stringify({ type: 'hello', key: key.name, nonce: pageNonce }));
  return (await closed).code;
}

describe('the opening of a link', () => {
  it('[LINK-6] exchanges a code for the token once, and the token opens further links', async () => {
    const key = at.codeKey();
    const first = await at.openWith(key);
    const reload = await at.openWith({ name: tokenName, secret: first.token ?? '' });
    const again = await at.connect();
    const closed = closing(again);
    again.send(JSON.stringify({ type: 'hello', key: key.name, nonce: pageNonce }));
    expect({ reload: reload.token, code: (await closed).code }).toEqual({ reload: undefined, code: refusalCodes.unknownKey });
  });

  it('[LINK-6] refuses a code after its time', async () => {
    const key = at.codeKey({ validForMs: 30_000 });
    await at.clock.advance(30_000);
    const socket = await at.connect();
    const closed = closing(socket);
    socket.send(JSON.stringify({ type: 'hello', key: key.name, nonce: pageNonce }));
    expect((await closed).code).toBe(refusalCodes.unknownKey);
  });

  it('[LINK-6] gives the token to one of two pages that use a code at the same time', async () => {
    const { name, secret } = at.codeKey();
    const pages = await Promise.all([at.connect(), at.connect()]);
    const nonces = await Promise.all(
      pages.map(async (socket) => {
        const challenge = nextMessage(socket);
        socket.send(JSON.stringify({ type: 'hello', key: name, nonce: pageNonce }));
        return ((await challenge) as { readonly nonce: string }).nonce;
      }),
    );
    const outcomes = pages.map((socket) => Promise.race([nextMessage(socket), closing(socket)]));
    for (const [number, socket] of pages.entries())
      socket.send(JSON.stringify({ type: 'proof', proof: pageProof(secret, nonces[number] ?? '', at.linkPort) }));
    const got = (await Promise.all(outcomes)).map((outcome) => JSON.stringify(outcome).includes('token'));
    expect(got.filter(Boolean).length).toBe(1);
  });

  it('[LINK-6] tells the owner of an address that a page used it', async () => {
    const onUsed = vi.fn<() => void>();
    await at.openWith(at.codeKey({ onUsed }));
    expect(onUsed).toHaveBeenCalledTimes(1);
  });

  it('[LINK-7] sends neither the token nor the code of the page', async () => {
    const key = at.codeKey();
    const first = await at.openWith(key);
    const second = await at.openWith({ name: tokenName, secret: first.token ?? '' });
    const text = JSON.stringify([first.challenge, second.challenge, second.token ?? '']);
    expect([text.includes(first.token ?? '-'), text.includes(key.secret)]).toEqual([false, false]);
  });

  it.each([
    [
      'a wrong proof',
      [
        { type: 'hello', key: 'token', nonce: pageNonce },
        { type: 'proof', proof: 'p'.repeat(43) },
      ],
    ],
    ['a proof before the nonce', [{ type: 'proof', proof: 'p'.repeat(43) }]],
    ['a call before the proof', [{ type: 'call', id: 1, name: 'snapshot', input: {} }]],
    [
      'a call after the hello',
      [
        { type: 'hello', key: 'token', nonce: pageNonce },
        { type: 'call', id: 1, name: 'snapshot', input: {} },
      ],
    ],
    ['two hellos', Array.from({ length: 2 }, () => ({ type: 'hello', key: 'token', nonce: pageNonce }))],
    ['a hello with a short nonce', [{ type: 'hello', key: 'token', nonce: 'n' }]],
  ])('[LINK-7] ends with %s, and gives nothing', async (_what, messages) => {
    const socket = await at.connect();
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push((JSON.parse(data.toString('utf8')) as { type: string }).type));
    const closed = closing(socket);
    for (const message of messages) socket.send(JSON.stringify(message));
    expect({
      code: (await closed).code,
      others: heard.filter((type) => type !== 'challenge'),
      subscribers: at.subscribers(),
    }).toEqual({
      code: refusalCodes.wrongProof,
      others: [],
      subscribers: 0,
    });
  });

  it('[LINK-8] ends when the page says nothing', async () => {
    const socket = await at.connect();
    const closed = closing(socket);
    await at.clock.advance(openingLimitMs);
    expect((await closed).code).toBe(refusalCodes.wrongProof);
  });

  it('[LINK-8] makes room for the next page when many say nothing', async () => {
    const silent = await Promise.all(Array.from({ length: 20 }, () => at.connect()));
    const socket = await at.openLink();
    expect([socket, ...silent].filter(({ readyState }) => readyState === WebSocket.OPEN).length).toBeLessThan(silent.length);
  });
});

describe('the key of a page', () => {
  it('[LINK-33] opens links to the next start, and codes and the token do not', async () => {
    const unused = at.codeKey();
    const { token = '', page = noKey } = await at.openWith(at.codeKey());
    await at.restart();
    const after = await at.openWith(page);
    const refused = [await refusalOf(unused), await refusalOf({ name: tokenName, secret: token })];
    expect({ given: [after.token, after.page], refused }).toEqual({
      given: [undefined, undefined],
      refused: [refusalCodes.unknownKey, refusalCodes.unknownKey],
    });
  });

  it('[LINK-33] is another one for each page, also after a reload', async () => {
    const first = await at.openWith(at.codeKey());
    const reload = await at.openWith({ name: tokenName, secret: first.token ?? '' });
    const second = await at.openWith(at.codeKey());
    const keys = [first, reload, second].map(({ page = noKey }) => page);
    expect({
      names: new Set(keys.map(({ name }) => name)).size,
      secrets: new Set(keys.map(({ secret }) => secret)).size,
    }).toEqual({ names: 3, secrets: 3 });
  });

  it('[LINK-33] is of no use to a page of another origin, even of this host', async () => {
    const { page = noKey } = await at.openWith(at.codeKey());
    const other = `http://localhost:${at.port}`;
    expect([await refusalOf(page, other), await refusalOf(page, 'http://127.0.0.1:1')]).toEqual([
      refusalCodes.unknownKey,
      refusalCodes.unknownKey,
    ]);
  });

  it('[LINK-33] is in a file that only the owner can read, and does not count if others could', async () => {
    const { page = noKey } = await at.openWith(at.codeKey());
    const path = join(at.directory, 'page-link.json');
    await at.restart();
    const mode = (await stat(path)).mode & 0o777;
    await chmod(path, 0o644);
    await at.restart();
    expect({ mode, code: await refusalOf(page) }).toEqual({ mode: 0o600, code: refusalCodes.unknownKey });
  });

  it('[LINK-32] proves nothing on another port', async () => {
    const { page = noKey } = await at.openWith(at.codeKey());
    const socket = await at.connect();
    const challenge = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'hello', key: page.name, nonce: pageNonce }));
    const { nonce, proof } = (await challenge) as { readonly nonce: string; readonly proof: string };
    const closed = closing(socket);
    // The page spoke to a program on this port, which passed everything on.
    const otherPort = at.linkPort + 1;
    socket.send(JSON.stringify({ type: 'proof', proof: pageProof(page.secret, nonce, otherPort) }));
    const hostThere = hmac(page.secret, `hallway-link/2 host\n${otherPort}\n${pageNonce}\n${nonce}`);
    expect({ code: (await closed).code, same: proof === hostThere }).toEqual({ code: refusalCodes.wrongProof, same: false });
  });
});
