import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import {
  ana,
  bo,
  field,
  nowMs,
  row,
  shownTexts,
  soonMs,
  type,
  useConversationView,
} from '../../../../test/fixtures/conversation-view.tsx';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';

const view = useConversationView();

describe('the conversation', () => {
  test('a click on a contact opens its conversation, ready to type', async () => {
    await view.open();
    expect([screen.getByRole('region', { name: 'Conversation with Ana' }).tagName, document.activeElement]).toEqual([
      'SECTION',
      field(),
    ]);
  });

  test('an empty conversation says that messages are encrypted', async () => {
    await view.open();
    expect(screen.getByText(/^Say hi to/).textContent).toContain('Messages go straight to their computer, end-to-end encrypted.');
  });

  test('shows texts exactly as typed, and as plain text', async () => {
    const text = '  <img src=x onerror=alert(1)>\n\n\ttwo  blanks **no** markup';
    view.conversations.receive(ana, text);
    await view.open();
    expect([shownTexts(), document.querySelector('main img')]).toEqual([[text], null]);
  });

  test('web addresses become links without referrer or opener', async () => {
    view.conversations.receive(ana, 'see https://example.com/a.');
    await view.open();
    const link = screen.getByRole<HTMLAnchorElement>('link');
    expect([link.textContent, link.getAttribute('href'), link.target, link.rel]).toEqual([
      'https://example.com/a',
      'https://example.com/a',
      '_blank',
      'noopener noreferrer',
    ]);
  });

  test('shows where a link leads if its host looks like another one', async () => {
    view.conversations.receive(ana, 'https://\u0430pple.com/ or https://apple.com/');
    await view.open();
    expect(shownTexts()).toEqual(['https://\u0430pple.com/ (leads to xn--pple-43d.com) or https://apple.com/']);
  });

  test('collapses a text that fills more than a window until the user expands it', async () => {
    view.conversations.receive(ana, 'x\n'.repeat(100).trim());
    view.conversations.receive(ana, 'x\n'.repeat(10).trim());
    await view.open();
    const folds = (): (string | undefined)[] =>
      [...screen.getByRole('log').querySelectorAll<HTMLElement>('p[dir=auto]')].map(({ dataset }) => dataset['folded']);
    const before = folds();
    fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect([before, folds()]).toEqual([
      ['true', 'false'],
      ['false', 'false'],
    ]);
  });

  test('separates days', async () => {
    view.conversations.receive(ana, 'old', { atMs: nowMs - 26 * 3_600_000 });
    view.conversations.receive(ana, 'new');
    await view.open();
    const lines = [...screen.getByRole('log').querySelectorAll('h3, [role=separator]')];
    expect(lines.map((line) => line.getAttribute('aria-label') ?? line.textContent)).toEqual([
      'Yesterday',
      'New messages',
      'Today',
    ]);
  });

  test('arrows move through the list and keep its focus; Enter moves to the composer', async () => {
    const { advance } = await view.start();
    const list = screen.getByRole('listbox', { name: 'People and rooms' });
    list.focus();
    // The room comes first.
    fireEvent.keyDown(list, { key: 'ArrowDown' });
    fireEvent.keyDown(list, { key: 'ArrowDown' });
    await advance(soonMs);
    const moved = [document.activeElement === list, screen.queryByRole('region', { name: 'Conversation with Ana' }) !== null];
    fireEvent.keyDown(list, { key: 'Enter' });
    await advance(soonMs);
    expect([moved, document.activeElement === field()]).toEqual([[true, true], true]);
  });

  test('accepts messages for a departed peer, and says when they arrive', async () => {
    view.hallway.leave(bo, 'goodbye');
    const { advance } = await view.open(bo);
    const hint = screen.getByText(/is delivered once/).textContent;
    type('see you');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(soonMs);
    expect([hint, screen.getByRole('img', { name: 'Queued' }).title]).toEqual([
      "Bo isn't here. Your message is delivered once you're both here.",
      'Queued: saved here, and sent when they can be reached',
    ]);
  });

  test('shows a contact that is known only from conversations', async () => {
    view.conversations.meet({ peerId: fakePeerId(9), name: 'Ingrid' });
    view.conversations.write(fakePeerId(9), 'bye', { atMs: nowMs - 30 * 86_400_000 });
    const { advance } = await view.start();
    await view.choose(fakePeerId(9), { advance });
    expect([screen.getByText('Earlier').textContent, shownTexts()]).toEqual(['Earlier (1)', ['bye']]);
  });

  test('shows that the contact is typing', async () => {
    const { advance } = await view.open();
    view.conversations.type(ana, true);
    await advance(0);
    const typing = screen.getByText(/is typing/).textContent;
    view.conversations.type(ana, false);
    await advance(0);
    expect([typing, screen.queryByText(/is typing/)]).toEqual(['Ana is typing…', null]);
  });

  test('reads out arriving messages, and not loaded ones', async () => {
    view.conversations.receive(ana, 'before');
    const { advance } = await view.open();
    const spoken = (): (string | null)[] =>
      [...document.querySelectorAll('main p[aria-live=polite].visually-hidden')].map((p) => p.textContent);
    const atStart = spoken();
    view.conversations.receive(ana, 'now');
    await advance(soonMs);
    expect([atStart, spoken(), screen.getByRole('log').getAttribute('aria-live')]).toEqual([[''], ['Ana: now'], 'off']);
  });
});

describe('the announcements', () => {
  function announced(): (string | null)[] {
    return [...document.querySelectorAll('main p[aria-live=polite].visually-hidden > span')].map((part) => part.textContent);
  }

  test('the same text three times is three announcements', async () => {
    const { advance } = await view.open();
    for (let time = 0; time < 3; time += 1) view.conversations.receive(ana, 'ok');
    await advance(soonMs);
    expect(announced()).toEqual(['Ana: ok', 'Ana: ok', 'Ana: ok']);
  });

  test('a new announcement leaves the earlier ones as they are', async () => {
    const { advance } = await view.open();
    view.conversations.receive(ana, 'one');
    await advance(soonMs);
    const [first] = document.querySelectorAll('main p[aria-live=polite].visually-hidden > span');
    view.conversations.receive(ana, 'two');
    await advance(soonMs);
    const [still] = document.querySelectorAll('main p[aria-live=polite].visually-hidden > span');
    expect({ isSame: first === still, announced: announced() }).toEqual({ isSame: true, announced: ['Ana: one', 'Ana: two'] });
  });

  test('a cut text keeps whole characters', async () => {
    const { advance } = await view.open();
    view.conversations.receive(ana, `${'x'.repeat(239)}👍🏽 and more`);
    await advance(soonMs);
    expect(announced()).toEqual([`Ana: ${'x'.repeat(239)}`]);
  });
});

describe('delivery', () => {
  test('each state has a name', async () => {
    for (const state of ['sent', 'delivered', 'read', 'failed', 'cancelled'] as const)
      view.conversations.write(ana, state, { state });
    view.conversations.write(ana, 'queued');
    await view.open();
    expect(
      within(screen.getByRole('log'))
        .getAllByRole('img')
        .map((mark) => mark.getAttribute('aria-label')),
    ).toEqual(['Sent', 'Delivered', 'Read', 'Failed', 'Cancelled', 'Queued']);
  });

  test('marks follow the delivery state', async () => {
    const { messageId } = view.conversations.write(ana, 'x');
    const { advance } = await view.open();
    const seen: (string | null)[] = [];
    for (const state of ['sent', 'delivered', 'read'] as const) {
      view.conversations.setDelivery(messageId, state);
      await advance(0);
      seen.push(within(screen.getByRole('log')).getByRole('img').getAttribute('aria-label'));
    }
    expect(seen).toEqual(['Sent', 'Delivered', 'Read']);
  });

  test('only a queued message can be cancelled', async () => {
    const { messageId } = view.conversations.write(ana, 'no');
    const { advance } = await view.open();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel this message' }));
    await advance(soonMs);
    expect([
      view.conversations.store.get(messageId)?.state,
      screen.getByText('Cancelled').tagName,
      screen.queryByRole('button', { name: 'Cancel this message' }),
    ]).toEqual(['cancelled', 'SPAN', null]);
  });

  test('a failed message shows the reason, and can be sent again', async () => {
    view.conversations.write(ana, 'again', { state: 'failed' });
    const { advance } = await view.open();
    const why = screen.getByText(/refused this message/).textContent;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await advance(soonMs);
    expect([why?.includes("Ana's Hallway refused"), shownTexts()]).toEqual([true, ['again', 'again']]);
  });
});

describe('unread messages', () => {
  test('are counted beside the name and in the title, and read when the end is visible', async () => {
    view.conversations.receive(ana, 'one');
    view.conversations.receive(ana, 'two');
    const { advance } = await view.start();
    const before = [within(row(ana)).getByText('2').textContent, document.title];
    await view.choose(ana, { advance });
    await advance(soonMs);
    expect([
      before,
      within(row(ana)).queryByText(/unread/),
      document.title,
      view.conversations.store.conversations(1)[0]?.unread,
    ]).toEqual([['2 unread', '(2) Hallway'], null, 'Hallway', 0]);
  });

  test('messages that arrive while nobody touches anything stay unread until the next touch', async () => {
    view.conversations.receive(ana, 'before');
    const { advance } = await view.open();
    await advance(150_000);
    view.conversations.receive(ana, 'while nobody is there');
    await advance(soonMs);
    const unread = (): number | undefined => view.conversations.store.conversations(1)[0]?.unread;
    const away = unread();
    fireEvent.pointerMove(document.body);
    await advance(soonMs);
    expect({ away, back: unread() }).toEqual({ away: 1, back: 0 });
  });

  test('messages that arrive without focus stay unread, below a line', async () => {
    view.conversations.receive(ana, 'before');
    const { advance } = await view.open();
    await advance(soonMs);
    view.setFocus(false);
    view.conversations.receive(ana, 'while away');
    await advance(soonMs);
    const away = [within(row(ana)).queryByText(/unread/) !== null, view.conversations.store.conversations(1)[0]?.unread];
    const line = screen.getByRole('separator', { name: 'New messages' });
    view.setFocus(true);
    await advance(soonMs);
    expect([
      away,
      line.isConnected,
      within(row(ana)).queryByText(/unread/),
      view.conversations.store.conversations(1)[0]?.unread,
    ]).toEqual([[true, 1], true, null, 0]);
  });
});
