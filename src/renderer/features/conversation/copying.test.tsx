import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { ana, field, nowMs, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';

const view = useConversationView();
const dayMs = 86_400_000;

/** The date and time in a line, in the time zone of the tests. */
function timeText(atMs: number): string {
  return new Date(atMs).toLocaleString('sv-SE');
}

/** Copies like a browser. @returns the text for the clipboard; `undefined` if the page left it to the browser */
function copyFrom(element: Element): string | undefined {
  const written = new Map<string, string>();
  const event = new Event('copy', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { setData: (type: string, text: string) => void written.set(type, text) } });
  act(() => void element.dispatchEvent(event));
  return event.defaultPrevented ? (written.get('text/plain') ?? '') : undefined;
}

function selectAll(): void {
  act(() => screen.getByRole('log').focus());
  fireEvent.keyDown(screen.getByRole('log'), { key: 'a', ctrlKey: true });
}

function notice(): string | undefined {
  return screen.getAllByRole('status').find(({ textContent }) => /cop/iu.test(textContent ?? ''))?.textContent ?? undefined;
}

/** More than the page loads at first. */
async function openMany(): Promise<Rendered> {
  for (let number = 1; number <= 500; number += 1) view.conversations.receive(ana, `message ${number}`);
  return view.open();
}

describe('copying', () => {
  test('of all messages has times and names, both times where clocks differ, and no state or day', async () => {
    view.conversations.receive(ana, 'from tomorrow', { atMs: nowMs - dayMs, sentAtMs: nowMs });
    view.conversations.write(ana, 'two\nlines', { atMs: nowMs, state: 'failed' });
    await view.open();
    selectAll();
    const [earlier, now] = [timeText(nowMs - dayMs), timeText(nowMs)];
    expect({ copied: copyFrom(screen.getByRole('log')), notice: notice() }).toEqual({
      copied: `${earlier} (sent ${now}) Ana: from tomorrow\n${now} Me (failed): two\n    lines`,
      notice: '2 messages copied',
    });
  });

  test('marks the selected messages until a press elsewhere', async () => {
    view.conversations.receive(ana, 'one');
    view.conversations.receive(ana, 'two');
    await view.open();
    const selected = (): (string | undefined)[] =>
      [...document.querySelectorAll<HTMLElement>('[data-cursor]')].map(({ dataset }) => dataset['selected']);
    selectAll();
    const during = selected();
    fireEvent.mouseDown(field());
    // As browsers do at that press.
    document.getSelection()?.removeAllRanges();
    expect({ during, after: selected(), copied: copyFrom(screen.getByRole('log')) }).toEqual({
      during: ['true', 'true'],
      after: ['false', 'false'],
      copied: undefined,
    });
  });

  test('leaves fields alone, whatever is selected in the messages', async () => {
    view.conversations.receive(ana, 'one');
    await view.open();
    selectAll();
    const isHandled = !fireEvent.keyDown(field(), { key: 'a', ctrlKey: true });
    expect({ isHandled, copied: copyFrom(field()) }).toEqual({ isHandled: false, copied: undefined });
  });

  test('fetches the messages that the page does not hold, and says when it could not', async () => {
    const { advance, link } = await openMany();
    selectAll();
    expect([copyFrom(screen.getByRole('log')), notice()]).toEqual(['', 'Copying messages…']);
    link.close();
    await advance(0);
    expect(notice()).toBe("These messages couldn't be copied. The connection to Hallway was lost.");
  });
});
