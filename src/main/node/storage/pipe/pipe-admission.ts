/**
 * Admits clients to a pipe: each proves the pipe secret (`pipe-handshake.ts`), within limits (rule
 * CTRL-9). On Windows any user may connect to a pipe, even from another computer. A client without
 * a proof gets the server's end of the handshake and nothing else.
 */
import type { Duplex } from 'node:stream';
import type { Clock, Random } from '../../../core/ports.ts';
import { awaitProof, type PipeKey } from './pipe-handshake.ts';

export interface AdmissionOptions {
  /**
   * Clients without a proof at once: more than processes that start together. A proof takes
   * milliseconds, so the oldest is no command.
   */
  readonly maxUnproved: number;
  /** A client proves itself within milliseconds. A busy computer may take longer. */
  readonly proofWaitMs: number;
}

export const defaultAdmissionOptions: AdmissionOptions = { maxUnproved: 32, proofWaitMs: 5_000 };

export interface AdmissionDeps {
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly random: Pick<Random, 'bytes'>;
}

export interface AdmissionHandlers {
  /** The stream is paused. */
  onProved(): void;
  onWrongProof(): void;
}

/** Closes the client unless it proves the pipe secret. */
export type Admit = (client: Duplex, handlers: AdmissionHandlers) => void;

export function createPipeAdmission(
  key: PipeKey,
  { clock, random }: AdmissionDeps,
  options: AdmissionOptions = defaultAdmissionOptions,
): Admit {
  /** In the order of their arrival. */
  const unproved = new Set<Duplex>();

  function makeRoom(): void {
    for (const oldest of unproved) {
      if (unproved.size < options.maxUnproved) return;
      unproved.delete(oldest);
      oldest.destroy();
    }
  }

  async function admit(client: Duplex, { onProved, onWrongProof }: AdmissionHandlers): Promise<void> {
    makeRoom();
    unproved.add(client);
    const cancelTimer = clock.setTimer(() => client.destroy(), options.proofWaitMs);
    const outcome = await awaitProof(client, key, { random });
    cancelTimer();
    unproved.delete(client);
    if (outcome === 'proved') return onProved();
    client.destroy();
    if (outcome === 'wrong') onWrongProof();
  }

  return (client, handlers) => void admit(client, handlers);
}
