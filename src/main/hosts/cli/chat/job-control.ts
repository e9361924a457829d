/** Job control of the shell, by signals: what Ctrl+Z and `fg` do. */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';

export interface JobControl {
  /** Stops this process, and those that the shell started with it, until the shell goes on. */
  stop(): void;
  onContinued(listener: () => void): Unsubscribe;
}

/** Windows has no such signals, and its terminals never ask for them. */
export const shellJobs: JobControl = {
  // The whole group, as the terminal's own Ctrl+Z: a program that started us must stop as well.
  stop: () => void process.kill(0, 'SIGTSTP'),
  onContinued(listener) {
    if (process.platform !== 'win32') process.on('SIGCONT', listener);
    return () => void process.off('SIGCONT', listener);
  },
};
