import { beforeEach, expect, test } from 'vitest';
import { createSignerAtOnce, hmac } from '../../../../test/fixtures/link-ends.ts';
import { takeLinkKeys, type LinkKeys } from './link-keys.ts';

beforeEach(() => sessionStorage.clear());

const pageKey = { name: 'page-1', secret: 's'.repeat(43) };

function openAt(address: string): LinkKeys {
  history.replaceState(null, '', address);
  return takeLinkKeys(window, createSignerAtOnce);
}

async function describeKey(keys: LinkKeys): Promise<unknown> {
  const key = keys.current();
  return key && { port: keys.port, name: key.name, signature: await key.sign('text') };
}

test('[LINK-6] takes the code of the address and hides it', async () => {
  const keys = openAt('/#code=ab12.secret.4000');
  expect({ key: await describeKey(keys), shown: location.pathname + location.search + location.hash }).toEqual({
    key: { port: 4_000, name: 'ab12', signature: hmac('secret', 'text') },
    shown: '/',
  });
});

test('[LINK-6] never stores the code', () => {
  openAt('/#code=ab12.secret.4000');
  expect(sessionStorage.length).toBe(0);
});

test('[LINK-33] uses the key of the page from then on, and stores it nowhere', async () => {
  const keys = openAt('/#code=ab12.secret.4000');
  keys.exchange({ token: 'long', page: pageKey });
  const stored = JSON.stringify([Object.values(sessionStorage), Object.values(localStorage), document.cookie]);
  expect({ key: await describeKey(keys), isStored: stored.includes(pageKey.secret) }).toEqual({
    key: { port: 4_000, name: 'page-1', signature: hmac(pageKey.secret, 'text') },
    isStored: false,
  });
});

test('[LINK-34] the key of the page outlives a host that does not know it', () => {
  const keys = openAt('/#code=ab12.secret.4000');
  keys.exchange({ token: 'long', page: pageKey });
  expect([keys.drop(), keys.current()?.name]).toEqual([false, 'page-1']);
});

test('a reload uses the token that the host gave for the code', async () => {
  openAt('/#code=ab12.secret.4000').exchange({ token: 'long', page: pageKey });
  expect(await describeKey(openAt('/'))).toEqual({ port: 4_000, name: 'token', signature: hmac('long', 'text') });
});

test('a new code goes before the stored token, which goes on if the code was used', async () => {
  openAt('/#code=ab12.secret.4000').exchange({ token: 'long', page: pageKey });
  const keys = openAt('/#code=cd34.other.4000');
  const first = keys.current()?.name;
  expect([first, keys.drop(), await keys.current()?.sign('text')]).toEqual(['cd34', true, hmac('long', 'text')]);
});

test('a token that the host does not know is forgotten', () => {
  openAt('/#code=ab12.secret.4000').exchange({ token: 'long', page: pageKey });
  openAt('/').drop();
  expect(openAt('/').current()).toBeUndefined();
});

test.each(['/', '/#code=ab12', '/#code=ab12.secret', '/#code=ab12.secret.port', '/#code=ab12..4000'])(
  '%s has no key',
  (address) => {
    expect(openAt(address).current()).toBeUndefined();
  },
);
