import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeConversations } from '../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../test/fixtures/render-hallway.tsx';
import { conversationOf } from '../../shared/lib/ids.ts';
import { Composer } from '../features/conversation/composer.tsx';
import { useHallway } from '../state/context.tsx';
import { Pane } from './pane.tsx';

let isBroken = false;

beforeEach(() => {
  isBroken = true;
  // React prints every fault that it catches.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  window.addEventListener('error', expectFault);
});

afterEach(() => {
  window.removeEventListener('error', expectFault);
  cleanup();
  vi.restoreAllMocks();
});

function expectFault(event: ErrorEvent): void {
  event.preventDefault();
}

function Fragile(): ReactNode {
  // Renders with each search.
  useHallway(({ view }) => view.search);
  if (isBroken) throw new Error('a fault of ours');
  return <p>works</p>;
}

test('[LIST-14] a fault ends its pane alone, and the pane can be reloaded', async () => {
  await renderHallway(
    createFakeHallway(),
    <>
      <Pane name="side">
        <p>the list</p>
      </Pane>
      <Pane name="main">
        <Fragile />
      </Pane>
    </>,
    { nowMs: 0 },
  );
  const failed = [screen.getByText('the list').tagName, screen.getByRole('alert').querySelector('h2')?.textContent];
  fireEvent.click(screen.getByRole('button', { name: 'Reload this pane' }));
  const again = screen.queryByText('works');
  isBroken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Reload this pane' }));
  expect([failed, again, screen.getByText('works').tagName, screen.queryByRole('alert')]).toEqual([
    ['P', 'This part of Hallway stopped working'],
    null,
    'P',
    null,
  ]);
});

test('[LIST-14] a draft is kept when its pane fails, while the pane is gone and in a later page', async () => {
  isBroken = false;
  const conversations = createFakeConversations({ nowMs: 0 });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  hallway.putPeer(fakePeer(1, { name: 'Ana' }));
  const panes = (
    <Pane name="main">
      <Composer conversation={conversationOf(fakePeerId(1))} name="Ana" hint="" />
      <Fragile />
    </Pane>
  );
  const field = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message Ana' });
  const { advance, store, unmount } = await renderHallway(hallway, panes, { nowMs: 0 });
  fireEvent.change(field(), { target: { value: 'half a sentence' } });
  isBroken = true;
  act(() => store.search('anything'));
  const whileGone = screen.queryByRole('textbox');
  isBroken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Reload this pane' }));
  await advance(1_000);
  const again = field().value;
  unmount();
  const later = await renderHallway(hallway, panes, { nowMs: 0 });
  await later.advance(1_000);
  expect({ whileGone, again, later: field().value }).toEqual({
    whileGone: null,
    again: 'half a sentence',
    later: 'half a sentence',
  });
});
