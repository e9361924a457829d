import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import {
  ana,
  bo,
  field,
  nowMs,
  shownTexts,
  soonMs,
  type,
  useConversationView,
} from '../../../../test/fixtures/conversation-view.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';

const view = useConversationView();

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

beforeEach(() => view.hallway.inRooms.setTime(nowMs));

function list(): HTMLElement {
  return screen.getByRole('listbox', { name: 'People and rooms' });
}

function roomRow(name: string): HTMLElement {
  return within(list()).getByRole('option', { name: new RegExp(`^${name}\\b`) });
}

function roomRows(): (string | null)[] {
  return within(list())
    .getAllByRole('option')
    .filter(({ id }) => id.startsWith('room-'))
    .map(({ textContent }) => textContent);
}

async function open(name = 'everyone'): Promise<Rendered> {
  const rendered = await view.start();
  fireEvent.click(roomRow(name));
  await rendered.advance(soonMs);
  return rendered;
}

/** The line above the bubbles of others. */
function authors(): (string | null | undefined)[] {
  return [...screen.getByRole('log').querySelectorAll('bdi')].map(({ textContent }) => textContent);
}

function press(name: string | RegExp): void {
  fireEvent.click(screen.getByRole('button', { name }));
}

describe('the list of rooms', () => {
  test('has our rooms first, then those of others, with members, topics and unread messages', async () => {
    const { inRooms, rooms } = view.hallway;
    inRooms.enter('tea', ana);
    await rooms?.join('zoo');
    inRooms.noticeTopic('zoo', bo, 'animals');
    inRooms.hear('everyone', ana, 'hello');
    await view.start();
    const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(nowMs);
    expect(roomRows()).toEqual([`everyoneAna: hello3 people${time}1 unread`, 'zooanimals11 person', 'teaNot joined11 person']);
  });

  test('follows what changes, and the search', async () => {
    const { advance } = await view.start();
    view.hallway.inRooms.enter('lunch', ana);
    await advance(soonMs);
    const come = roomRows().length;
    view.hallway.inRooms.exit('lunch', ana);
    view.hallway.inRooms.enter('tea', ana);
    await advance(soonMs);
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: '#te' } });
    await advance(soonMs);
    expect([come, roomRows()]).toEqual([2, ['teaNot joined11 person']]);
  });

  test('a search in a room finds its messages, and shows one at its place', async () => {
    view.hallway.inRooms.hear('everyone', ana, 'the kettle is on');
    view.hallway.inRooms.hear('everyone', bo, 'on my way');
    const { advance } = await open();
    fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
    fireEvent.change(screen.getByRole('searchbox', { name: 'Search messages' }), { target: { value: 'kettle' } });
    await advance(soonMs);
    const found = screen.getAllByRole('option', { name: /kettle/ }).map(({ textContent }) => textContent);
    fireEvent.click(screen.getByRole('option', { name: /kettle/ }));
    await advance(soonMs);
    const shown = shownTexts();
    fireEvent.keyDown(screen.getByRole('searchbox', { name: 'Search messages' }), { key: 'Escape' });
    fireEvent.keyDown(screen.getByRole('searchbox', { name: 'Search messages' }), { key: 'Escape' });
    await advance(soonMs);
    expect({
      found,
      shown,
      after: screen.queryByRole('searchbox', { name: 'Search messages' }),
      label: field().getAttribute('aria-label'),
    }).toEqual({
      found: [expect.stringContaining('Ana')],
      shown: ['the kettle is on', 'on my way'],
      after: null,
      label: 'Message #everyone',
    });
  });

  test('a muted room counts nothing in the title of the window', async () => {
    view.hallway.inRooms.hear('everyone', ana, 'hello');
    const { advance } = await view.start();
    const before = document.title;
    await view.hallway.rooms?.setMuted('everyone', true);
    await advance(soonMs);
    expect([before, document.title]).toEqual(['(1) Hallway', 'Hallway']);
  });
});

describe('a room', () => {
  test('shows who said what, and the name of a stranger as a claim', async () => {
    const { inRooms } = view.hallway;
    inRooms.hear('everyone', ana, 'one', { atMs: nowMs - hourMs });
    inRooms.hear('everyone', ana, 'two', { atMs: nowMs - hourMs });
    inRooms.hear('everyone', bo, 'three', { atMs: nowMs - hourMs });
    inRooms.hear('everyone', fakePeerId(70), 'four', { atMs: nowMs - hourMs });
    inRooms.wrote('everyone', 'five', { atMs: nowMs - hourMs });
    await open();
    const code = screen.getByText(/^[a-z2-7]{4}( [a-z2-7]{4}){3}$/).textContent;
    expect({ texts: shownTexts(), authors: authors(), code: code?.replaceAll(' ', '') }).toEqual({
      texts: ['one', 'two', 'three', 'four', 'five'],
      authors: ['Ana', 'Bo', 'Somebody'],
      code: fakePeerId(70).slice(0, 16),
    });
  });

  test('sends what is typed, and says how many have it', async () => {
    const { advance } = await open();
    const label = field().getAttribute('placeholder');
    type('hello');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(soonMs);
    const { messageId } = view.hallway.rooms?.conversations()[0]?.last ?? { messageId: '' };
    view.hallway.inRooms.keep(messageId, 1);
    await advance(soonMs);
    const one = screen.queryByText('1 of 2 have it') !== null;
    view.hallway.inRooms.keep(messageId, 2);
    await advance(soonMs);
    expect({ label, texts: shownTexts(), one, all: screen.queryByText('Everyone here has it') !== null }).toEqual({
      label: 'Message #everyone',
      texts: ['hello'],
      one: true,
      all: true,
    });
  });

  test('keeps a text that was not accepted, with the reason', async () => {
    const { advance } = await open();
    view.hallway.inRooms.refuseWrites(true);
    type('hello');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(soonMs);
    expect([field().value, screen.getByRole('alert').textContent]).toEqual([
      'hello',
      "The message couldn't be saved, so it wasn't sent. The disk may be full.",
    ]);
  });

  test('marks as read what the user sees', async () => {
    view.hallway.inRooms.hear('everyone', ana, 'hello');
    const { advance } = await open();
    await advance(soonMs);
    expect([view.hallway.rooms?.conversations()[0]?.unread, roomRow('everyone').textContent]).toEqual([
      0,
      expect.stringContaining('Ana: hello3 people'),
    ]);
  });

  test('puts late messages where they belong, counts them, and leads to the first', async () => {
    const { inRooms } = view.hallway;
    inRooms.hear('everyone', bo, 'early', { atMs: nowMs - hourMs });
    inRooms.hear('everyone', bo, 'now');
    const { advance } = await open();
    view.setFocus(false);
    inRooms.hear('everyone', ana, 'late 2', { sentAtMs: nowMs - 20 * minuteMs, late: true });
    inRooms.hear('everyone', ana, 'late 1', { sentAtMs: nowMs - 30 * minuteMs, late: true });
    await advance(soonMs);
    const texts = shownTexts();
    const unread = roomRow('everyone').textContent;
    press(/^2 earlier messages arrived, 11:30.AM to 11:40.AM$/);
    await advance(soonMs);
    const target = document.querySelector('[data-target=true] p[dir=auto]');
    expect({ texts, unread, target: target?.textContent, line: screen.queryByText(/earlier messages/) }).toEqual({
      texts: ['early', 'late 1', 'late 2', 'now'],
      unread: expect.stringMatching(/^everyoneBo: now3 people.*2 unread$/u),
      target: 'late 1',
      line: null,
    });
  });

  test('shows messages of a clock that is ahead below the others, until their time comes', async () => {
    const { inRooms } = view.hallway;
    inRooms.hear('everyone', ana, 'tomorrow', { sentAtMs: nowMs + 24 * hourMs, ahead: true });
    inRooms.hear('everyone', bo, 'today');
    const { advance } = await open();
    const before = shownTexts();
    const line = screen.getByText(/whose clock is/).textContent;
    press('Show');
    await advance(soonMs);
    const shown = screen.queryByText('tomorrow') !== null;
    inRooms.catchUp('everyone');
    await advance(soonMs);
    expect({ before, line, shown, after: shownTexts(), lines: screen.queryByText(/whose clock is/) }).toEqual({
      before: ['today'],
      line: '1 message from Ana, whose clock is 1 d ahead',
      shown: true,
      after: ['today', 'tomorrow'],
      lines: null,
    });
  });

  test('tells of members that come and go, and of the topic', async () => {
    const { advance } = await open();
    const said: (string | null)[] = [];
    const say = async (): Promise<void> => {
      await advance(soonMs);
      said.push(within(screen.getByRole('region', { name: 'Room #everyone' })).getByRole('status').textContent);
    };
    view.hallway.inRooms.enter('everyone', ana, bo, fakePeerId(3), fakePeerId(4));
    await say();
    view.hallway.inRooms.exit('everyone', ana);
    await say();
    view.hallway.inRooms.noticeTopic('everyone', bo, 'soup');
    await say();
    expect(said).toEqual(['Ana, Bo and 2 others joined', 'Ana left', 'Bo changed the topic: soup']);
  });

  test('says once that anyone can read along, unless there is a team key', async () => {
    const first = await open();
    const note = /^Anyone on this network can join and read along/;
    const shown = screen.queryByText(note) !== null;
    press('Got it');
    first.unmount();
    const second = await open();
    const again = screen.queryByText(note) !== null;
    second.unmount();
    localStorage.clear();
    view.hallway.inRooms.setOpen(false);
    await open();
    expect({ shown, again, withKey: screen.queryByText(note) !== null }).toEqual({ shown: true, again: false, withKey: false });
  });
});

describe('the details of a room', () => {
  test('list the members, change the topic, mute and leave', async () => {
    await view.hallway.rooms?.join('tea');
    view.hallway.inRooms.enter('tea', ana);
    const { advance } = await open('tea');
    press(/Members and settings$/);
    await advance(soonMs);
    const dialog = within(screen.getByRole('dialog'));
    const members = dialog.getAllByRole('listitem').map((item) => item.querySelector('bdi')?.textContent);
    fireEvent.click(dialog.getByRole('button', { name: /^Topic/ }));
    fireEvent.change(dialog.getByRole('textbox', { name: 'Topic' }), { target: { value: 'green' } });
    fireEvent.keyDown(dialog.getByRole('textbox', { name: 'Topic' }), { key: 'Enter' });
    fireEvent.click(dialog.getByRole('switch', { name: 'Mute this room' }));
    await advance(soonMs);
    const changed = view.hallway.rooms?.list().find(({ name }) => name === 'tea');
    fireEvent.click(dialog.getByRole('button', { name: 'Leave room' }));
    await advance(soonMs);
    expect({ members, changed, dialog: screen.queryByRole('dialog') }).toMatchObject({
      members: ['Me (you)', 'Ana'],
      changed: { topic: 'green', isMuted: true },
      dialog: null,
    });
    press('Join #tea');
    await advance(soonMs);
    expect(field().getAttribute('placeholder')).toBe('Message #tea');
  });
});

describe('joining', () => {
  test('takes a room of others, or a new name in any form, and says why a name is none', async () => {
    view.hallway.inRooms.enter('tea', ana);
    const { advance } = await view.start();
    press('Join a room');
    await advance(soonMs);
    const dialog = within(screen.getByRole('dialog'));
    const name = dialog.getByRole('textbox', { name: 'Name of a room' });
    const hasFocus = document.activeElement === name;
    fireEvent.change(name, { target: { value: 'two words' } });
    fireEvent.submit(name);
    await advance(soonMs);
    const refusal = dialog.getByRole('alert').textContent;
    fireEvent.change(name, { target: { value: '#Lunch' } });
    fireEvent.submit(name);
    await advance(soonMs);
    const opened = field().getAttribute('placeholder');
    press('Join a room');
    await advance(soonMs);
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: /^tea/ }));
    await advance(soonMs);
    expect({ hasFocus, refusal, opened, other: field().getAttribute('placeholder') }).toEqual({
      hasFocus: true,
      refusal: expect.stringContaining('"two words" can\'t be the name of a room.'),
      opened: 'Message #lunch',
      other: 'Message #tea',
    });
  });
});
