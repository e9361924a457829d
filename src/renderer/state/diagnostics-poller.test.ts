import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { fakeDiagnostics } from '../../../test/fakes/fake-hallway.ts';
import type { DoctorReport } from '../../shared/contract/diagnostics.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import { createDiagnosticsPoller, diagnosticsIntervalMs } from './diagnostics-poller.ts';
import type { DiagnosticsPoller } from './diagnostics-poller.ts';

type Answer =
  { readonly ok: true; readonly output: DoctorReport } | { readonly ok: false; readonly code: string; readonly message: string };

interface DiagnosticsPollerFixture {
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly watch: DiagnosticsPoller;
  /** The open queries, oldest first. */
  readonly open: ((answer: Answer) => void)[];
  asked(): number;
  setVisible(visible: boolean): void;
}

function createDiagnosticsPollerFixture(): DiagnosticsPollerFixture {
  const clock = createFakeClock({ wallMs: 0 });
  const open: ((answer: Answer) => void)[] = [];
  let asked = 0;
  const call = () => {
    asked += 1;
    return new Promise<Answer>((resolve) => open.push(resolve));
  };
  const events = new EventTarget();
  let visibilityState: DocumentVisibilityState = 'visible';
  return {
    clock,
    open,
    asked: () => asked,
    watch: createDiagnosticsPoller({
      client: { call } as unknown as RpcClient,
      setTimer: clock.setTimer,
      document: {
        get visibilityState() {
          return visibilityState;
        },
        addEventListener: events.addEventListener.bind(events),
        removeEventListener: events.removeEventListener.bind(events),
      },
    }),
    setVisible(visible) {
      visibilityState = visible ? 'visible' : 'hidden';
      events.dispatchEvent(new Event('visibilitychange'));
    },
  };
}

function reportAt(atMs: number): Answer {
  return { ok: true, output: { findings: [], diagnostics: fakeDiagnostics({ atMs }) } };
}

test('sends the first query on the first subscription, and the next a delay after each answer', async () => {
  const { clock, watch, open, asked } = createDiagnosticsPollerFixture();
  await clock.advance(10 * diagnosticsIntervalMs);
  const before = asked();
  watch.subscribe(() => undefined);
  watch.subscribe(() => undefined);
  await clock.advance(10 * diagnosticsIntervalMs);
  const unanswered = asked();
  open[0]?.(reportAt(1));
  await clock.advance(diagnosticsIntervalMs - 1);
  const early = asked();
  await clock.advance(1);
  expect([before, unanswered, early, asked(), watch.state().report?.diagnostics.atMs]).toEqual([0, 1, 1, 2, 1]);
});

test('a hidden page sends no query, and sends one at once when it is visible again', async () => {
  const { clock, watch, open, asked, setVisible } = createDiagnosticsPollerFixture();
  watch.subscribe(() => undefined);
  open[0]?.(reportAt(1));
  await clock.advance(0);
  setVisible(false);
  await clock.advance(10 * diagnosticsIntervalMs);
  const hidden = asked();
  setVisible(true);
  expect([hidden, asked()]).toEqual([1, 2]);
});

test('after the last listener leaves, it stops polling, clears its timer and forgets the report', async () => {
  const { clock, watch, open, asked } = createDiagnosticsPollerFixture();
  const undo = watch.subscribe(() => undefined);
  open[0]?.(reportAt(1));
  await clock.advance(0);
  undo();
  undo();
  await clock.advance(10 * diagnosticsIntervalMs);
  expect([asked(), clock.pendingTimers(), watch.state().report]).toEqual([1, 0, undefined]);
});

test('a late answer never replaces a newer one', async () => {
  const { clock, watch, open } = createDiagnosticsPollerFixture();
  watch.subscribe(() => undefined);
  watch.refresh();
  open[1]?.(reportAt(2));
  await clock.advance(0);
  open[0]?.(reportAt(1));
  await clock.advance(0);
  expect(watch.state().report?.diagnostics.atMs).toBe(2);
});

test('a failure is reported, keeps the last report, and is retried', async () => {
  const { clock, watch, open, asked } = createDiagnosticsPollerFixture();
  watch.subscribe(() => undefined);
  open[0]?.(reportAt(1));
  await clock.advance(diagnosticsIntervalMs);
  open[1]?.({ ok: false, code: 'link-closed', message: 'Lost.' });
  await clock.advance(diagnosticsIntervalMs);
  expect([watch.state().report?.diagnostics.atMs, watch.state().failure, asked()]).toEqual([1, 'Lost.', 3]);
});
