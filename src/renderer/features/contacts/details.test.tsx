import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { rememberDetails } from './remember-details.ts';
import { createHallwayStore } from '../../state/store.ts';
import { ana, bo, field, nowMs, soonMs, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';

const view = useConversationView();

beforeEach(() => {
  view.setWide(true);
  view.hallway.inRooms.setTime(nowMs);
});

function panel(): HTMLElement | null {
  return screen.queryByRole('complementary');
}

function details(): HTMLElement {
  return screen.getByRole('button', { name: 'Details' });
}

describe('details in a wide window', () => {
  test('[PAGE-40] stand beside the conversation, take the focus, and Escape closes them', async () => {
    const { advance } = await view.open();
    details().focus();
    fireEvent.click(details());
    await advance(soonMs);
    const open = {
      about: within(panel() as HTMLElement).getByRole('article', { name: 'About Ana' }).tagName,
      field: field().tagName,
      focus: document.activeElement?.getAttribute('aria-label'),
      expanded: details().getAttribute('aria-expanded'),
    };
    fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
    await advance(soonMs);
    expect({ open, closed: panel(), focus: document.activeElement === details(), field: field().tagName }).toEqual({
      open: { about: 'ARTICLE', field: 'TEXTAREA', focus: 'Close details', expanded: 'true' },
      closed: null,
      focus: true,
      field: 'TEXTAREA',
    });
  });

  test('[PAGE-40] follow from one conversation to the next, people and rooms alike', async () => {
    const { advance } = await view.open();
    fireEvent.click(details());
    await view.choose(bo, { advance });
    const ofBo = within(panel() as HTMLElement).getByRole('article', { name: 'About Bo' }).tagName;
    fireEvent.click(document.getElementById('room-everyone') ?? document.body);
    await advance(soonMs);
    const ofRoom = within(panel() as HTMLElement).getByRole('heading', { name: '#everyone' }).tagName;
    await view.choose(ana, { advance });
    expect([ofBo, ofRoom, panel() === null]).toEqual(['ARTICLE', 'H2', false]);
  });

  test('[PAGE-40] leave room for a dialog, which closes alone', async () => {
    const { advance } = await view.open();
    fireEvent.click(details());
    await advance(soonMs);
    fireEvent.click(screen.getByRole('button', { name: 'Block' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await advance(soonMs);
    expect([screen.queryByRole('dialog'), panel() === null]).toEqual([null, false]);
  });

  test('[LIST-22] mute a person', async () => {
    const { advance } = await view.open();
    fireEvent.click(details());
    await advance(soonMs);
    fireEvent.click(screen.getByRole('button', { name: 'Mute' }));
    await advance(soonMs);
    const until = view.conversations.marks.muted().length;
    fireEvent.click(screen.getByRole('button', { name: 'Unmute' }));
    await advance(soonMs);
    expect([until, view.conversations.marks.muted()]).toEqual([1, []]);
  });
});

test('[PAGE-41] whether details are shown is remembered in the browser, and no storage is no trouble', () => {
  const first = createHallwayStore();
  rememberDetails(first, localStorage);
  const atFirst = first.getState().view.showsDetails;
  first.showDetails(true);
  const second = createHallwayStore();
  rememberDetails(second, localStorage);
  const broken = {
    getItem: () => 'shown',
    setItem: () => {
      throw new Error('full');
    },
  };
  const third = createHallwayStore();
  rememberDetails(third, broken);
  third.showDetails(false);
  expect([atFirst, second.getState().view.showsDetails, third.getState().view.showsDetails]).toEqual([false, true, false]);
});
