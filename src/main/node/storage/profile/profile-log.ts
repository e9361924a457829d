/**
 * Adds to the profile's log what a reader needs besides the core's entries: the start, the end, and
 * the codes of health. A log that cannot be written becomes a health entry (rule LOG-2). Writing
 * the files is left to system/file-log.ts.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { Log } from '../../../core/ports.ts';
import { logNotWritable } from './profile-problems.ts';

export interface ProfileLog extends Log {
  /**
   * Calls `listener` with the system's code when an entry could not be written, and with
   * undefined when one could again.
   *
   * @returns its undo
   */
  onTrouble(listener: (code: string | undefined) => void): Unsubscribe;
}

export interface LogLifeOptions {
  /** The log file, for the remedy. */
  readonly path: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** @returns its undo, which writes the last entry */
export function logLife(hallway: Hallway, log: ProfileLog, { path, versions }: LogLifeOptions): Unsubscribe {
  let withdraw: Unsubscribe | undefined;
  const undo = [
    hallway.subscribe((event) => {
      if (event.type === 'health-changed') log.write('info', 'health', { codes: event.health.map(({ code }) => code) });
      if (event.type === 'ready') log.write('info', 'the network is open', { interfaces: event.interfaces.length });
    }),
    log.onTrouble((code) => {
      withdraw?.();
      withdraw = code === undefined ? undefined : hallway.health.report(logNotWritable(path, code));
    }),
  ];
  log.write('info', 'Hallway started', versions);
  return () => {
    log.write('info', 'Hallway stopped');
    for (const stop of undo) stop();
  };
}
