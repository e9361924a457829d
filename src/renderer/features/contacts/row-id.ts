/** The id of a person's row in the document, by which the list names its active option. */
import type { PeerId } from '../../../shared/contract/model.ts';

export function rowIdOf(peerId: PeerId): string {
  return `person-${peerId}`;
}
