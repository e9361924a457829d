/**
 * The hello of both ends of a session: their versions, their capabilities, and, where there is a
 * team key, the proof that they hold it (rules SESS-2, SESS-3). When it is sent, and what follows
 * from an invalid one, is left to session.ts.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { SessionProof } from '../../ports.ts';
import { filesCapability, highestVersion, lowestVersion, roomsCapability, type DataPurpose, type Frame } from '../wire/frames.ts';
import type { SecureStream } from '../ports.ts';
import type { OwnReason } from './close-reason.ts';

export type Hello = Extract<Frame, { readonly type: 'hello' }>;

export interface HelloExchange {
  readonly ownHello: Hello;
  /**
   * Whether our hello goes out at once. With a team key, the called end waits until the dialer has
   * proved that it holds the key: a peer could check guesses against our proof (rule SESS-17).
   */
  readonly speaksFirst: boolean;
  /** @returns why the other end's hello is refused; undefined if it is valid */
  refusalOf(hello: Hello): OwnReason | undefined;
}

interface Deps {
  readonly stream: Pick<SecureStream, 'peerId' | 'isOutgoing' | 'exportKey'>;
  readonly ownPeerId: PeerId;
  readonly proof?: SessionProof | undefined;
  /** Whether this node understands offers of files. */
  readonly takesFiles?: boolean | undefined;
  readonly purpose?: DataPurpose | undefined;
}

/** RFC 5705 §4: private labels begin like this. */
const exporterLabel = 'EXPERIMENTAL hallway session 1';
const exporterBytes = 32;

/** @returns undefined if the stream has ended already */
export function createHelloExchange({ stream, ownPeerId, proof, takesFiles, purpose }: Deps): HelloExchange | undefined {
  let exported: Uint8Array | undefined;
  try {
    exported = proof && stream.exportKey(exporterLabel, exporterBytes);
  } catch {
    return undefined;
  }

  return {
    speaksFirst: stream.isOutgoing || proof === undefined,
    ownHello: {
      type: 'hello',
      lowestVersion,
      highestVersion,
      capabilities: takesFiles ? [roomsCapability, filesCapability] : [roomsCapability],
      ...(proof && exported && { proof: proof.prove(exported, ownPeerId) }),
      ...(purpose && { purpose }),
    },
    refusalOf(hello) {
      if (hello.lowestVersion > highestVersion || hello.highestVersion < lowestVersion) return 'version';
      return isTeamProved(hello.proof) ? undefined : 'team-key';
    },
  };

  function isTeamProved(given: Uint8Array | undefined): boolean {
    if (!proof || !exported) return given === undefined;
    return given !== undefined && proof.isProved(exported, stream.peerId, given);
  }
}
