import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { createFakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import { selectRoute } from '../../state/selectors.ts';
import { HostNotice } from './host-notice.tsx';

afterEach(cleanup);

test('[DESK-51] the notice stays until it is put away, and leads to the setting', async () => {
  const { store } = await renderHallway(createFakeHallway(), <HostNotice />, { nowMs: 0 });
  const before = screen.queryByRole('status');
  act(() => store.showNotice('kept-running'));
  const text = screen.getByRole('status').textContent;
  fireEvent.click(screen.getByRole('button', { name: 'Got it' }));
  const closed = screen.queryByRole('status');
  act(() => store.showNotice('kept-running'));
  fireEvent.click(screen.getByRole('button', { name: 'Change this' }));
  expect({ before, text, closed, again: screen.queryByRole('status'), route: selectRoute(store.getState()) }).toEqual({
    before: null,
    text: expect.stringContaining('kept running while its window was closed'),
    closed: null,
    again: null,
    route: expect.objectContaining({ page: 'settings', key: 'keepRunning' }),
  });
});
