/** The id of a person's row in the document, by which the list names its active option. */
import type { PeerId } from '../../../shared/lib/ids.ts';

export function rowIdOf(peerId: PeerId): string {
  return `person-${peerId}`;
}
