import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';
import { ProblemReport } from './problem-report.tsx';

/** Lets a press reach the core, and its answer come back. */
const soonMs = 100;

afterEach(cleanup);

function renderSection(): Promise<Rendered> {
  return renderHallway(createFakeHallway(), <ProblemReport />, { nowMs: 0 });
}

describe('a problem report', () => {
  /** The files that the page saved, by name. */
  let saved: Map<string, Promise<string>>;

  beforeEach(() => {
    saved = new Map();
    const blobs = new Map<string, Blob>();
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      const address = `blob:${blobs.size}`;
      blobs.set(address, blob as Blob);
      return address;
    });
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
      saved.set(this.download, blobs.get(this.href)?.text() ?? Promise.resolve('no such blob'));
    });
  });
  afterEach(() => void vi.restoreAllMocks());

  test('[REPORT-2] is saved as a download', async () => {
    const { advance } = await renderSection();
    fireEvent.click(screen.getByRole('button', { name: 'Save a problem report' }));
    await advance(soonMs);
    const files = await Promise.all([...saved].map(async ([name, text]) => [name, (await text).split('\n')[0]]));
    expect(files).toEqual([['hallway-report-1970-01-01T00-00-00-000Z.txt', 'Hallway problem report, 1970-01-01T00:00:00.000Z']]);
    expect(screen.getByText('Saved as a download.').getAttribute('role')).toBe('status');
  });

  test('shows a failure to reach the core', async () => {
    const { link, advance } = await renderSection();
    link.close();
    fireEvent.click(screen.getByRole('button', { name: 'Save a problem report' }));
    await advance(soonMs);
    expect(screen.getByText("Couldn't save it. The connection to Hallway was lost.")).toBeDefined();
    expect(saved.size).toBe(0);
  });
});
