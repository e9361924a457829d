/**
 * The means of an attacker: a clock, randomness, sockets on the network, and its own keys. The same
 * attacks run on simulated networks and as a process on a real one (run-attack.ts). An attacker
 * hears the group, as any node on the network does. It cannot read the unicast of others.
 */
import type { Identity, Random } from '../../src/main/core/ports.ts';

export interface Location {
  readonly address: string;
  readonly port: number;
}

export interface AttackSetup {
  readonly random: Random;
  nowMs(): number;
  pause(durationMs: number): Promise<void>;
  /** A key pair of its own: the same for the same name. */
  identity(name: string): Identity;
  /**
   * Where it can send from: one for each of its addresses. Raw sockets could invent any source; to flow control, which counts by address, many
   * addresses of one's own are the same thing.
   */
  readonly sources: readonly Location[];
  /** @param source index of where to send from; the first if not given */
  toGroup(bytes: Uint8Array, source?: number): void;
  toEndpoint(bytes: Uint8Array, destination: Location, source?: number): void;
  /** What others send to the group. */
  onGroup(listener: (bytes: Uint8Array, from: Location) => void): void;
  /** What is sent to the attacker alone. */
  onAnswer(listener: (bytes: Uint8Array, from: Location, source: number) => void): void;
}

/** Between two bundles: short enough for the receiving sockets' buffers, long enough for timers. */
const bundlePauseMs = 5;

/** Sends `datagramsPerSecond` for `durationMs`, in small bundles. @returns how many were sent */
export async function sendAtRate(
  setup: Pick<AttackSetup, 'nowMs' | 'pause'>,
  { datagramsPerSecond, durationMs }: { readonly datagramsPerSecond: number; readonly durationMs: number },
  send: (index: number) => void,
): Promise<number> {
  const startedMs = setup.nowMs();
  let sent = 0;
  for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = setup.nowMs() - startedMs) {
    for (const due = (elapsedMs / 1_000) * datagramsPerSecond; sent < due; sent += 1) send(sent);
    await setup.pause(bundlePauseMs);
  }
  return sent;
}

/** A whole number in [0, limit). */
export function below({ random }: Pick<AttackSetup, 'random'>, limit: number): number {
  return Math.floor(random.fraction() * limit);
}
