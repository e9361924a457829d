/** The outcome of a try to lock a profile, whatever the system's lock is. */
import type { Clock, Random } from '../../../core/ports.ts';
import type { PipeKey } from '../pipe/pipe-handshake.ts';
import type { ControlServer, Greeting } from './lock-socket.ts';

export interface LockDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export type LockResult =
  | { readonly state: 'held'; release(): Promise<void>; serveControl(version: number, server: ControlServer | undefined): void }
  | {
      readonly state: 'in-use';
      readonly holder?: Greeting;
      /** The holder's socket or pipe. Absent if it may be of somebody else. */
      readonly socketPath?: string;
      /** The key that the client of a pipe proves. Absent on a socket in a folder of the user's own. */
      readonly pipeKey?: PipeKey;
    }
  /** No socket can be created anywhere. */
  | { readonly state: 'unavailable'; readonly reason: string };

export type InUse = Extract<LockResult, { state: 'in-use' }>;
