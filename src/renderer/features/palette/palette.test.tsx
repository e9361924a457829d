import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { createFakeConversations } from '../../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import type { FakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway, type Rendered } from '../../../../test/fixtures/render-hallway.tsx';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { openOverlay } from '../../state/route.ts';
import { selectOverlay, selectRoute } from '../../state/selectors.ts';
import { entriesOf, findEntries } from './palette-entries.ts';
import { Palette } from './palette.tsx';

const nowMs = Date.parse('2026-08-01T10:00:00Z');

afterEach(cleanup);

interface Opened extends Rendered {
  readonly hallway: FakeHallway;
}

async function openPalette(prepare?: (hallway: FakeHallway) => void): Promise<Opened> {
  const conversations = createFakeConversations({ nowMs });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  for (const [number, name] of [
    [1, 'Ana'],
    [2, 'Bo'],
    [3, 'Chloé'],
  ] as const) {
    hallway.putPeer(fakePeer(number, { name, host: `host-${number}`, lastSeenMs: nowMs }));
    conversations.meet({ peerId: fakePeerId(number), name });
  }
  conversations.receive(fakePeerId(3), 'the latest');
  prepare?.(hallway);
  const rendered = await renderHallway(hallway, <Palette />, { nowMs });
  act(() => rendered.store.navigate(openOverlay('palette')));
  await rendered.advance(100);
  return { ...rendered, hallway };
}

const field = (): HTMLInputElement => screen.getByRole('combobox');
const titles = (): readonly string[] =>
  screen.queryAllByRole('option').map((option) => option.querySelector('bdi')?.textContent ?? '');
const type = (value: string): boolean => fireEvent.change(field(), { target: { value } });

describe('the palette', () => {
  test('[PAL-1] shows the recent conversation first, and finds people, rooms, settings and actions', async () => {
    await openPalette();
    const first = titles()[0];
    const found = ['bo', 'everyone', 'theme', 'mark read', 'add address', 'export'].map((text) => {
      type(text);
      return titles()[0];
    });
    expect({ first, found }).toEqual({
      first: 'Chloé',
      found: ['Bo', '#everyone', 'Theme', 'Mark all as read', 'Add someone by address', 'Export messages'],
    });
  });

  test('[PAL-2] the field keeps the focus and names the active option; arrows go around', async () => {
    await openPalette();
    const active = (): string | undefined =>
      document.getElementById(field().getAttribute('aria-activedescendant') ?? '')?.querySelector('bdi')?.textContent;
    type('status');
    const all = titles();
    const walk = ['ArrowUp', 'ArrowDown', 'ArrowDown'].map((key) => {
      fireEvent.keyDown(field(), { key });
      return active();
    });
    expect([document.activeElement === field(), walk]).toEqual([true, [all.at(-1), all[0], all[1]]]);
    expect(screen.getAllByRole('option', { selected: true }).map((option) => option.querySelector('bdi')?.textContent)).toEqual([
      all[1],
    ]);
    expect(field().getAttribute('aria-controls')).toBe(screen.getByRole('listbox').id);
  });

  test('[PAL-1] Enter opens a conversation, a room and the row of a setting', async () => {
    const { store, advance } = await openPalette();
    const opened: unknown[] = [];
    for (const text of ['bo', 'everyone', 'theme']) {
      type(text);
      fireEvent.keyDown(field(), { key: 'Enter' });
      opened.push(selectRoute(store.getState()), selectOverlay(store.getState()));
      act(() => store.navigate(openOverlay('palette')));
      await advance(100);
    }
    expect(opened).toMatchObject([
      { page: 'conversation', peerId: fakePeerId(2), takesFocus: true },
      undefined,
      { page: 'room', name: 'everyone' },
      undefined,
      { page: 'settings', key: 'theme' },
      undefined,
    ]);
  });

  test('[PAL-4] an action is done, and told to screen readers', async () => {
    const { store, hallway, advance } = await openPalette();
    type('status busy');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(100);
    expect([hallway.profile.self().status, selectOverlay(store.getState())]).toEqual(['busy', undefined]);
    expect(screen.getByRole('status').textContent).toBe('Done: Set your status to Busy');
  });

  test('[PAL-4] an action that fails says why, and the palette stays open', async () => {
    const { store, link, advance } = await openPalette();
    type('export');
    link.close();
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(60_000);
    expect([screen.getByRole('alert').textContent === '', selectOverlay(store.getState())]).toEqual([false, 'palette']);
  });

  test('[PAL-2] Escape and a second Ctrl+K close it; a held Enter and the Enter of an input method choose nothing', async () => {
    const { store } = await openPalette();
    fireEvent.keyDown(field(), { key: 'Enter', repeat: true });
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    const stays = selectOverlay(store.getState());
    fireEvent.keyDown(field(), { key: 'k', ctrlKey: true });
    const closed = selectOverlay(store.getState());
    act(() => store.navigate(openOverlay('palette')));
    fireEvent.keyDown(field(), { key: 'Escape' });
    expect([stays, closed, selectOverlay(store.getState())]).toEqual(['palette', undefined, undefined]);
  });

  test('[PAL-1] at most 50 of 1,000 people are shown, and a blocked one never', async () => {
    const { store } = await openPalette((hallway) => {
      for (let number = 10; number < 1_010; number += 1)
        hallway.putPeer(fakePeer(number, { name: `Person ${number}`, lastSeenMs: nowMs }));
    });
    const entries = entriesOf(store.getState(), undefined, nowMs);
    type('person');
    expect([findEntries(entries, 'person').length, titles().length, findEntries(entries, 'person 1009').length]).toEqual([
      50, 50, 1,
    ]);
    const state = store.getState();
    const contacts = new Map(state.messages.contacts);
    const chloe = contacts.get(fakePeerId(3));
    if (chloe === undefined) throw new Error('the fake lost a contact');
    contacts.set(chloe.peerId, { ...chloe, blocked: true });
    const blocked = entriesOf({ ...state, messages: { ...state.messages, contacts } }, undefined, nowMs);
    expect(blocked.recent.map(({ id }) => id)).not.toContain(`go-${conversationOf(fakePeerId(3))}`);
  });
});
