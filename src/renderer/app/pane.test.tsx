import { cleanup, fireEvent, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeHallway } from '../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../test/fixtures/render-hallway.tsx';
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
