import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../test/support/fake-hallway.ts';
import type { FakeHallway } from '../../test/support/fake-hallway.ts';
import { renderHallway } from '../../test/support/render-hallway.tsx';
import type { Rendered } from '../../test/support/render-hallway.tsx';
import { App } from './app.tsx';

const nowMs = Date.UTC(2026, 0, 1, 12);

let hallway: FakeHallway;

beforeEach(() => {
  hallway = createFakeHallway(fakeSelf({ name: 'Noor', note: '' }));
});

afterEach(cleanup);

function renderApp(): Promise<Rendered> {
  return renderHallway(hallway, <App />, { nowMs });
}

function put(number: number, change: Parameters<typeof fakePeer>[1]): void {
  hallway.putPeer(fakePeer(number, { lastSeenMs: nowMs, ...change }));
}

function rows(): (string | null)[] {
  return within(screen.getByRole('listbox'))
    .queryAllByRole('option')
    .map((row) => row.textContent);
}

function rowOf(number: number): HTMLElement {
  const row = document.getElementById(`person-${fakePeerId(number)}`);
  if (row === null) throw new Error(`no row for ${number}`);
  return row;
}

describe('the list', () => {
  test('shows who is here and who was, in sections with their numbers', async () => {
    put(1, { name: 'Ana', host: 'ana-pc', note: 'hello' });
    put(2, { name: 'Bo', host: 'bo-pc' });
    hallway.leave(fakePeerId(2), 'goodbye');
    await renderApp();
    expect([screen.getByText('Here').textContent, screen.getByText('Recently here').textContent, rows()]).toEqual([
      'Here (1)',
      'Recently here (1)',
      ['AOnlineAnanowana-pc · hello', 'BBonowLeft · bo-pc'],
    ]);
  });

  test('follows those who come, change and leave', async () => {
    const { advance } = await renderApp();
    put(1, { name: 'Ana', host: 'a' });
    await advance(100);
    const come = rows();
    put(1, { name: 'Ana', host: 'a', status: 'busy', presence: 'one-way' });
    await advance(100);
    const changed = rows();
    hallway.leave(fakePeerId(1), 'expired');
    await advance(100);
    expect([come, changed, rows()]).toEqual([['AOnlineAnanowa'], ['AOne-wayAnaBusynowOne-waya'], ['AAnanowFell silent · a']]);
  });

  test('last seen ticks without anything being heard', async () => {
    put(1, { name: 'Ana', host: 'a' });
    const { advance } = await renderApp();
    await advance(12_000);
    const seconds = rows();
    await advance(168_000);
    expect([seconds, rows()]).toEqual([['AOnlineAna12 s agoa'], ['AOnlineAna3 min agoa']]);
  });

  test('names and notes are text and nothing else, isolated from what stands around them', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const note = '\u202E<b>evil</b>';
    put(1, { name, note, host: '<script>' });
    await renderApp();
    fireEvent.click(rowOf(1));
    const isolated = screen.getAllByText(name).map((element) => element.tagName);
    expect([document.querySelector('img, script, b'), [...new Set(isolated)], screen.getAllByText(note).length]).toEqual([
      null,
      ['BDI'],
      2,
    ]);
  });

  test('two people of the same name on the same host are told apart by their code', async () => {
    put(1, { name: 'Ana', host: 'shared' });
    put(2, { name: 'Ana', host: 'shared' });
    await renderApp();
    const codes = [1, 2].map((number) => `${fakePeerId(number).slice(0, 4)} ${fakePeerId(number).slice(4, 8)}`);
    expect(
      [1, 2].map((number, index) => within(rowOf(number)).getByText(codes[index] ?? '', { exact: false }).textContent),
    ).toEqual(codes.map((code) => ` · ${code}`));
  });

  test('of a thousand people only a window is drawn', async () => {
    for (let number = 0; number < 1_000; number += 1) put(number, { name: `Person ${String(number).padStart(3, '0')}` });
    await renderApp();
    expect([screen.getByText('Here').textContent, rows().length > 5, rows().length < 40]).toEqual(['Here (1000)', true, true]);
  });
});

describe('keys', () => {
  beforeEach(() => {
    ['Ana', 'Bo', 'Chloé'].forEach((name, index) => put(index, { name }));
  });

  function chosen(): string | undefined {
    return screen.queryByRole('article')?.getAttribute('aria-label')?.replace('About ', '');
  }

  test('arrows, Home and End move through the list', async () => {
    await renderApp();
    const list = screen.getByRole('listbox');
    const path = ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'PageUp'].map((key) => {
      fireEvent.keyDown(list, { key });
      return chosen();
    });
    expect(path).toEqual(['Ana', 'Bo', 'Chloé', 'Chloé', 'Bo', 'Ana', 'Chloé', 'Ana']);
  });

  test('the list says which row is active', async () => {
    await renderApp();
    fireEvent.keyDown(screen.getByRole('listbox'), { key: 'ArrowDown' });
    expect([screen.getByRole('listbox').getAttribute('aria-activedescendant'), rowOf(0).getAttribute('aria-selected')]).toEqual([
      rowOf(0).id,
      'true',
    ]);
  });

  test('/ and Ctrl+K focus the search; arrows and Enter work from there; Escape clears it, then the choice', async () => {
    await renderApp();
    const search = screen.getByRole<HTMLInputElement>('searchbox');
    const focused = [{ key: '/' }, { key: 'k', ctrlKey: true }, { key: 'K', metaKey: true }].map((init) => {
      search.blur();
      fireEvent.keyDown(document.body, init);
      return document.activeElement === search;
    });
    fireEvent.change(search, { target: { value: 'b' } });
    const found = rows().length;
    fireEvent.keyDown(search, { key: 'Enter' });
    const entered = chosen();
    fireEvent.keyDown(search, { key: 'Escape' });
    const cleared = [search.value, chosen()];
    fireEvent.keyDown(search, { key: 'Escape' });
    expect([focused, found, entered, cleared, chosen()]).toEqual([[true, true, true], 1, 'Bo', ['', 'Bo'], undefined]);
  });

  test('/ is a character where somebody types', async () => {
    await renderApp();
    fireEvent.click(screen.getByRole('button', { name: /^Your note/ }));
    const field = screen.getByRole('textbox', { name: 'Your note' });
    fireEvent.keyDown(field, { key: '/' });
    expect(document.activeElement).toBe(field);
  });
});

describe('our own profile', () => {
  function edit(label: string, text: string): HTMLElement {
    fireEvent.click(screen.getByRole('button', { name: new RegExp(`^${label}`) }));
    const field = screen.getByRole('textbox', { name: label });
    fireEvent.change(field, { target: { value: text } });
    return field;
  }

  test('Enter saves and gives the focus back', async () => {
    const { advance } = await renderApp();
    fireEvent.keyDown(edit('Your name', 'Noor Visser'), { key: 'Enter' });
    await advance(100);
    const button = screen.getByRole('button', { name: 'Your name: Noor Visser. Change' });
    expect([hallway.self().name, document.activeElement === button]).toEqual(['Noor Visser', true]);
  });

  test('Escape cancels, and nobody is told', async () => {
    const { advance } = await renderApp();
    fireEvent.keyDown(edit('Your name', 'Other'), { key: 'Escape' });
    await advance(100);
    expect([hallway.self().name, screen.queryByRole('textbox', { name: 'Your name' })]).toEqual(['Noor', null]);
  });

  test('Enter that ends a composition does not save', async () => {
    const { advance } = await renderApp();
    fireEvent.keyDown(edit('Your name', '佐'), { key: 'Enter', isComposing: true });
    await advance(100);
    expect(hallway.self().name).toBe('Noor');
  });

  test('leaving the field saves', async () => {
    const { advance } = await renderApp();
    fireEvent.blur(edit('Your note', 'at lunch'));
    await advance(100);
    expect(hallway.self().note).toBe('at lunch');
  });

  test('a refusal is shown beside the field, which keeps what was typed', async () => {
    const { advance } = await renderApp();
    const field = edit('Your name', 'everyone');
    fireEvent.keyDown(field, { key: 'Enter' });
    await advance(100);
    const alert = screen.getByRole('alert');
    expect([
      alert.textContent,
      field.getAttribute('aria-describedby'),
      (field as HTMLInputElement).value,
      hallway.self().name,
    ]).toEqual(['“everyone” is a name that nobody may take.', alert.id, 'everyone', 'Noor']);
  });

  test('the status is chosen from a menu', async () => {
    const { advance } = await renderApp();
    fireEvent.change(screen.getByRole('combobox', { name: 'Your status' }), { target: { value: 'busy' } });
    await advance(100);
    expect(hallway.self().status).toBe('busy');
  });
});

describe('the network', () => {
  test('when all is well there is one quiet line', async () => {
    hallway.setSelf({
      interfaces: [
        { name: 'eth0', address: 'fe80::1' },
        { name: 'eth0', address: '10.0.0.5' },
        { name: 'wlan0', address: '10.0.1.9' },
      ],
    });
    await renderApp();
    expect([screen.getByRole('contentinfo').textContent, screen.queryByLabelText('Network problems')]).toEqual([
      'On eth0 · 10.0.0.5 and 1 more',
      null,
    ]);
  });

  test('what is wrong is said with its remedy, the worst first', async () => {
    const { advance } = await renderApp();
    hallway.setHealth([
      { code: 'b', severity: 'warning', title: 'Somebody does not hear you', remedy: 'Open the port.', sinceMs: nowMs },
      { code: 'a', severity: 'error', title: 'You look offline', remedy: 'Check the cable.', sinceMs: nowMs },
      { code: 'c', severity: 'info', title: 'An adapter was skipped', remedy: 'Nothing to do.', sinceMs: nowMs },
    ]);
    await advance(100);
    const shown = [...screen.getByLabelText('Network problems').querySelectorAll('h2, p')].map(({ textContent }) => textContent);
    fireEvent.click(screen.getByRole('button', { name: 'Show 1 more' }));
    expect([
      shown,
      screen.getByRole('contentinfo').textContent,
      screen.getByLabelText('Network problems').querySelectorAll('h2, p').length,
    ]).toEqual([
      ['You look offline', 'Check the cable.', 'Somebody does not hear you', 'Open the port.'],
      'On eth0 · 10.0.0.52 problems',
      6,
    ]);
  });

  test('an empty list explains itself', async () => {
    await renderApp();
    expect([screen.getByText('You are the first one here').tagName, screen.getByText(/UDP port 4255/).tagName]).toEqual([
      'H2',
      'P',
    ]);
  });

  test('who is heard one way only is explained with the remedy', async () => {
    put(1, { name: 'Sam', presence: 'one-way' });
    await renderApp();
    fireEvent.click(rowOf(1));
    expect([screen.getByText('You hear them, they do not hear you').tagName, screen.getByText(/UDP port 4255/).tagName]).toEqual([
      'H3',
      'P',
    ]);
  });

  test('a lost link is said, and taken back when it is found again', async () => {
    put(1, { name: 'Ana' });
    const { link, advance } = await renderApp();
    link.close();
    await advance(0);
    const lost = [screen.getByText('Reconnecting…').tagName, rows().length];
    link.open();
    await advance(100);
    expect([lost, screen.queryByText('Reconnecting…')]).toEqual([['STRONG', 1], null]);
  });
});
