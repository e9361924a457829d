import { say } from '../../../shared/text/messages/host.ts';
import { refuse } from '../../../shared/text/messages/problem-values.ts';
import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { ana, bo, field, shownTexts, soonMs, type, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import { conversationOf } from '../../../shared/lib/ids.ts';

const view = useConversationView();

describe('the composer', () => {
  test('Enter sends and clears the field', async () => {
    const { advance } = await view.open();
    type('hello\nyou');
    fireEvent.keyDown(field(), { key: 'Enter' });
    const cleared = field().value;
    await advance(soonMs);
    expect([cleared, shownTexts()]).toEqual(['', ['hello\nyou']]);
  });

  test.each([
    ['Shift+Enter begins a line', { shiftKey: true }],
    ['Enter that ends a composition belongs to the input method', { isComposing: true }],
    ['so does one with its code', { keyCode: 229 }],
  ])('%s', async (_what, init) => {
    const { advance } = await view.open();
    type('佐藤');
    const wasLeftAlone = fireEvent.keyDown(field(), { key: 'Enter', ...init });
    await advance(soonMs);
    expect([wasLeftAlone, field().value, view.conversations.store.history(conversationOf(ana), { limit: 1 })]).toEqual([
      true,
      '佐藤',
      [],
    ]);
  });

  test.each([
    ['blanks', ' \n '],
    ['a zero width space', '\u200b'],
  ])('nothing but %s is not sent', async (_, text) => {
    const { advance } = await view.open();
    type(text);
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(soonMs);
    expect([
      screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled,
      view.conversations.store.history(conversationOf(ana), { limit: 1 }),
    ]).toEqual([true, []]);
  });

  test('a draft stays with its contact, also over a reload', async () => {
    const { advance, unmount } = await view.open();
    type('to Ana');
    await view.choose(bo, { advance });
    const atBo = field().value;
    await view.choose(ana, { advance });
    const atAna = field().value;
    await advance(1_000);
    unmount();
    await view.open();
    expect([atBo, atAna, field().value]).toEqual(['', 'to Ana', 'to Ana']);
  });

  test('sending removes the draft', async () => {
    const { advance, unmount } = await view.open();
    type('gone');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(1_000);
    unmount();
    await view.open();
    expect(field().value).toBe('');
  });

  test('restores a refused message with the reason, before text typed meanwhile', async () => {
    view.conversations.refuse(refuse('not-kept'));
    const { advance } = await view.open();
    type('precious');
    fireEvent.keyDown(field(), { key: 'Enter' });
    type('next');
    await advance(soonMs);
    const refused = [field().value, screen.getByRole('alert').textContent];
    type('precious');
    expect([refused, screen.queryByRole('alert')]).toEqual([['precious\nnext', say('refusal.not-kept')], null]);
  });

  test('restores a message with an unknown outcome, and warns that it may have been sent', async () => {
    const { link, advance } = await view.open();
    type('maybe');
    fireEvent.keyDown(field(), { key: 'Enter' });
    link.close();
    await advance(soonMs);
    expect([field().value, screen.getByRole('alert').textContent]).toEqual([
      'maybe',
      'The connection to Hallway was lost. The message may have been sent anyway: check above before you send it again.',
    ]);
  });

  test('counts the bytes of a text that is too long, and keeps it in the field', async () => {
    const { advance } = await view.open();
    type('é'.repeat(8_100));
    const scarce = screen.getByText(/bytes left/).textContent;
    type('é'.repeat(8_200));
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(soonMs);
    expect([
      scarce,
      screen.getByText(/too long/).textContent,
      field().getAttribute('aria-invalid'),
      field().value.length,
    ]).toEqual(['184 bytes left', '16 bytes too long. Shorten it or send it in parts.', 'true', 8_200]);
  });

  test('reads out the room that is left at a few limits only, and shows every byte', async () => {
    await view.open();
    const read: string[] = [];
    const shown = new Set<string | null>();
    for (let left = 1_100; left >= -60; left -= 20) {
      type('x'.repeat(16_384 - left));
      const live = document.querySelector('[data-room-read]')?.textContent ?? '';
      if (live !== (read.at(-1) ?? '')) read.push(live);
      shown.add(document.querySelector('[data-over]')?.textContent ?? null);
    }
    expect({ read, isShownEach: shown.size > 50, isShownLive: document.querySelector('[data-over][aria-live]') }).toEqual({
      read: [
        'Room for fewer than 1,000 bytes',
        'Room for fewer than 500 bytes',
        'Room for fewer than 100 bytes',
        'Too long to send',
      ],
      isShownEach: true,
      isShownLive: null,
    });
  });

  test('signals when typing begins and ends', async () => {
    const { advance } = await view.open();
    type('a');
    type('ab');
    type('');
    await advance(0);
    expect(view.conversations.emitted.filter((entry) => 'typing' in entry)).toEqual([
      { typing: true, to: ana },
      { typing: false, to: ana },
    ]);
  });
});
