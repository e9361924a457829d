import { expect, it } from 'vitest';
import { openerFor } from './show-in-browser.ts';

it('opens a browser where there is a display to show it on', () => {
  expect([
    openerFor('linux', {}),
    openerFor('linux', { DISPLAY: ':0' }),
    openerFor('linux', { WAYLAND_DISPLAY: 'wayland-0' }),
    openerFor('darwin', {}),
    openerFor('win32', {})?.[0],
  ]).toEqual([undefined, ['xdg-open'], ['xdg-open'], ['open'], 'rundll32']);
});
