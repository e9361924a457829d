import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { ana, bo, field, nowMs, row, soonMs, type, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import { conversationOf, conversationOfRoom } from '../../../shared/lib/ids.ts';

const view = useConversationView();

beforeEach(() => view.hallway.inRooms.setTime(nowMs));

function choose(action: string): void {
  fireEvent.click(screen.getByRole('menuitem', { name: action }));
}

test('[LIST-21] a kept draft is shown in its row, but not while its conversation is open', async () => {
  view.conversations.receive(ana, 'hello');
  const { advance } = await view.open();
  type('half a thought');
  await advance(1_000);
  const whileOpen = row(ana).textContent;
  await view.choose(bo, { advance });
  const away = row(ana).textContent;
  await view.choose(ana, { advance });
  type('');
  await advance(1_000);
  await view.choose(bo, { advance });
  expect({ whileOpen, away, cleared: row(ana).textContent }).toEqual({
    whileOpen: expect.stringContaining('hello'),
    away: expect.stringMatching(/Draft: half a thought/u),
    cleared: expect.stringContaining('hello'),
  });
});

test('[LIST-21] drafts of conversations that this page never showed are in their rows too, also of private rooms', async () => {
  const name = view.hallway.inRooms.invite('Plans', ana, [view.hallway.profile.self().peerId]);
  await view.hallway.rooms?.join(name);
  await view.hallway.drafts?.set(conversationOf(bo), 'for Bo');
  const { advance } = await view.start();
  await view.hallway.drafts?.set(conversationOfRoom(name), 'for the plans');
  await advance(soonMs);
  expect({ bo: row(bo).textContent, room: screen.getByRole('option', { name: /Plans/ }).textContent }).toEqual({
    bo: expect.stringContaining('Draft: for Bo'),
    room: expect.stringContaining('Draft: for the plans'),
  });
});

test('[DRAFT-1] a private room has a draft of its own', async () => {
  const name = view.hallway.inRooms.invite('Plans', ana, [view.hallway.profile.self().peerId]);
  await view.hallway.rooms?.join(name);
  const { advance } = await view.open();
  type('to Ana');
  fireEvent.click(screen.getByRole('option', { name: /Plans/ }));
  await advance(soonMs);
  const inRoom = field().value;
  type('to the room');
  await view.choose(ana, { advance });
  const inChat = field().value;
  fireEvent.click(screen.getByRole('option', { name: /Plans/ }));
  await advance(1_000);
  const again = field().value;
  fireEvent.keyDown(field(), { key: 'Enter' });
  await advance(soonMs);
  expect({ inRoom, inChat, again, sent: view.hallway.rooms?.conversations()[0]?.last.text, left: field().value }).toEqual({
    inRoom: '',
    inChat: 'to Ana',
    again: 'to the room',
    sent: 'to the room',
    left: '',
  });
});

test('[LIST-22] a person is muted from the menu, for a time or for good, and the row shows it', async () => {
  view.conversations.receive(ana, 'hello');
  const { advance } = await view.start();
  fireEvent.contextMenu(row(ana), { clientX: 9, clientY: 9 });
  const offered = screen.getAllByRole('menuitem').map(({ textContent }) => textContent);
  choose('Mute for 1 hour');
  await advance(soonMs);
  const muted = {
    until: view.conversations.marks.muted(),
    mark: within(row(ana)).getByLabelText('Muted').tagName,
    section: row(ana).dataset['section'],
    title: document.title,
  };
  fireEvent.contextMenu(row(ana), { clientX: 9, clientY: 9 });
  choose('Unmute');
  await advance(soonMs);
  expect({ offered, muted, after: view.conversations.marks.muted(), title: document.title }).toEqual({
    offered: ['Pin', 'Archive', 'Mark as read', 'Mute for 1 hour', 'Mute until tomorrow', 'Mute'],
    muted: {
      until: [{ conversation: conversationOf(ana), untilMs: nowMs + 3_600_000 }],
      mark: 'svg',
      section: 'recent',
      title: 'Hallway',
    },
    after: [],
    title: '(1) Hallway',
  });
});

test('[LIST-22] a room is muted for a time too, and its switch ends that', async () => {
  const { advance } = await view.start();
  const everyone = (): HTMLElement => document.getElementById('room-everyone') ?? document.body;
  fireEvent.contextMenu(everyone(), { clientX: 9, clientY: 9 });
  choose('Mute until tomorrow');
  await advance(soonMs);
  const isMarked = within(everyone()).queryByLabelText('Muted') !== null;
  fireEvent.click(everyone());
  await advance(soonMs);
  fireEvent.click(screen.getByRole('button', { name: /Members and settings$/ }));
  await advance(soonMs);
  fireEvent.click(screen.getByRole('switch', { name: 'Mute this room', checked: true }));
  await advance(soonMs);
  expect({ isMarked, after: within(everyone()).queryByLabelText('Muted') }).toEqual({ isMarked: true, after: null });
});
