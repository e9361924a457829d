import { say as sayHost } from '../../../shared/text/messages/host.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { finding } from '../../../shared/text/messages/problem-values.ts';
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFakeHallway, fakeInterface, fakePeer, fakePeerId, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import type { FakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';
import { App } from '../../app/app.tsx';
import { diagnosticsIntervalMs } from '../../state/diagnostics-poller.ts';

const nowMs = Date.UTC(2026, 0, 1, 12);
/** Lets a change in the core reach the page: a delta and a frame. */
const soonMs = 100;

let hallway: FakeHallway;

beforeEach(() => {
  hallway = createFakeHallway(fakeSelf({ name: 'Noor' }));
  hallway.setFindings([]);
});

afterEach(cleanup);

function renderApp(): Promise<Rendered> {
  return renderHallway(hallway, <App />, { nowMs });
}

async function openPanel(): Promise<Rendered> {
  const rendered = await renderApp();
  fireEvent.click(opener());
  await rendered.advance(soonMs);
  return rendered;
}

function opener(): HTMLElement {
  return screen.getByRole('button', { name: 'Network' });
}

function panel(): HTMLElement {
  return screen.getByRole('region', { name: 'Network' });
}

describe('the network panel', () => {
  test('opens from its button and by Ctrl+I; Escape, Ctrl+I and its button close it and restore the focus', async () => {
    const { advance } = await renderApp();
    const shown = (): boolean => screen.queryByRole('region', { name: 'Network' }) !== null;
    const opens = [() => fireEvent.click(opener()), () => fireEvent.keyDown(document.body, { key: 'i', ctrlKey: true })];
    const closes = [
      () => fireEvent.keyDown(panel(), { key: 'Escape' }),
      () => fireEvent.keyDown(panel(), { key: 'I', metaKey: true }),
      () => fireEvent.click(screen.getByRole('button', { name: 'Close network' })),
    ];
    const seen: unknown[] = [];
    for (const open of opens) {
      for (const close of closes) {
        opener().focus();
        open();
        await advance(soonMs);
        seen.push(shown(), document.activeElement === panel());
        close();
        await advance(soonMs);
        seen.push(shown(), document.activeElement === opener());
      }
    }
    expect(seen).toEqual(Array.from({ length: 6 }, () => [true, true, false, true]).flat());
  });

  test('covers the selected contact, which is there again when it closes', async () => {
    hallway.putPeer(fakePeer(1, { name: 'Ana', lastSeenMs: nowMs }));
    const { advance } = await renderApp();
    fireEvent.keyDown(screen.getByRole('listbox'), { key: 'ArrowDown' });
    fireEvent.click(opener());
    await advance(soonMs);
    const selected = (): string | null | undefined =>
      document.getElementById(`contact-${fakePeerId(1)}`)?.getAttribute('aria-selected');
    const during = [screen.queryByRole('article'), selected()];
    fireEvent.keyDown(screen.getByRole('listbox'), { key: 'Escape' });
    await advance(soonMs);
    expect([during, screen.getByRole('article').getAttribute('aria-label'), selected()]).toEqual([
      [null, 'false'],
      'About Ana',
      'true',
    ]);
  });

  test('says that everything looks right, and lists the checks', async () => {
    await openPanel();
    const checks = within(screen.getByRole('list', { name: 'Checked' })).getAllByRole('listitem');
    expect([screen.getByText('Everything looks right').tagName, checks.map(({ textContent }) => textContent)]).toEqual([
      'H3',
      [
        'Joined on eth0',
        'Hallway hears its own signal, the last time 1 s ago',
        'No one else is reachable yet',
        'Nothing was restarted or dropped',
      ],
    ]);
  });

  test('shows findings with remedies, and updates them every two seconds', async () => {
    hallway.setFindings([finding('one-way', 'warning', { names: ['Sam'], count: 1, others: 'hear', port: 50_000 })]);
    const { advance } = await openPanel();
    const found = within(screen.getByRole('list', { name: 'Findings' })).getAllByRole('listitem');
    const first = found.map((item) => [...item.querySelectorAll('h3, p')].map(({ textContent }) => textContent));
    hallway.setFindings([]);
    await advance(diagnosticsIntervalMs);
    expect([
      first,
      screen.queryByText('Everything looks right') !== null,
      screen.queryByText("Sam can't receive from you"),
    ]).toEqual([[["Sam can't receive from you", expect.stringContaining('Others hear you')]], true, null]);
  });

  test('shows a hint below "Everything looks right"', async () => {
    hallway.setFindings([finding('other-version', 'info')]);
    await openPanel();
    expect([
      screen.queryByText('Everything looks right') !== null,
      screen.queryByText(say('doctor.other-version.remedy')) !== null,
    ]).toEqual([true, true]);
  });

  test('keeps the last report when the link is lost, and says that it is old', async () => {
    const { link, advance } = await openPanel();
    link.close();
    await advance(2 * diagnosticsIntervalMs);
    const said = within(panel()).getByText(/This is the last known state/).textContent;
    expect([said, screen.queryByText('Adapters') !== null]).toEqual([
      'This is the last known state. The connection to Hallway was lost.',
      true,
    ]);
  });

  test('a press on a one-way peer selects it', async () => {
    hallway.putPeer(fakePeer(1, { name: 'Sam', presence: 'one-way', lastSeenMs: nowMs }));
    const { advance } = await openPanel();
    fireEvent.click(within(panel()).getByRole('button', { name: /Sam/ }));
    await advance(soonMs);
    expect([screen.queryByRole('region', { name: 'Network' }), screen.getByRole('article').getAttribute('aria-label')]).toEqual([
      null,
      'About Sam',
    ]);
  });

  test('shows a few such peers, and all on demand', async () => {
    for (let number = 0; number < 40; number += 1) hallway.putPeer(fakePeer(number, { presence: 'one-way', lastSeenMs: nowMs }));
    await openPanel();
    const shown = (): number => within(panel()).getAllByText("They can't receive from you").length;
    const atFirst = shown();
    fireEvent.click(screen.getByRole('button', { name: 'Show all 40' }));
    expect([atFirst, shown()]).toEqual([6, 40]);
  });

  test('lists restarts with their causes, and dropped datagrams', async () => {
    hallway.setDiagnostics({
      restarts: [{ atMs: nowMs - 60_000, service: 'sockets', cause: 'ENODEV: gone', delayMs: 0 }],
      counters: { dropped: { foreign: 3 } },
    });
    await openPanel();
    const section = within(screen.getByRole('region', { name: 'Since Hallway started' }));
    expect([section.getByRole('listitem').textContent, section.getByText('3 not from Hallway').tagName]).toEqual([
      'Networking was restarted (sockets)1 min agoENODEV: gone',
      'DD',
    ]);
  });
});

describe('adding a peer by address', () => {
  function field(): HTMLInputElement {
    return screen.getByRole('textbox', { name: 'Their address' });
  }

  function add(address: string): void {
    fireEvent.change(field(), { target: { value: address } });
    fireEvent.submit(screen.getByRole('form', { name: 'Add someone by address' }));
  }

  test('opens from the empty state, with the focus in the field', async () => {
    hallway.putPeer(fakePeer(1, { name: 'Ana', lastSeenMs: nowMs }));
    hallway.leave(fakePeerId(1), 'goodbye');
    const { advance } = await renderApp();
    fireEvent.click(screen.getByRole('button', { name: 'Add them by address' }));
    await advance(soonMs);
    expect(document.activeElement).toBe(field());
  });

  test('[CALL-2] shows the call, then the peer that answered; a press selects it', async () => {
    hallway.putPeer(fakePeer(1, { name: 'Ana', addresses: ['10.8.0.7:50001'], lastSeenMs: nowMs }));
    const release = hallway.holdCalls();
    const { advance } = await openPanel();
    add(' 10.8.0.7:50001 ');
    await advance(soonMs);
    const pending = [
      screen.queryByText('Connecting…') !== null,
      screen.getByRole<HTMLButtonElement>('button', { name: 'Add' }).disabled,
    ];
    release();
    await advance(soonMs);
    const remembered = within(screen.getByRole('list', { name: 'Saved addresses' })).getAllByRole('listitem');
    fireEvent.click(screen.getByRole('button', { name: 'Ana is here. Show' }));
    await advance(soonMs);
    expect([
      pending,
      remembered.map(({ textContent }) => textContent),
      screen.getByRole('article').getAttribute('aria-label'),
    ]).toEqual([[true, true], ['10.8.0.7:50001Ana'], 'About Ana']);
  });

  test('shows that no peer answered, and remembers the address until it is removed', async () => {
    const { advance } = await openPanel();
    add('10.9.9.9:50000');
    await advance(soonMs);
    const said = screen.getByText(/No one answered at 10.9.9.9:50000/).tagName;
    const remembered = screen.getByRole('list', { name: 'Saved addresses' }).textContent;
    fireEvent.click(screen.getByRole('button', { name: 'Forget 10.9.9.9:50000' }));
    await advance(soonMs);
    expect([
      said,
      field().value,
      remembered,
      screen.queryByRole('list', { name: 'Saved addresses' }),
      hallway.network.settings().manualAddresses,
    ]).toEqual(['BDI', '', '10.9.9.9:50000no answer yet', null, []]);
  });

  test('refuses a bad address with the reason and keeps it; Escape clears it before closing the panel', async () => {
    const { advance } = await openPanel();
    add('ana-thinkpad');
    await advance(soonMs);
    const refused = [screen.getByText(/isn't an address/).textContent, field().value, field().getAttribute('aria-invalid')];
    fireEvent.keyDown(field(), { key: 'Escape' });
    const cleared = [field().value, screen.queryByText(/isn't an address/)];
    fireEvent.keyDown(field(), { key: 'Escape' });
    await advance(soonMs);
    expect([refused, cleared, screen.queryByRole('region', { name: 'Network' })]).toEqual([
      [sayHost('refusal.bad-address', { reason: 'unreadable', address: 'ana-thinkpad' }), 'ana-thinkpad', 'true'],
      ['', null],
      null,
    ]);
  });

  test('shows our own address with its port, and our code', async () => {
    hallway.setDiagnostics({ unicastPort: 50_296 });
    await openPanel();
    const peerId = fakePeerId(999_999);
    const code = [0, 4, 8, 12].map((start) => peerId.slice(start, start + 4)).join(' ');
    expect([
      screen.getByText('10.0.0.5:50296').tagName,
      within(panel()).getByText(code).tagName,
      screen.queryByRole('button', { name: 'Copy 10.0.0.5:50296' }) !== null,
    ]).toEqual(['BDI', 'SPAN', true]);
  });
});

describe('network settings', () => {
  test('an adapter can be switched off and on again', async () => {
    hallway.setSelf({
      interfaces: [
        { name: 'eth0', address: '10.0.0.5' },
        { name: 'tun0', address: '10.8.0.2' },
      ],
    });
    const { advance } = await openPanel();
    const states: unknown[] = [];
    for (const _press of ['off', 'on']) {
      fireEvent.click(screen.getByRole('switch', { name: 'Use tun0' }));
      await advance(soonMs);
      states.push(
        hallway.network.settings().excludedInterfaces,
        screen.getByRole('switch', { name: 'Use tun0' }).getAttribute('aria-checked'),
        screen.queryByText('10.8.0.2/24') !== null,
      );
    }
    expect(states).toEqual([['tun0'], 'false', false, [], 'true', true]);
  });

  test('[CALL-6] passive mode can be switched on, and states its cost', async () => {
    const { advance } = await openPanel();
    fireEvent.click(screen.getByRole('switch', { name: 'Quiet mode' }));
    await advance(soonMs);
    expect([
      hallway.network.settings().passive,
      screen.getByRole('switch', { name: 'Quiet mode' }).getAttribute('aria-checked'),
      screen.queryByText(/The downside/) !== null,
    ]).toEqual([true, 'true', true]);
  });

  test('shows a change that did not reach the core', async () => {
    const { link, advance } = await openPanel();
    link.close();
    fireEvent.click(screen.getByRole('switch', { name: 'Quiet mode' }));
    await advance(soonMs);
    expect([screen.getByRole('alert').textContent, hallway.network.settings().passive]).toEqual([
      'The connection to Hallway was lost.',
      false,
    ]);
  });

  test('the table shows why an adapter cannot be used', async () => {
    hallway.setDiagnostics({
      interfaces: [
        {
          ...fakeInterface,
          joined: false,
          sendFailures: 38,
          lastSendFailure: 'EPERM',
          ownBeaconHeardMsAgo: null,
          failure: 'ENODEV',
        },
      ],
    });
    await openPanel();
    const cells = within(screen.getByRole('table')).getAllByRole('cell');
    expect(cells.map(({ textContent }) => textContent)).toEqual([
      "10.0.0.5/24Can't be used: ENODEV",
      'No',
      '338 failed, EPERM',
      '3',
      'Not heard',
    ]);
  });
});
