/** Peers that are no unknown senders (rule TRUST-7): the user verified them or wrote to them. */
import type { PeerId } from '../../../shared/lib/ids.ts';

export function isFamiliarTo(
  contacts: { isVerified(peerId: PeerId): boolean },
  store: { hasWrittenTo(peerId: PeerId): boolean },
): (peerId: PeerId) => boolean {
  return (peerId) => contacts.isVerified(peerId) || store.hasWrittenTo(peerId);
}
