/**
 * Writes into the profile's log what its reader needs beyond what the parts of the core write: the start, the end, and the codes of health. That
 * the log itself cannot be written becomes health (rule LOG-2). The files are written elsewhere (system/file-log.ts).
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { Log } from '../../../core/ports.ts';
import { logNotWritable } from './profile-problems.ts';

export interface ProfileLog extends Log {
  /** Says with the system's code that an entry could not be written, and with `undefined` that one could be again. @returns its undo */
  onTrouble(listener: (code: string | undefined) => void): Unsubscribe;
}

export interface LogLifeOptions {
  /** Where the log lies, for the remedy. */
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
