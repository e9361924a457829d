import { cleanup } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { createCrowd } from '../../../../test/fixtures/populated-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { ConversationList } from './conversation-list.tsx';

const nowMs = new Date(2026, 0, 2, 12).getTime();
/** From a change in the core to the page: a delta and a frame. */
const soonMs = 100;
/** The people whose rows were rendered, in order. */
const rendered: PeerId[] = [];

// Each row of a person renders one avatar.
vi.mock('../../ui/avatar.tsx', () => ({
  Avatar: ({ peerId }: { readonly peerId: PeerId }) => {
    rendered.push(peerId);
    return null;
  },
}));

afterEach(cleanup);

function places(): Map<string, string | null> {
  return new Map([...document.querySelectorAll('[role=option]')].map((row) => [row.id, row.getAttribute('aria-posinset')]));
}

test('[FAST-1] news of one person renders their row alone, and a person that leaves renders no row that stays', async () => {
  const hallway = createCrowd(100, nowMs);
  const list = <ConversationList ref={null} onSelect={() => undefined} onMenu={() => undefined} />;
  const { advance } = await renderHallway(hallway, list, { nowMs });
  await advance(soonMs);
  const first = hallway.presence
    .peers()
    .find(({ peerId }) => `contact-${peerId}` === document.querySelector('[role=option]')?.id);
  if (first === undefined) throw new Error('no row is rendered');

  rendered.length = 0;
  hallway.see(first.peerId, nowMs + 1);
  hallway.see(fakePeerId(99), nowMs + 1);
  await advance(soonMs);
  hallway.putPeer({ ...first, note: 'Back at noon' });
  await advance(soonMs);
  const news = [...rendered];

  rendered.length = 0;
  const before = places();
  hallway.leave(first.peerId, 'goodbye');
  await advance(soonMs);
  const after = places();
  const stayed = [...after.keys()].filter((row) => before.has(row));
  expect([news.every((peerId) => peerId === first.peerId), news.length > 0]).toEqual([true, true]);
  expect(rendered.map((peerId) => `contact-${peerId}`).filter((row) => stayed.includes(row))).toEqual([]);
  // They did move up, and the rows say so.
  expect([stayed.length > 8, stayed.every((row) => Number(after.get(row)) === Number(before.get(row)) - 1)]).toEqual([
    true,
    true,
  ]);
});
