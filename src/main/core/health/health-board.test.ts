import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { healthSchema, type Health } from '../../../shared/contract/health.ts';
import { describeHealth } from '../../../shared/text/messages/describe-problem.ts';
import { createHealthBoard } from './health-board.ts';

const startMs = Date.UTC(2026, 0, 1);

function createHealthBoardFixture() {
  const clock = createFakeClock({ wallMs: startMs });
  const board = createHealthBoard({ clock });
  const emitted: (readonly Health[])[] = [];
  board.subscribe(({ health }) => emitted.push(health));
  return { clock, board, emitted, codes: () => board.list().map(({ code }) => code) };
}

describe('health', () => {
  test('[HEALTH-1] an empty list means healthy', () => {
    const { board, emitted } = createHealthBoardFixture();
    board.clear('no-network');
    expect([board.list(), emitted]).toEqual([[], []]);
  });

  test('[HEALTH-1] an entry stays until it is cleared, and every change emits the whole list', () => {
    const { board, emitted } = createHealthBoardFixture();
    board.raise('no-network');
    expect(board.list()).toMatchObject([{ code: 'no-network', severity: 'error', sinceMs: startMs }]);
    board.clear('no-network');
    board.clear('no-network');
    expect(emitted.map((health) => health.map(({ code }) => code))).toEqual([['no-network'], []]);
  });

  test('[HEALTH-2] an entry keeps its start time, even when its values change', async () => {
    const { clock, board, emitted } = createHealthBoardFixture();
    board.raise('interface-failed', { adapters: ['eth0'] });
    await clock.advance(5_000);
    board.raise('interface-failed', { adapters: ['eth0'] });
    board.raise('interface-failed', { adapters: ['eth0', 'wlan0'] });
    expect(board.list()).toMatchObject([{ sinceMs: startMs, values: { adapters: ['eth0', 'wlan0'] } }]);
    expect(emitted).toHaveLength(2);
  });

  test('[HEALTH-2] an entry that returns has a new start time', async () => {
    const { clock, board } = createHealthBoardFixture();
    board.raise('flooded');
    board.clear('flooded');
    await clock.advance(5_000);
    board.raise('flooded');
    expect(board.list()).toMatchObject([{ sinceMs: startMs + 5_000 }]);
  });

  test('[HEALTH-1] the most severe entry comes first, then the oldest', async () => {
    const { clock, board, codes } = createHealthBoardFixture();
    board.report({ code: 'note', severity: 'info', values: {} });
    board.raise('flooded');
    await clock.advance(1);
    board.raise('list-full', { limit: 100 });
    board.raise('no-network');
    expect(codes()).toEqual(['no-network', 'flooded', 'list-full', 'note']);
  });

  test('[HEALTH-3] every entry has a sentence, a remedy and its subject', () => {
    const { board } = createHealthBoardFixture();
    for (const code of ['no-network', 'network-silent', 'flooded', 'looks-offline', 'key-in-use'] as const) board.raise(code);
    board.raise('port-taken', { port: 4_255 });
    board.raise('network-restarting', { cause: 'EACCES: permission denied' });
    board.raise('interface-failed', { adapters: ['eth0 (10.0.0.1: EACCES)'] });
    board.raise('list-full', { limit: 4_096 });
    expect(board.list()).toHaveLength(9);
    for (const entry of board.list()) {
      expect(healthSchema.safeParse(entry).success).toBe(true);
      const { title, remedy } = describeHealth(entry);
      expect(title, entry.code).toMatch(/^[A-Z][^{}<>]{10,}$/);
      expect(remedy, entry.code).toMatch(/^[A-Z][^{}<>]{10,}\.$/);
      expect(`${title} ${remedy}`, entry.code).not.toMatch(/undefined|null|NaN|\[object/);
    }
    const textOf = (code: string): string =>
      board
        .list()
        .flatMap((entry) => (entry.code === code ? Object.values(describeHealth(entry)) : []))
        .join();
    expect([textOf('port-taken'), textOf('list-full')]).toEqual([
      expect.stringContaining('4255'),
      expect.stringContaining('4096'),
    ]);
  });

  test('[HEALTH-2] a host clears its own entry, and clearing twice does nothing more', () => {
    const { board, codes } = createHealthBoardFixture();
    const entry = { code: 'bad-settings', severity: 'warning', values: { path: 'settings.json' } } as const;
    const undo = board.report(entry);
    expect(codes()).toEqual(['bad-settings']);
    undo();
    expect(codes()).toEqual([]);
    board.report(entry);
    undo();
    expect(codes()).toEqual(['bad-settings']);
  });
});
