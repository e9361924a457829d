/**
 * A start without a window (rule DESK-14). A panel may start after us at login, so it waits for a
 * tray. Without one, nothing else could bring the window back, so it shows the window.
 */
import type { Clock } from '../../core/ports.ts';
import type { MainWindow } from './main-window.ts';

export const trayWaitMs = 30_000;
export const trayRetryMs = 2_000;

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  /** @returns whether there is a tray now; must not reject */
  makeTray(): Promise<boolean>;
  readonly mainWindow: Pick<MainWindow, 'current' | 'show'>;
}

/** Resolves when there is a tray or a window. */
export async function waitForTray({ clock, makeTray, mainWindow }: Deps): Promise<void> {
  const giveUpAtMs = clock.monotonicMs() + trayWaitMs;
  while (mainWindow.current() === undefined && !(await makeTray())) {
    if (clock.monotonicMs() >= giveUpAtMs) return mainWindow.show();
    await new Promise<void>((resolve) => void clock.setTimer(resolve, trayRetryMs));
  }
}
