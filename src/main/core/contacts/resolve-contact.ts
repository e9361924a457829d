/**
 * People by name or peerId, and what we think of them: for commands that take either, and for the marks beside a name (rules TRUST-1 to
 * TRUST-6). Who they are is in `acquaintances.ts`, who is here in presence.
 */
import { peerIdSchema } from '../../../shared/lib/ids.ts';
import { comparableName } from '../../../shared/text/similar-names.ts';
import type { Acquaintances } from './contact-book.ts';
import type { KnownPeer } from '../messaging/ports.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import { shownName } from './peer-view.ts';
import type { Hash } from '../ports.ts';
import type { PeerRecord } from '../presence/index.ts';
import { safetyCode } from './safety-number.ts';

export interface Candidate {
  readonly peerId: string;
  readonly name: string;
  readonly isHere: boolean;
}

export type ResolvedPerson =
  | { readonly ok: true; readonly peerId: string }
  | (Refusal<'unknown-peer' | 'ambiguous-name'> & {
      /** Those who may be meant. */
      readonly candidates: readonly Candidate[];
    });

export interface People {
  /** @param who a peerId, or a name; the person may be here or departed */
  resolve(who: string): ResolvedPerson;
  /** To be read out and compared with the other; the same on both sides. */
  safetyCode(peerId: string): string;
  acquaintance(peerId: string): KnownPeer | undefined;
  /** The person who used this one's name, or one that looks like it, earlier and with another key. */
  earlierHolder(peerId: string): KnownPeer | undefined;
  /** @returns whether it is somebody we met, and it could be kept */
  setVerified(peerId: string, verified: boolean): boolean;
  setBlocked(peerId: string, blocked: boolean): boolean;
}

interface Deps {
  readonly ownPeerId: string;
  readonly hash: Hash;
  readonly acquaintances: Acquaintances;
  readonly here: () => readonly PeerRecord[];
}

/** Candidates named in a refusal: more would not help anybody. */
const maxCandidates = 10;

export function createPeople({ ownPeerId, hash, acquaintances, here }: Deps): People {
  return {
    resolve: (who) => (peerIdSchema.safeParse(who).success ? byId(who) : byName(who)),
    safetyCode: (peerId) => safetyCode(hash, ownPeerId, peerId),
    acquaintance: acquaintances.get,
    earlierHolder: acquaintances.earlierHolderOf,
    setVerified: acquaintances.setVerified,
    setBlocked: acquaintances.setBlocked,
  };

  function byId(peerId: string): ResolvedPerson {
    const isHere = (): boolean => here().some((record) => record.peerId === peerId);
    return peerId === ownPeerId || acquaintances.get(peerId) || isHere()
      ? { ok: true, peerId }
      : { ...refuse('unknown-peer', { by: 'peerId' }), candidates: [] };
  }

  /**
   * Who is here comes first; who was here counts when nobody of that name is. A verified person always counts: an impostor of the same name
   * must not get what was meant for them. Somebody who is blocked counts only when nobody else does.
   */
  function byName(name: string): ResolvedPerson {
    const wanted = comparableName(name);
    const live = here()
      .map(({ peerId, announcement }) => ({ peerId, name: shownName(announcement), isHere: true }))
      .filter((candidate) => comparableName(candidate.name) === wanted);
    const met = acquaintances.named(name).filter(({ peerId }) => !live.some((candidate) => candidate.peerId === peerId));
    const counting = live.length > 0 ? met.filter(({ verified }) => verified) : met;
    const all = [...live, ...counting.map((peer) => ({ peerId: peer.peerId, name: peer.name, isHere: false }))];
    const welcome = all.filter(({ peerId }) => !acquaintances.isBlocked(peerId));
    const candidates = welcome.length > 0 ? welcome : all;
    const [only, ...others] = candidates;
    if (!only) return { ...refuse('unknown-peer', { by: 'name', who: name }), candidates: [] };
    if (others.length === 0) return { ok: true, peerId: only.peerId };
    return { ...refuse('ambiguous-name', { name }), candidates: candidates.slice(0, maxCandidates) };
  }
}
