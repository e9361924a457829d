/**
 * What happens to a datagram that flow control let through: decoded, its signature checked, compared with what was heard before, and
 * only then believed (rules WIRE-1, WIRE-2, ID-3, HS-5). Everything else is counted by reason and forgotten.
 */
import type { Signatures } from '../../ports.ts';
import { decodeDatagram, type Datagram, type MalformedReason } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { ReplayWindows } from './replay-window.ts';

/** A datagram whose signature is right. */
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
  readonly onReceived: (received: Received) => void;
  /** A datagram with our own signature. */
  readonly onOwn: (received: Received) => void;
  /** Whether the peer is here, and its latest announcement came with that sequence. */
  readonly isCurrent: (peerId: string, sequence: number) => boolean;
  /** The same datagram of a peer once more: over another adapter, or played again by somebody. */
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
        return;
      }
      believe({ ...datagram, peerId, source });
    },
    counters: () => ({ received, malformed: { ...malformed }, badSignature, replayed }),
  };

  /** Heard before, and not a peer's current beacon, which may come over a second adapter: spares the costly signature check. */
  function isUseless({ kind, incarnation, sequence }: Datagram, peerId: string): boolean {
    if (peerId === deps.ownPeerId || !deps.replayWindows.isOld(peerId, incarnation, sequence)) return false;
    return kind !== 'beacon' || !deps.isCurrent(peerId, sequence);
  }

  function believe(datagram: Received): void {
    if (datagram.peerId === deps.ownPeerId) {
      deps.onOwn(datagram);
    } else if (deps.replayWindows.accept(datagram.peerId, datagram.incarnation, datagram.sequence)) {
      // What a goodbye overtook on its way must not bring its sender back.
      if (datagram.kind === 'goodbye') deps.replayWindows.seal(datagram.peerId);
      deps.onReceived(datagram);
    } else {
      replayed += 1;
      deps.onRepeated(datagram);
    }
  }
}
