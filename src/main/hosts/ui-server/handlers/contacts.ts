/** Serves the calls about people: what we know of a person, and what the user decides about them. */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Contact, contactCalls } from '../../../../shared/contract/contacts.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { notAvailable, notKept } from './failures.ts';

export function contactHandlers({ contacts }: Pick<Hallway, 'contacts'>): HandlersOf<typeof contactCalls> {
  return {
    contact: ({ peerId }) => contactOf(peerId),
    setVerified: ({ peerId, verified }) => decide(peerId, contacts?.setVerified(peerId, verified)),
    setBlocked: ({ peerId, blocked }) => decide(peerId, contacts?.setBlocked(peerId, blocked)),
  };

  function decide(peerId: PeerId, kept: boolean | undefined): CallResult<Contact> {
    const known = contactOf(peerId);
    if (!known.ok || kept) return known;
    return notKept;
  }

  function contactOf(peerId: PeerId): CallResult<Contact> {
    if (!contacts) return notAvailable;
    const known = contacts.get(peerId);
    if (!known) return { ok: false, code: 'unknown-peer', message: say('failure.unknown-peer') };
    const earlier = contacts.earlierHolder(peerId);
    const { name, firstSeenMs, verified, blocked } = known;
    return {
      ok: true,
      output: {
        peerId,
        name,
        firstSeenMs,
        verified,
        blocked,
        safetyNumber: contacts.safetyNumber(peerId),
        earlierHolder: earlier ? { peerId: earlier.peerId, name: earlier.name, verified: earlier.verified } : null,
      },
    };
  }
}
