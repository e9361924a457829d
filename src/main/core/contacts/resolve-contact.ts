/**
 * Finds a person by name or peer ID, for commands that take either (rules TRUST-1 to TRUST-6).
 * `contact-book.ts` has the contacts, presence the online peers.
 */
import { peerIdSchema, type PeerId } from '../../../shared/lib/ids.ts';
import { comparableName } from '../../../shared/text/similar-names.ts';
import type { ContactBook } from './contact-book.ts';
import { shownName, type PeerRecord } from '../presence/index.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';

export interface Candidate {
  readonly peerId: PeerId;
  readonly name: string;
  readonly isHere: boolean;
}

export type ResolvedContact =
  | { readonly ok: true; readonly peerId: PeerId }
  | (Refusal<'unknown-peer' | 'ambiguous-name'> & {
      /** The people that the name may mean. */
      readonly candidates: readonly Candidate[];
    });

interface Deps {
  readonly ownPeerId: PeerId;
  readonly book: Pick<ContactBook, 'get' | 'named' | 'isBlocked'>;
  readonly here: () => readonly PeerRecord[];
}

/** Candidates named in a refusal. A longer list would not help the user. */
const maxCandidates = 10;

/** @returns the search; its argument is a peer ID or a name, and the person may be online or not */
export function createContactResolver({ ownPeerId, book, here }: Deps): (who: string) => ResolvedContact {
  return (who) => (peerIdSchema.safeParse(who).success ? byId(who) : byName(who));

  function byId(peerId: PeerId): ResolvedContact {
    const isHere = (): boolean => here().some((record) => record.peerId === peerId);
    return peerId === ownPeerId || book.get(peerId) || isHere()
      ? { ok: true, peerId }
      : { ...refuse('unknown-peer', { by: 'peerId' }), candidates: [] };
  }

  /**
   * Prefers people who are online. Others count if nobody of that name is online. A verified person
   * always counts, so that no impostor of that name gets their messages. Blocked people count only
   * if nobody else has the name.
   */
  function byName(name: string): ResolvedContact {
    const wanted = comparableName(name);
    const live = here()
      .map(({ peerId, announcement }) => ({ peerId, name: shownName(announcement), isHere: true }))
      .filter((candidate) => comparableName(candidate.name) === wanted);
    const met = book.named(name).filter(({ peerId }) => !live.some((candidate) => candidate.peerId === peerId));
    const counting = live.length > 0 ? met.filter(({ verified }) => verified) : met;
    const all = [...live, ...counting.map((peer) => ({ peerId: peer.peerId, name: peer.name, isHere: false }))];
    const welcome = all.filter(({ peerId }) => !book.isBlocked(peerId));
    const candidates = welcome.length > 0 ? welcome : all;
    const [only, ...others] = candidates;
    if (!only) return { ...refuse('unknown-peer', { by: 'name', who: name }), candidates: [] };
    if (others.length === 0) return { ok: true, peerId: only.peerId };
    return { ...refuse('ambiguous-name', { name }), candidates: candidates.slice(0, maxCandidates) };
  }
}
