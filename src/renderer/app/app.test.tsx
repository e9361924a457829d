import { say } from '../../shared/text/messages/page.ts';
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import type { FakeHallway } from '../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../test/fixtures/render-hallway.tsx';
import type { Rendered } from '../../../test/fixtures/render-hallway.tsx';
import { App } from './app.tsx';
import { lookingMs } from './use-looking.ts';
import { readableCodeOf } from '../../shared/text/contact-text.ts';

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
  const row = document.getElementById(`contact-${fakePeerId(number)}`);
  if (row === null) throw new Error(`no row for ${number}`);
  return row;
}

describe('the contact list', () => {
  test('shows peers that are here and peers that left, in sections with counts', async () => {
    put(1, { name: 'Ana', host: 'ana-pc', note: 'hello' });
    put(2, { name: 'Bo', host: 'bo-pc' });
    hallway.leave(fakePeerId(2), 'goodbye');
    await renderApp();
    const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(nowMs);
    expect([screen.getByText('Here').textContent, screen.getByText('Recently here').textContent, rows()]).toEqual([
      'Here (1)',
      'Recently here (1)',
      ['AAvailableAnahello', `BBoLeft${clockTime}`],
    ]);
  });

  test('follows peers that join, change and leave', async () => {
    const { advance } = await renderApp();
    put(1, { name: 'Ana', host: 'a' });
    await advance(100);
    const come = rows();
    put(1, { name: 'Ana', host: 'a', status: 'busy', presence: 'one-way' });
    await advance(100);
    const changed = rows();
    hallway.leave(fakePeerId(1), 'expired');
    await advance(100);
    expect([come, changed, rows()]).toEqual([
      ['AAvailableAna'],
      ["ABusy, Can't receiveAnaCan't receive"],
      [expect.stringContaining('AAnaLost contact')],
    ]);
  });

  test('[A11Y-3] nothing in the name of a row changes while time passes', async () => {
    put(1, { name: 'Ana', host: 'a' });
    const { advance } = await renderApp();
    const before = rows();
    await advance(180_000);
    expect(rows()).toEqual(before);
  });

  test('names and notes render as plain text, isolated from the text around them', async () => {
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

  test('marks a peer with a confusable name, with its computer in the list and its code in the details', async () => {
    put(1, { name: 'Ana', host: 'a' });
    put(2, { name: 'ana', host: 'b' });
    put(3, { name: 'Αna', host: 'c' });
    put(4, { name: 'Bo', host: 'd' });
    await renderApp();
    const marked = rows();
    fireEvent.click(rowOf(3));
    const details = within(screen.getByRole('article'));
    expect([marked, details.getByText('Look-alike').title, details.getByText(readableCodeOf(fakePeerId(3))).tagName]).toEqual([
      ['AAvailableAnaa', 'AAvailableanab', 'BAvailableBo', 'ΑAvailableΑnaLook-alikec'],
      'This name looks like another one. The code tells them apart.',
      'SPAN',
    ]);
  });

  test('[WIRE-7] an invisible or endless name is still one short line to click', async () => {
    put(1, { name: '\u200B\u202E\u2066', host: 'a' });
    put(2, { name: 'W'.repeat(100_000), host: 'b' });
    await renderApp();
    fireEvent.click(rowOf(1));
    const unseen = screen.getByRole('article').getAttribute('aria-label');
    fireEvent.click(rowOf(2));
    const [, endless] = [rowOf(1), rowOf(2)].map((row) => row.querySelector('bdi')?.textContent ?? '');
    expect([
      rowOf(1).querySelector('bdi')?.textContent,
      unseen,
      endless,
      screen.getByRole('heading', { level: 2 }).textContent,
    ]).toEqual(['Unnamed', 'About Unnamed', `${'W'.repeat(120)}…`, `${'W'.repeat(120)}…`]);
  });

  test('renders only a window of a thousand contacts', async () => {
    for (let number = 0; number < 1_000; number += 1) put(number, { name: `Person ${String(number).padStart(3, '0')}` });
    await renderApp();
    expect([screen.getByText('Here').textContent, rows().length > 5, rows().length < 40]).toEqual(['Here (1000)', true, true]);
  });
});

describe('keyboard', () => {
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

  test('the list exposes its active row', async () => {
    await renderApp();
    fireEvent.keyDown(screen.getByRole('listbox'), { key: 'ArrowDown' });
    expect([screen.getByRole('listbox').getAttribute('aria-activedescendant'), rowOf(0).getAttribute('aria-selected')]).toEqual([
      rowOf(0).id,
      'true',
    ]);
  });

  test('/ focuses the search, where arrows and Enter work; Escape clears it, then the selection', async () => {
    await renderApp();
    const search = screen.getByRole<HTMLInputElement>('searchbox');
    const focused = [{ key: '/' }, { key: '/', shiftKey: true }].map((init) => {
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
    expect([focused, found, entered, cleared, chosen()]).toEqual([[true, true], 1, 'Bo', ['', 'Bo'], undefined]);
  });

  test('Alt+Left and Alt+Right navigate back and forward, Escape returns to the list', async () => {
    const { advance } = await renderApp();
    const press = (key: string, altKey = false): string => {
      fireEvent.keyDown(document.activeElement ?? document.body, { key, altKey });
      return screen.queryByRole('region', { name: 'Network' }) === null ? (chosen() ?? 'nobody') : 'the network';
    };
    fireEvent.click(rowOf(0));
    fireEvent.click(rowOf(1));
    fireEvent.keyDown(document.body, { key: 'i', ctrlKey: true });
    await advance(100);
    const back = [press('ArrowLeft', true), press('ArrowLeft', true), press('ArrowLeft', true), press('ArrowLeft', true)];
    const forward = [press('ArrowRight', true), press('ArrowRight', true), press('ArrowRight', true)];
    const escaped = press('Escape');
    fireEvent.keyDown(screen.getByRole('listbox'), { key: 'Escape' });
    expect({ back, forward, escaped, last: chosen() }).toEqual({
      back: ['Bo', 'Ana', 'nobody', 'nobody'],
      forward: ['Ana', 'Bo', 'the network'],
      escaped: 'Bo',
      last: undefined,
    });
  });

  test('with nothing to go back to, Alt+Left is left to the browser', async () => {
    await renderApp();
    expect(fireEvent.keyDown(document.body, { key: 'ArrowLeft', altKey: true })).toBe(true);
  });

  test('/ is an ordinary character in a text field', async () => {
    await renderApp();
    fireEvent.click(screen.getByRole('button', { name: /^Your profile/ }));
    fireEvent.click(screen.getByRole('button', { name: /^Your note/ }));
    const field = screen.getByRole('textbox', { name: 'Your note' });
    fireEvent.keyDown(field, { key: '/' });
    expect(document.activeElement).toBe(field);
  });
});

describe('network problems', () => {
  test('[LIST-12] the network strip is there only while something is wrong', async () => {
    const strip = (): HTMLElement | null => screen.queryByRole('button', { name: /^On eth0/ });
    hallway.setSelf({
      interfaces: [
        { name: 'eth0', address: 'fe80::1' },
        { name: 'eth0', address: '10.0.0.5' },
        { name: 'wlan0', address: '10.0.1.9' },
      ],
    });
    const { advance } = await renderApp();
    const well = [strip(), screen.queryByLabelText('Network problems')];
    hallway.setHealth([{ code: 'interface-failed', severity: 'warning', values: { adapters: ['wlan0'] }, sinceMs: nowMs }]);
    await advance(100);
    expect([well, strip()?.textContent]).toEqual([[null, null], 'On eth0 · 10.0.0.5 and 1 more1 problem']);
  });

  test('[LIST-13] shows the most severe problem with its remedy, and the others on request', async () => {
    const { advance } = await renderApp();
    hallway.setHealth([
      { code: 'interface-failed', severity: 'warning', values: { adapters: ['wlan0'] }, sinceMs: nowMs },
      { code: 'no-network', severity: 'error', values: {}, sinceMs: nowMs },
      { code: 'strangers-wait', severity: 'info', values: {}, sinceMs: nowMs },
    ]);
    await advance(100);
    const shown = [...screen.getByLabelText('Network problems').querySelectorAll('h2, p')].map(({ textContent }) => textContent);
    fireEvent.click(screen.getByRole('button', { name: '2 more' }));
    expect([
      shown,
      screen.getByRole('button', { name: /problems/ }).textContent,
      screen.getByLabelText('Network problems').querySelectorAll('h2, p').length,
    ]).toEqual([[say('health.no-network.title'), say('health.no-network.remedy')], 'On eth0 · 10.0.0.52 problems', 6]);
  });

  test('[DOUBT-1] while we look offline, no peer is shown as live: grey dots and the time of the list', async () => {
    put(1, { name: 'Ana', host: 'a', lastSeenMs: nowMs - 60_000 });
    put(2, { name: 'Bo', host: 'b', lastSeenMs: nowMs - 90_000, presence: 'suspect' });
    const { advance } = await renderApp();
    hallway.setHealth([{ code: 'looks-offline', severity: 'warning', values: {}, sinceMs: nowMs - 40_000 }]);
    await advance(100);
    const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(nowMs - 60_000);
    const frozen = [rows(), screen.getByText(/^Here at/).textContent, screen.getByText('Last seen here: 2 people').tagName];
    fireEvent.click(rowOf(1));
    const details = screen.getByRole('article').textContent;
    hallway.setHealth([]);
    await advance(100);
    expect([frozen, details?.includes('Unknown right now'), rows()]).toEqual([
      [['AWas hereAna', 'BWas hereBo'], `Here at ${time} (2)`, 'H2'],
      true,
      ['AAvailableAna', 'BAvailable, Not respondingBo'],
    ]);
  });

  test('the details of a peer mention that it is reached by unicast only', async () => {
    put(1, { name: 'Sam', host: 'a' });
    hallway.setDiagnostics({ peers: hallway.diagnostics.read().peers.map((peer) => ({ ...peer, unicastOnly: true })) });
    const { advance } = await renderApp();
    fireEvent.click(rowOf(1));
    await advance(100);
    expect([rows(), screen.getByText(/^Directly/).tagName]).toEqual([['SAvailableSam'], 'DD']);
  });

  test('[LIST-11] looks for people before it says that no one is here, then invites and shows what the doctor found', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      hallway.setSelf({ host: 'noor-mbp' });
      const { advance } = await renderApp();
      const titles = (): (string | null)[] => screen.getAllByRole('heading', { level: 2 }).map(({ textContent }) => textContent);
      const first = titles();
      const seenAs = screen.getByText(/^People here will see you as/).textContent;
      await act(() => vi.advanceTimersByTimeAsync(lookingMs - 1));
      const before = titles();
      await act(() => vi.advanceTimersByTimeAsync(1));
      await advance(100);
      const invitation = within(screen.getByRole('region', { name: 'Invite a colleague' }));
      expect({ first, seenAs, before, after: titles() }).toEqual({
        first: ['Looking for people on this network…'],
        seenAs: 'People here will see you as Noor on noor-mbp. Change',
        before: first,
        after: ["You're the first one here"],
      });
      expect([
        invitation.getByText(/10\.0\.0\.5:50000/).tagName,
        invitation.getByRole('img', { name: 'QR code of the invitation' }).tagName,
        within(screen.getByRole('region', { name: 'Findings about your network' })).getAllByRole('heading').length > 0,
      ]).toEqual(['P', 'svg', true]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('explains a one-way peer and shows the remedy', async () => {
    put(1, { name: 'Sam', presence: 'one-way' });
    await renderApp();
    fireEvent.click(rowOf(1));
    expect([
      screen.getByText("They can't receive from you").tagName,
      screen.getByText(/let Hallway receive from the local network/).tagName,
    ]).toEqual(['H3', 'P']);
  });

  test('shows a lost link, and hides the banner when the link is back', async () => {
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
