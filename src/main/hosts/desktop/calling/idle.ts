/**
 * Idle time and the locked screen, as Electron tells them (rules AWAY-1 and AWAY-2). The core judges
 * whether the idle time can be believed on this desktop. Linux tells nothing of its screen lock.
 */
import type { PowerMonitor } from 'electron';
import type { IdleSource } from '../../../core/away/auto-away.ts';

export function createIdleSource(powerMonitor: Pick<PowerMonitor, 'getSystemIdleTime' | 'on' | 'off'>): IdleSource {
  return {
    idleMs: () => powerMonitor.getSystemIdleTime() * 1_000,
    onLock(listener) {
      const onLocked = (): void => listener(true);
      const onUnlocked = (): void => listener(false);
      powerMonitor.on('lock-screen', onLocked);
      powerMonitor.on('unlock-screen', onUnlocked);
      return () => {
        powerMonitor.off('lock-screen', onLocked);
        powerMonitor.off('unlock-screen', onUnlocked);
      };
    },
  };
}
