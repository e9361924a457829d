import { beforeEach, expect, test } from 'vitest';
import { takeLinkKeys, type LinkKeys } from './link-keys.ts';

beforeEach(() => sessionStorage.clear());

function openAt(address: string): LinkKeys {
  history.replaceState(null, '', address);
  return takeLinkKeys(window);
}

test('[LINK-6] takes the code of the address and hides it', () => {
  const keys = openAt('/#code=ab12.secret');
  expect({ key: keys.current(), shown: location.pathname + location.search + location.hash }).toEqual({
    key: { name: 'ab12', secret: 'secret' },
    shown: '/',
  });
});

test('[LINK-6] never stores the code', () => {
  openAt('/#code=ab12.secret');
  expect(sessionStorage.length).toBe(0);
});

test('a reload uses the token that the host gave for the code', () => {
  openAt('/#code=ab12.secret').exchange('long');
  expect(openAt('/').current()).toEqual({ name: 'token', secret: 'long' });
});

test('a new code goes before the stored token, which goes on if the code was used', () => {
  openAt('/#code=ab12.secret').exchange('long');
  const keys = openAt('/#code=cd34.other');
  const first = keys.current()?.name;
  keys.drop();
  expect([first, keys.current()?.secret]).toEqual(['cd34', 'long']);
});

test('a token that the host does not know is forgotten', () => {
  openAt('/#code=ab12.secret').exchange('long');
  openAt('/').drop();
  expect(openAt('/').current()).toBeUndefined();
});

test('without a code and a token there is none', () => {
  expect(openAt('/').current()).toBeUndefined();
});
