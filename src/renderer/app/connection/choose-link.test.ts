import { beforeEach, expect, test } from 'vitest';
import { takeToken } from './choose-link.ts';

beforeEach(() => sessionStorage.clear());

function openAt(address: string): string {
  history.replaceState(null, '', address);
  return takeToken(window);
}

test.each(['/#token=secret', '/?token=secret', '/?other=1#token=secret'])(
  'takes the token of %s, stores it for the tab and hides it',
  (address) => {
    const first = openAt(address);
    const shown = location.pathname + location.search + location.hash;
    const afterReload = takeToken(window);
    expect([first, shown, afterReload]).toEqual(['secret', '/', 'secret']);
  },
);

test('a new token replaces the stored one', () => {
  openAt('/#token=old');
  expect([openAt('/#token=new'), openAt('/')]).toEqual(['new', 'new']);
});

test('without a token there is none', () => {
  expect(openAt('/')).toBe('');
});
