/** Private rooms on the page: creating, inviting, answering, removing. */
import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { ana, bo, nowMs, shownTexts, soonMs, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';

const view = useConversationView();

beforeEach(() => view.hallway.inRooms.setTime(nowMs));

const press = (name: string | RegExp): void => void fireEvent.click(screen.getByRole('button', { name }));
const dialog = (): HTMLElement => screen.getByRole('dialog');
const choose = (name: RegExp): void => void fireEvent.click(screen.getByRole('option', { name }));
const roomOf = (title: string) => view.hallway.rooms?.list().find((room) => room.private?.title === title);

async function create(rendered: Rendered, title: string, ...names: readonly RegExp[]): Promise<void> {
  press('Join a room');
  press(/^New private room/);
  fireEvent.change(screen.getByRole('textbox', { name: 'Title' }), { target: { value: title } });
  for (const name of names) fireEvent.click(screen.getByRole('checkbox', { name }));
  press('Create');
  await rendered.advance(soonMs);
}

describe('a private room', () => {
  test('is created with a title and people, and says what it promises', async () => {
    const rendered = await view.start();
    await create(rendered, 'Party', /Ana/);
    expect(roomOf('Party')?.private).toMatchObject({ people: [view.hallway.profile.self().peerId, ana] });
    const page = screen.getByRole('region', { name: 'Room Party' });
    expect(within(page).getByRole('heading', { level: 2 }).textContent).toBe('Party');
    expect(within(page).getByRole('note').textContent).toContain(
      'Members only, end-to-end encrypted. If you remove someone, they keep what they already have.',
    );
    expect(screen.getAllByRole('img', { name: 'Private room' })).not.toHaveLength(0);
  });

  test('lets an admin add and remove people, name an admin, and change the title', async () => {
    const rendered = await view.start();
    await create(rendered, 'Party', /Ana/);
    press(/Members and settings$/);
    press('Add people');
    fireEvent.click(within(dialog()).getByRole('checkbox', { name: /Bo/ }));
    press('Add');
    await rendered.advance(soonMs);
    const own = view.hallway.profile.self().peerId;
    expect(roomOf('Party')?.private?.people).toEqual([own, ana, bo]);
    fireEvent.click(within(dialog()).getAllByRole('button', { name: 'Make admin' })[1] as HTMLElement);
    await rendered.advance(soonMs);
    press(/^Remove Ana/);
    await rendered.advance(soonMs);
    expect(roomOf('Party')?.private).toMatchObject({ people: [own, bo], admins: [own, bo] });
  });

  test('that somebody invites to waits for an answer', async () => {
    const self = view.hallway.profile.self().peerId;
    view.hallway.inRooms.invite('Plans', ana, [self, bo]);
    const rendered = await view.start();
    choose(/Plans/);
    await rendered.advance(soonMs);
    const page = screen.getByRole('region', { name: 'Room Plans' });
    expect(page.textContent).toMatch(/Ana\S* .*invites you to this private room/u);
    press('Accept');
    await rendered.advance(soonMs);
    expect(roomOf('Plans')).toMatchObject({ isJoined: true, private: { standing: 'member' } });
    expect(screen.getByRole('textbox', { name: /Plans/ })).toBeDefined();
  });

  test('whose invitation is declined is gone, and its sender can be blocked', async () => {
    view.hallway.inRooms.invite('Plans', ana, [view.hallway.profile.self().peerId]);
    const rendered = await view.start();
    choose(/Plans/);
    await rendered.advance(soonMs);
    press(/^Decline and block/);
    await rendered.advance(soonMs);
    expect({ room: roomOf('Plans'), blocked: view.hallway.contacts?.get(ana)?.blocked }).toEqual({
      room: undefined,
      blocked: true,
    });
  });

  test('that removed the user keeps its messages to read, and takes no new ones', async () => {
    const { inRooms } = view.hallway;
    const name = inRooms.invite('Plans', ana, [view.hallway.profile.self().peerId]);
    await view.hallway.rooms?.join(name);
    inRooms.hear(name, ana, 'for us');
    inRooms.expel(name, ana);
    const rendered = await view.start();
    choose(/Plans/);
    await rendered.advance(soonMs);
    expect(shownTexts()).toEqual(['for us']);
    expect(screen.queryByRole('textbox', { name: /Message/ })).toBeNull();
    expect(screen.getByRole('note').textContent).toMatch(/removed you from Plans\. You keep the messages you already have/u);
    press('Remove from list');
    await rendered.advance(soonMs);
    expect(roomOf('Plans')).toBeUndefined();
  });

  test('is offered with the people of a public room', async () => {
    view.hallway.inRooms.enter('tea', ana, bo);
    await view.hallway.rooms?.join('tea');
    const rendered = await view.start();
    choose(/^tea/);
    await rendered.advance(soonMs);
    press(/Members and settings$/);
    press('New private room with these people');
    const picked = within(dialog()).getAllByRole('checkbox', { checked: true });
    expect(picked).toHaveLength(2);
  });
});
