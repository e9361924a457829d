/**
 * Opens the connection on which files of a transfer come. If this end cannot dial, the peer is
 * asked to.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { TransferSessions } from '../../messaging/messages.ts';

/** @returns whether it is open now; undefined if an attempt runs already */
export type Connect = (peerId: PeerId, transferId: MessageId) => Promise<boolean | undefined>;

export function createConnect(sessions: Pick<TransferSessions, 'send' | 'open' | 'data'>): Connect {
  const connecting = new Set<PeerId>();

  return async (peerId, transferId) => {
    if (connecting.has(peerId)) return undefined;
    connecting.add(peerId);
    const isKnown = await sessions.open(peerId);
    const result = isKnown ? await sessions.data.open(peerId) : undefined;
    connecting.delete(peerId);
    if (result?.ok) return true;
    if (isKnown) sessions.send(peerId, { type: 'transferCall', transferId });
    return false;
  };
}
