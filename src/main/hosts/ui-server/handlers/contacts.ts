/** Serves the calls about people: what we know of a person, and what the user decides about them. */
import type { Acquaintance, contactCalls } from '../../../../shared/contract/contacts.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { notAvailable, notKept } from './failures.ts';

export function contactHandlers({ talk }: Pick<Hallway, 'talk'>): HandlersOf<typeof contactCalls> {
  const people = talk?.people;
  return {
    acquaintance: ({ peerId }) => acquaintanceOf(peerId),
    setVerified: ({ peerId, verified }) => decide(peerId, people?.setVerified(peerId, verified)),
    setBlocked: ({ peerId, blocked }) => decide(peerId, people?.setBlocked(peerId, blocked)),
  };

  function decide(peerId: string, kept: boolean | undefined): CallResult<Acquaintance> {
    const known = acquaintanceOf(peerId);
    if (!known.ok || kept) return known;
    return notKept;
  }

  function acquaintanceOf(peerId: string): CallResult<Acquaintance> {
    if (!people) return notAvailable;
    const known = people.acquaintance(peerId);
    if (!known) return { ok: false, code: 'unknown-peer', message: say('ui.unknown-peer') };
    const earlier = people.earlierHolder(peerId);
    const { name, firstSeenMs, verified, blocked } = known;
    return {
      ok: true,
      output: {
        peerId,
        name,
        firstSeenMs,
        verified,
        blocked,
        safetyCode: people.safetyCode(peerId),
        earlierHolder: earlier ? { peerId: earlier.peerId, name: earlier.name, verified: earlier.verified } : null,
      },
    };
  }
}
