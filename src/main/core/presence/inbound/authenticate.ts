/**
 * Decodes a datagram that flow control let through, and checks its signature and replay window
 * (rules WIRE-1, WIRE-2, ID-3, HS-5). It counts every rejected datagram by reason and drops it.
 */
import type { Signatures } from '../../ports.ts';
import { decodeDatagram, type Datagram, type MalformedReason } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { ReplayWindows } from './replay-window.ts';

/** A datagram with a valid signature. */
export type Received = Datagram & { readonly peerId: string; readonly source: Arrival };

export interface AuthenticatorCounters {
  readonly received: number;
  readonly malformed: Readonly<Record<MalformedReason, number>>;
  readonly badSignature: number;
  readonly replayed: number;
}

export interface Authenticator {
  handle(bytes: Uint8Array, source: Arrival): void;
  counters(): AuthenticatorCounters;
}

interface Deps {
  readonly signatures: Signatures;
  readonly replayWindows: ReplayWindows;
  readonly ownPeerId: string;
  /** Called with the key that a wrong signature claims. */
  readonly onWrongSignature: (publicKey: Uint8Array, source: Arrival) => void;
  readonly onReceived: (received: Received) => void;
  /** Called with a datagram that carries our own signature. */
  readonly onOwn: (received: Received) => void;
  /** True if the latest announcement of a peer or candidate came with that sequence. */
  readonly isCurrent: (peerId: string, sequence: number) => boolean;
  /** True if a datagram of an earlier incarnation of that peer may cost a signature check now. */
  readonly mayCheckEarlier: (peerId: string) => boolean;
  /**
   * Called with a repeat of a current beacon: from a second address, or replayed by an attacker.
   * Also called with a datagram of an earlier incarnation.
   */
  readonly onRepeated: (received: Received) => void;
}

export function createAuthenticator(deps: Deps): Authenticator {
  const malformed: Record<MalformedReason, number> = { foreign: 0, version: 0, kind: 0, truncated: 0, text: 0 };
  let received = 0;
  let badSignature = 0;
  let replayed = 0;

  return {
    handle(bytes, source) {
      received += 1;
      const decoded = decodeDatagram(bytes);
      if (!decoded.ok) {
        malformed[decoded.reason] += 1;
        return;
      }
      const { datagram, signedBytes, signature } = decoded;
      const peerId = deps.signatures.peerIdOf(datagram.publicKey);
      if (peerId !== undefined && isUseless(datagram, peerId)) {
        replayed += 1;
        return;
      }
      if (peerId === undefined || !deps.signatures.verify(datagram.publicKey, signedBytes, signature)) {
        badSignature += 1;
        deps.onWrongSignature(datagram.publicKey, source);
        return;
      }
      believe({ ...datagram, peerId, source });
    },
    counters: () => ({ received, malformed: { ...malformed }, badSignature, replayed }),
  };

  /**
   * True for a repeat that is no current beacon, which may come from a second adapter. Skips the
   * costly signature check.
   */
  function isUseless({ kind, incarnation, sequence }: Datagram, peerId: string): boolean {
    if (peerId === deps.ownPeerId || !deps.replayWindows.isOld(peerId, incarnation, sequence)) return false;
    if (deps.replayWindows.isEarlier(peerId, incarnation)) return !deps.mayCheckEarlier(peerId);
    return kind !== 'beacon' || !deps.isCurrent(peerId, sequence);
  }

  function believe(datagram: Received): void {
    if (datagram.peerId === deps.ownPeerId) {
      deps.onOwn(datagram);
    } else if (isNew(datagram)) {
      // A datagram that the goodbye overtook must not list its sender again.
      if (datagram.kind === 'goodbye') deps.replayWindows.seal(datagram.peerId);
      deps.onReceived(datagram);
    } else {
      replayed += 1;
      deps.onRepeated(datagram);
    }
  }

  /**
   * A node says nothing after its goodbye until it resumes. So a goodbye that any datagram came
   * after is a recording (BYE-3).
   */
  function isNew({ kind, peerId, incarnation, sequence }: Received): boolean {
    return deps.replayWindows.accept(peerId, incarnation, sequence, kind === 'goodbye');
  }
}
