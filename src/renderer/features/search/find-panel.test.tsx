import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { ana, bo, shownTexts, soonMs, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';

const view = useConversationView();

describe('search', () => {
  beforeEach(() => {
    view.conversations.receive(ana, 'The José report');
    view.conversations.write(ana, 'thanks', { state: 'read' });
    view.conversations.receive(bo, 'another report');
  });

  async function search(text: string, { advance }: Rendered): Promise<void> {
    fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
    fireEvent.change(screen.getByRole('searchbox', { name: 'Search messages' }), { target: { value: text } });
    await advance(soonMs);
  }

  function found(): string[] {
    return within(screen.getByRole('listbox', { name: 'Messages found' }))
      .queryAllByRole('option')
      .map((option) => option.lastElementChild?.textContent ?? '');
  }

  test('Ctrl+F searches this conversation and marks the matches', async () => {
    const rendered = await view.open();
    await search('jose', rendered);
    expect([found(), document.querySelector('mark')?.textContent, document.activeElement?.getAttribute('role')]).toEqual([
      ['The José report'],
      'José',
      'searchbox',
    ]);
  });

  test('Ctrl+F works by its place on a keyboard without Latin letters', async () => {
    await view.open();
    fireEvent.keyDown(document.body, { key: 'а', code: 'KeyF', ctrlKey: true });
    expect(document.activeElement).toBe(screen.getByRole('searchbox', { name: 'Search messages' }));
  });

  test.each([{ isComposing: true }, { keyCode: 229 }])('an Enter that ends a composition opens no result: %j', async (mark) => {
    const rendered = await view.open();
    await search('jose', rendered);
    fireEvent.keyDown(screen.getByRole('searchbox', { name: 'Search messages' }), { key: 'Enter', ...mark });
    await rendered.advance(soonMs);
    expect(found()).toEqual(['The José report']);
  });

  test.each([{ isComposing: true }, { keyCode: 229 }])('nor does it choose a contact in the list: %j', async (mark) => {
    await view.start();
    const list = screen.getByRole('searchbox', { name: 'Search people and rooms' });
    fireEvent.change(list, { target: { value: 'Bo' } });
    fireEvent.keyDown(list, { key: 'Enter', ...mark });
    expect(screen.queryByRole('region', { name: 'Conversation with Bo' })).toBeNull();
  });

  test('searches all conversations on demand', async () => {
    const rendered = await view.open();
    await search('report', rendered);
    const here = found();
    fireEvent.click(screen.getByRole('checkbox', { name: 'All conversations' }));
    await rendered.advance(soonMs);
    expect([here, found()]).toEqual([['The José report'], ['another report', 'The José report']]);
  });

  test('Enter shows the message in context; Escape returns to the results, then to the conversation', async () => {
    const rendered = await view.open();
    await search('report', rendered);
    const box = screen.getByRole('searchbox', { name: 'Search messages' });
    fireEvent.keyDown(box, { key: 'Enter' });
    await rendered.advance(soonMs);
    const context = [shownTexts(), document.querySelector('[data-target=true] p')?.textContent];
    fireEvent.keyDown(box, { key: 'Escape' });
    const results = found();
    fireEvent.keyDown(box, { key: 'Escape' });
    await rendered.advance(soonMs);
    expect([context, results, screen.queryByRole('searchbox', { name: 'Search messages' }), shownTexts()]).toEqual([
      [['The José report', 'thanks'], 'The José report'],
      ['The José report'],
      null,
      ['The José report', 'thanks'],
    ]);
  });

  test('shows that a search found nothing', async () => {
    const rendered = await view.open();
    await search('zebra', rendered);
    expect([found(), screen.getByText('No messages contain these words.').tagName]).toEqual([[], 'P']);
  });
});
