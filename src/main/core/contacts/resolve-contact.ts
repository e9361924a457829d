/**
 * Finds a person by name, code or peer ID, for commands that take any of them (rule TRUST-3). A name
 * that may mean an impostor is refused. `contact-book.ts` has the contacts, presence the online
 * peers.
 */
import { peerIdSchema, type PeerId } from '../../../shared/lib/ids.ts';
import { comparableName, likenessOf } from '../../../shared/text/similar-names.ts';
import type { Contact } from '../messaging/ports.ts';
import type { ContactBook } from './contact-book.ts';
import { isBefore } from './name-index.ts';
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
  readonly book: Pick<ContactBook, 'get' | 'named' | 'coded' | 'earlierHolderOf' | 'isBlocked'>;
  readonly here: () => readonly PeerRecord[];
}

/** Candidates named in a refusal. A longer list would not help the user. */
const maxCandidates = 10;
/** A code of TRUST-13 or more of a peer ID, in the form for comparing names. */
const codePattern = /^[a-z2-7]{16,51}$/u;

/** @returns the search; its argument is a peer ID, a code or a name, and the person may be online or not */
export function createContactResolver({ ownPeerId, book, here }: Deps): (who: string) => ResolvedContact {
  return (who) => (peerIdSchema.safeParse(who).success ? byId(who) : byName(who));

  function byId(peerId: PeerId): ResolvedContact {
    const isHere = (): boolean => here().some((record) => record.peerId === peerId);
    return peerId === ownPeerId || book.get(peerId) || isHere()
      ? { ok: true, peerId }
      : { ...refuse('unknown-peer', { by: 'peerId' }), candidates: [] };
  }

  function byName(name: string): ResolvedContact {
    const wanted = comparableName(name);
    const candidates = candidatesOf(name, wanted);
    const coded = codePattern.test(wanted) ? book.coded(wanted) : [];
    // A peer may use the code of another as its name.
    for (const peerId of coded) if (!candidates.some((candidate) => candidate.peerId === peerId)) candidates.push(met(peerId));
    const [only, ...others] = candidates;
    if (!only) return { ...refuse('unknown-peer', { by: 'name', who: name }), candidates: [] };
    if (others.length > 0) return ask('namesakes', '', candidates);
    const earlier = coded.includes(only.peerId) ? undefined : earlierHolderOf(only.peerId, name);
    if (!earlier) return { ok: true, peerId: only.peerId };
    const why = likenessOf(only.name, earlier.name) === 'alike' ? 'lookAlike' : 'sameName';
    return ask(why, earlier.name, [only, met(earlier.peerId)]);

    function ask(
      reason: 'namesakes' | 'sameName' | 'lookAlike',
      earlierName: string,
      who: readonly Candidate[],
    ): ResolvedContact {
      const refusal = refuse('ambiguous-name', { name, earlier: earlierName, why: reason });
      return { ...refusal, candidates: who.slice(0, maxCandidates) };
    }
  }

  /**
   * Prefers people who are online. Others count if nobody of that name is online. A verified person
   * always counts, so that no impostor of that name gets their messages. Blocked people count only
   * if nobody else has the name.
   */
  function candidatesOf(name: string, wanted: string): Candidate[] {
    const live = here()
      .map(({ peerId, announcement }) => ({ peerId, name: shownName(announcement), isHere: true }))
      .filter((candidate) => comparableName(candidate.name) === wanted);
    const away = [...book.named(name)].filter(({ peerId }) => !live.some((candidate) => candidate.peerId === peerId));
    const all = [...live, ...away.map((contact) => ({ peerId: contact.peerId, name: contact.name, isHere: false }))];
    const welcome = all.filter(({ peerId }) => !book.isBlocked(peerId));
    const counting = welcome.length > 0 ? welcome : all;
    if (!counting.some(({ isHere }) => isHere)) return counting;
    return counting.filter(({ peerId, isHere }) => isHere || book.get(peerId)?.verified === true);
  }

  /** The contact that the user may mean instead: not blocked, and with the better claim to the name. */
  function earlierHolderOf(peerId: PeerId, name: string): Contact | undefined {
    const own = book.get(peerId);
    if (!own || own.verified) return undefined;
    const holders = [book.earlierHolderOf(peerId) ?? [], ...book.named(name)].flat();
    return holders.find((holder) => !holder.blocked && holder.peerId !== peerId && isBefore(holder, own));
  }

  function met(peerId: PeerId): Candidate {
    return { peerId, name: book.get(peerId)?.name ?? '', isHere: here().some((record) => record.peerId === peerId) };
  }
}
