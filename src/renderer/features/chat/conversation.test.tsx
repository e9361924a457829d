import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeConversations } from '../../../../test/support/fake-conversations.ts';
import type { FakeConversations } from '../../../../test/support/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../../../test/support/fake-hallway.ts';
import type { FakeHallway } from '../../../../test/support/fake-hallway.ts';
import { renderHallway } from '../../../../test/support/render-hallway.tsx';
import type { Rendered } from '../../../../test/support/render-hallway.tsx';
import { App } from '../../app.tsx';

const nowMs = new Date(2026, 0, 2, 12).getTime();
/** From a change in the core to the page: a delta and a frame. */
const soonMs = 100;
/** In which the browser's timers and frames have all run. */
const settledMs = 500;
const ana = fakePeerId(1);
const bo = fakePeerId(2);

let hallway: FakeHallway;
let talk: FakeConversations;
let hasFocus: boolean;

beforeEach(() => {
  localStorage.clear();
  hasFocus = true;
  // The browser's own: the list waits for it before it shows itself, the search before it asks.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame'] });
  vi.spyOn(document, 'hasFocus').mockImplementation(() => hasFocus);
  talk = createFakeConversations({ nowMs });
  hallway = createFakeHallway(fakeSelf(), talk);
  put(1, 'Ana');
  put(2, 'Bo');
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function put(number: number, name: string): void {
  hallway.putPeer(fakePeer(number, { name, lastSeenMs: nowMs }));
  talk.meet({ peerId: fakePeerId(number), name });
}

async function start(): Promise<Rendered> {
  const rendered = await renderHallway(hallway, <App />, { nowMs });
  async function advance(durationMs: number): Promise<void> {
    await rendered.advance(durationMs);
    await act(() => vi.advanceTimersByTimeAsync(settledMs));
    // What the page asked for meanwhile.
    await rendered.advance(0);
  }
  await advance(soonMs);
  return { ...rendered, advance };
}

async function open(peerId = ana): Promise<Rendered> {
  const rendered = await start();
  await choose(peerId, rendered);
  return rendered;
}

async function choose(peerId: string, { advance }: Pick<Rendered, 'advance'>): Promise<void> {
  fireEvent.click(row(peerId));
  await advance(soonMs);
}

function row(peerId: string): HTMLElement {
  const element = document.getElementById(`person-${peerId}`);
  if (element === null) throw new Error(`no row for ${peerId}`);
  return element;
}

function field(): HTMLTextAreaElement {
  return screen.getByRole<HTMLTextAreaElement>('textbox', { name: /^Message to/ });
}

function type(text: string): void {
  fireEvent.change(field(), { target: { value: text } });
}

function texts(): (string | null)[] {
  return [...screen.getByRole('log').querySelectorAll('p[dir=auto]')].map(({ textContent }) => textContent);
}

function setFocus(focus: boolean): void {
  hasFocus = focus;
  act(() => void window.dispatchEvent(new Event(focus ? 'focus' : 'blur')));
}

describe('the conversation', () => {
  test('a click on a person opens it, ready to type', async () => {
    await open();
    expect([screen.getByRole('region', { name: 'Conversation with Ana' }).tagName, document.activeElement]).toEqual([
      'SECTION',
      field(),
    ]);
  });

  test('where nothing was said it says that what will be is safe', async () => {
    await open();
    expect(screen.getByText(/Messages go directly to/).textContent).toContain('encrypted: no server keeps or sees them');
  });

  test('texts are shown exactly as they were typed, and are nothing but text', async () => {
    const text = '  <img src=x onerror=alert(1)>\n\n\ttwo  blanks **no** markup';
    talk.receive(ana, text);
    await open();
    expect([texts(), document.querySelector('main img')]).toEqual([[text], null]);
  });

  test('web addresses are links that give nothing away', async () => {
    talk.receive(ana, 'see https://example.com/a.');
    await open();
    const link = screen.getByRole<HTMLAnchorElement>('link');
    expect([link.textContent, link.getAttribute('href'), link.target, link.rel]).toEqual([
      'https://example.com/a',
      'https://example.com/a',
      '_blank',
      'noopener noreferrer',
    ]);
  });

  test('days are set apart', async () => {
    talk.receive(ana, 'old', { atMs: nowMs - 26 * 3_600_000 });
    talk.receive(ana, 'new');
    await open();
    expect(screen.getAllByRole('separator').map((line) => line.getAttribute('aria-label'))).toEqual([
      'Yesterday',
      'New messages',
      'Today',
    ]);
  });

  test('arrows move through the list without taking the focus from it; Enter goes on to writing', async () => {
    const { advance } = await start();
    const list = screen.getByRole('listbox', { name: 'People' });
    list.focus();
    fireEvent.keyDown(list, { key: 'ArrowDown' });
    await advance(soonMs);
    const moved = [document.activeElement === list, screen.queryByRole('region', { name: 'Conversation with Ana' }) !== null];
    fireEvent.keyDown(list, { key: 'Enter' });
    await advance(soonMs);
    expect([moved, document.activeElement === field()]).toEqual([[true, true], true]);
  });

  test('somebody who left is still written to, and it says when that arrives', async () => {
    hallway.leave(bo, 'goodbye');
    const { advance } = await open(bo);
    const hint = screen.getByText(/will be delivered when/).textContent;
    type('see you');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(soonMs);
    expect([hint, screen.getByRole('img', { name: 'Queued' }).title]).toEqual([
      'What you write will be delivered when Bo is back.',
      'Queued: it is kept here, and goes out when they can be reached',
    ]);
  });

  test('who is only known from conversations is not lost from view', async () => {
    talk.meet({ peerId: fakePeerId(9), name: 'Ingrid' });
    talk.receive(fakePeerId(9), 'bye');
    const { advance } = await start();
    await choose(fakePeerId(9), { advance });
    expect([screen.getByText('Earlier').textContent, texts()]).toEqual(['Earlier (1)', ['bye']]);
  });

  test('somebody who types is said to', async () => {
    const { advance } = await open();
    talk.type(ana, true);
    await advance(0);
    const typing = screen.getByText(/is typing/).textContent;
    talk.type(ana, false);
    await advance(0);
    expect([typing, screen.queryByText(/is typing/)]).toEqual(['Ana is typing…', null]);
  });

  test('what arrives is read out once; what is loaded is not', async () => {
    talk.receive(ana, 'before');
    const { advance } = await open();
    const spoken = (): (string | null)[] =>
      [...document.querySelectorAll('main p[aria-live=polite].visually-hidden')].map((p) => p.textContent);
    const atStart = spoken();
    talk.receive(ana, 'now');
    await advance(soonMs);
    expect([atStart, spoken(), screen.getByRole('log').getAttribute('aria-live')]).toEqual([[''], ['Ana: now'], 'off']);
  });
});

describe('writing', () => {
  test('Enter sends, and the field is free again', async () => {
    const { advance } = await open();
    type('hello\nyou');
    fireEvent.keyDown(field(), { key: 'Enter' });
    const cleared = field().value;
    await advance(soonMs);
    expect([cleared, texts()]).toEqual(['', ['hello\nyou']]);
  });

  test.each([
    ['Shift+Enter begins a line', { shiftKey: true }],
    ['Enter that ends a composition belongs to the input method', { isComposing: true }],
    ['so does one with its code', { keyCode: 229 }],
  ])('%s', async (_what, init) => {
    const { advance } = await open();
    type('佐藤');
    const wasLeftAlone = fireEvent.keyDown(field(), { key: 'Enter', ...init });
    await advance(soonMs);
    expect([wasLeftAlone, field().value, talk.store.history(ana, { limit: 1 })]).toEqual([true, '佐藤', []]);
  });

  test('nothing but blanks is not sent', async () => {
    const { advance } = await open();
    type(' \n ');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(soonMs);
    expect([
      screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled,
      talk.store.history(ana, { limit: 1 }),
    ]).toEqual([true, []]);
  });

  test('drafts stay with their person, and over a reload', async () => {
    const { advance, unmount } = await open();
    type('to Ana');
    await choose(bo, { advance });
    const atBo = field().value;
    await choose(ana, { advance });
    const atAna = field().value;
    await advance(1_000);
    unmount();
    await open();
    expect([atBo, atAna, field().value]).toEqual(['', 'to Ana', 'to Ana']);
  });

  test('what was sent leaves no draft', async () => {
    const { advance, unmount } = await open();
    type('gone');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await advance(1_000);
    unmount();
    await open();
    expect(field().value).toBe('');
  });

  test('a message that is not taken comes back, with why, before what was typed meanwhile', async () => {
    talk.refuse({ code: 'not-kept', message: 'The disk is full.' });
    const { advance } = await open();
    type('precious');
    fireEvent.keyDown(field(), { key: 'Enter' });
    type('next');
    await advance(soonMs);
    const refused = [field().value, screen.getByRole('alert').textContent];
    type('precious');
    expect([refused, screen.queryByRole('alert')]).toEqual([['precious\nnext', 'The disk is full.'], null]);
  });

  test('a message of which nobody can say whether it was taken is given back with that warning', async () => {
    const { link, advance } = await open();
    type('maybe');
    fireEvent.keyDown(field(), { key: 'Enter' });
    link.close();
    await advance(soonMs);
    expect([field().value, screen.getByRole('alert').textContent]).toEqual([
      'maybe',
      'The connection to Hallway was lost. The message may have been taken all the same: look above before you send it again.',
    ]);
  });

  test('what is too long is counted, and stays in the field', async () => {
    const { advance } = await open();
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

  test('that we type is told when it begins, and when it ends', async () => {
    const { advance } = await open();
    type('a');
    type('ab');
    type('');
    await advance(0);
    expect(talk.told.filter((entry) => 'typing' in entry)).toEqual([
      { typing: true, to: ana },
      { typing: false, to: ana },
    ]);
  });
});

describe('delivery', () => {
  test('each state has a name', async () => {
    for (const state of ['sent', 'delivered', 'read', 'failed', 'cancelled'] as const) talk.write(ana, state, { state });
    talk.write(ana, 'queued');
    await open();
    expect(
      within(screen.getByRole('log'))
        .getAllByRole('img')
        .map((mark) => mark.getAttribute('aria-label')),
    ).toEqual(['Sent', 'Delivered', 'Read', 'Failed', 'Cancelled', 'Queued']);
  });

  test('marks follow what becomes of a message', async () => {
    const { messageId } = talk.write(ana, 'x');
    const { advance } = await open();
    const seen: (string | null)[] = [];
    for (const state of ['sent', 'delivered', 'read'] as const) {
      talk.setDelivery(messageId, state);
      await advance(0);
      seen.push(within(screen.getByRole('log')).getByRole('img').getAttribute('aria-label'));
    }
    expect(seen).toEqual(['Sent', 'Delivered', 'Read']);
  });

  test('what is queued can be cancelled, and nothing else', async () => {
    const { messageId } = talk.write(ana, 'no');
    const { advance } = await open();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel this message' }));
    await advance(soonMs);
    expect([
      talk.store.get(messageId)?.state,
      screen.getByText('Cancelled before it was sent').tagName,
      screen.queryByRole('button', { name: 'Cancel this message' }),
    ]).toEqual(['cancelled', 'P', null]);
  });

  test('what failed says why, and can be sent again', async () => {
    talk.write(ana, 'again', { state: 'failed' });
    const { advance } = await open();
    const why = screen.getByText(/Not delivered/).textContent;
    fireEvent.click(screen.getByRole('button', { name: 'Send again' }));
    await advance(soonMs);
    expect([why?.includes('their Hallway will not take it'), texts()]).toEqual([true, ['again', 'again']]);
  });
});

describe('unread', () => {
  test('is counted beside the name and in the title, and read when the end is looked at', async () => {
    talk.receive(ana, 'one');
    talk.receive(ana, 'two');
    const { advance } = await start();
    const before = [within(row(ana)).getByText('2').textContent, document.title];
    await choose(ana, { advance });
    await advance(soonMs);
    expect([before, within(row(ana)).queryByText(/unread/), document.title, talk.store.conversations(1)[0]?.unread]).toEqual([
      ['2 unread', '(2) Hallway'],
      null,
      'Hallway',
      0,
    ]);
  });

  test('what arrives while the window has no focus waits for it, below a line', async () => {
    talk.receive(ana, 'before');
    const { advance } = await open();
    await advance(soonMs);
    setFocus(false);
    talk.receive(ana, 'while away');
    await advance(soonMs);
    const away = [within(row(ana)).queryByText(/unread/) !== null, talk.store.conversations(1)[0]?.unread];
    const line = screen.getByRole('separator', { name: 'New messages' });
    setFocus(true);
    await advance(soonMs);
    expect([away, line.isConnected, within(row(ana)).queryByText(/unread/), talk.store.conversations(1)[0]?.unread]).toEqual([
      [true, 1],
      true,
      null,
      0,
    ]);
  });
});

describe('search', () => {
  beforeEach(() => {
    talk.receive(ana, 'The José report');
    talk.write(ana, 'thanks', { state: 'read' });
    talk.receive(bo, 'another report');
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

  test('Ctrl+F searches this conversation, with the words marked', async () => {
    const rendered = await open();
    await search('jose', rendered);
    expect([found(), document.querySelector('mark')?.textContent, document.activeElement?.getAttribute('role')]).toEqual([
      ['The José report'],
      'José',
      'searchbox',
    ]);
  });

  test('all conversations when asked', async () => {
    const rendered = await open();
    await search('report', rendered);
    const here = found();
    fireEvent.click(screen.getByRole('checkbox', { name: 'All conversations' }));
    await rendered.advance(soonMs);
    expect([here, found()]).toEqual([['The José report'], ['another report', 'The José report']]);
  });

  test('Enter shows the message among its neighbours; Escape goes back to the results, and then to the conversation', async () => {
    const rendered = await open();
    await search('report', rendered);
    const box = screen.getByRole('searchbox', { name: 'Search messages' });
    fireEvent.keyDown(box, { key: 'Enter' });
    await rendered.advance(soonMs);
    const context = [texts(), document.querySelector('[data-target=true] p')?.textContent];
    fireEvent.keyDown(box, { key: 'Escape' });
    const results = found();
    fireEvent.keyDown(box, { key: 'Escape' });
    await rendered.advance(soonMs);
    expect([context, results, screen.queryByRole('searchbox', { name: 'Search messages' }), texts()]).toEqual([
      [['The José report', 'thanks'], 'The José report'],
      ['The José report'],
      null,
      ['The José report', 'thanks'],
    ]);
  });

  test('a word that was never said finds nothing, and says so', async () => {
    const rendered = await open();
    await search('zebra', rendered);
    expect([found(), screen.getByText('Nothing was said with these words.').tagName]).toEqual([[], 'P']);
  });
});

describe('trust', () => {
  function dialog(): HTMLElement {
    return screen.getByRole('dialog');
  }

  test('a known name with another key is warned of, until the codes were compared', async () => {
    talk.meet({ peerId: fakePeerId(50), name: 'Ana', firstSeenMs: nowMs - 1_000_000 });
    const { advance } = await open();
    const warning = screen.getByRole('region', { name: 'Another key' }).textContent;
    fireEvent.click(screen.getByRole('button', { name: 'Compare codes' }));
    const code = within(dialog()).getByLabelText('Safety code').textContent?.trim();
    fireEvent.click(within(dialog()).getByRole('button', { name: 'They match' }));
    await advance(soonMs);
    expect([
      warning?.startsWith('Not the key of the Ana whom you knew'),
      code,
      screen.queryByRole('region', { name: 'Another key' }),
      screen.queryByRole('dialog'),
      talk.store.knownPeer(ana)?.verified,
      within(screen.getByRole('region', { name: /^Conversation/ })).getByLabelText('Verified').tagName,
    ]).toEqual([true, talk.people.safetyCode(ana), null, null, true, 'svg']);
  });

  test('blocking is asked for twice, folds the person away, and can be taken back', async () => {
    const { advance } = await open();
    fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    await advance(soonMs);
    fireEvent.click(screen.getByRole('button', { name: 'Block' }));
    const before = talk.store.knownPeer(ana)?.blocked;
    fireEvent.click(within(dialog()).getByRole('button', { name: 'Block' }));
    await advance(soonMs);
    const blocked = [talk.store.knownPeer(ana)?.blocked, document.getElementById(`person-${ana}`)];
    fireEvent.click(screen.getByRole('button', { name: 'Blocked (1)' }));
    await choose(ana, { advance });
    const field_ = screen.queryByRole('textbox', { name: /^Message to/ });
    fireEvent.click(screen.getByRole('button', { name: 'Unblock' }));
    await advance(soonMs);
    expect([before, blocked, field_, talk.store.knownPeer(ana)?.blocked, field().tagName]).toEqual([
      false,
      [true, null],
      null,
      false,
      'TEXTAREA',
    ]);
  });

  test('history is deleted only after a question', async () => {
    talk.receive(ana, 'secret');
    const { advance } = await open();
    fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    await advance(soonMs);
    fireEvent.click(screen.getByRole('button', { name: 'Clear history' }));
    const before = talk.store.history(ana, { limit: 5 }).length;
    fireEvent.click(within(dialog()).getByRole('button', { name: 'Clear history' }));
    await advance(soonMs);
    expect([before, talk.store.history(ana, { limit: 5 }).length, screen.queryByRole('dialog')]).toEqual([1, 0, null]);
  });

  test('the details lie behind a button, and Escape leads back', async () => {
    const { advance, store } = await open();
    fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    await advance(soonMs);
    const details = screen.getByRole('article', { name: 'About Ana' }).tagName;
    act(() => store.goBack());
    expect([details, screen.queryByRole('article'), field().tagName]).toEqual(['ARTICLE', null, 'TEXTAREA']);
  });
});
