/**
 * The member list of a private room: a chain of signed versions, and which of two chains counts
 * (rules ROOM-171 to ROOM-173). Pure. `private-book.ts` keeps the chains.
 */
import { maxPrivateMembers } from '../../../../shared/contract/private-rooms.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { areBytesEqual } from '../../lib/bytes.ts';
import { maxChangesBytes } from '../../messaging/wire/private-frames.ts';
import type { Hash, Signatures } from '../../ports.ts';
import type { RoomId } from '../wire/block.ts';
import { decodeChange, maxVersions, verifyChange, type SignedChange } from './member-change.ts';
import { privateRoomIdOf } from './private-id.ts';

export interface MemberList {
  readonly room: RoomId;
  readonly version: number;
  readonly title: string;
  readonly creator: PeerId;
  /** In the order in which they became admins. */
  readonly admins: readonly PeerId[];
  /** Admins too, in the order in which they came. */
  readonly people: readonly PeerId[];
}

/** From version 1 on, without gaps; never empty. */
export interface Chain {
  readonly changes: readonly SignedChange[];
  readonly list: MemberList;
}

/** `unattached`: a version before it is missing · `forged`: malformed, or its signer had no right. */
export type ChainFault = 'unattached' | 'forged';

interface Deps {
  readonly signatures: Signatures;
  readonly hash: Hash;
}

/**
 * @param held versions that are known here; those that came again are not verified again
 * @param came consecutive versions of one room
 * @returns the chain that `came` ends; it may be shorter than `held`
 */
export function chainOf(room: RoomId, held: Chain | undefined, came: readonly Uint8Array[], deps: Deps): Chain | ChainFault {
  const start = came[0] && decodeChange(came[0]);
  if (!start) return 'forged';
  const known = held?.changes ?? [];
  let changes = known.slice(0, start.version - 1);
  if (changes.length < start.version - 1) return 'unattached';
  let list = listOf(changes, deps.hash);
  for (const bytes of came) {
    const same = known[changes.length];
    const isKnown = same !== undefined && areBytesEqual(same.bytes, bytes) && changes.at(-1) === known[changes.length - 1];
    const change = isKnown ? same : verifyChange(bytes, deps);
    if (!change || change.room !== room) return 'forged';
    if (change.version !== changes.length + 1) return 'forged';
    // Another version before it than ours: its sender must begin lower.
    if (changes.length === start.version - 1 && !followsOn(changes.at(-1), change)) return 'unattached';
    list = applied(list, changes.at(-1), change, deps.hash);
    if (!list) return 'forged';
    changes = [...changes, change];
  }
  return list && fits(changes) ? { changes, list } : 'forged';
}

/** @param changes that were valid before */
export function chainOfKnown(changes: readonly SignedChange[], hash: Hash): Chain | undefined {
  const list = listOf(changes, hash);
  return list && list.version === changes.length ? { changes, list } : undefined;
}

/** @returns undefined if its signer had no right to that change, or the list is full */
export function withChange(chain: Chain | undefined, change: SignedChange, hash: Hash): Chain | undefined {
  const list = applied(chain?.list, chain?.changes.at(-1), change, hash);
  const changes = [...(chain?.changes ?? []), change];
  return list && fits(changes) ? { changes, list } : undefined;
}

/**
 * A function of the two chains alone, so all members end with the same one. A chain counts more than
 * its own beginning. Of two that differ, the one with a version of the creator behind the fork
 * counts; if both have one or none, the one with the lower hash where they differ. So nobody that
 * the creator removed can undo that by a longer chain of their own.
 *
 * @returns negative if `a` counts
 */
export function compareChains(a: Chain, b: Chain): number {
  const fork = commonLength(a, b);
  const [nextA, nextB] = [a.changes[fork], b.changes[fork]];
  if (!nextA || !nextB) return b.changes.length - a.changes.length;
  const ofCreator = Number(hasCreatorFrom(b, fork)) - Number(hasCreatorFrom(a, fork));
  return ofCreator || compareBytes(nextA.hash, nextB.hash);
}

/** How many versions two chains share. */
export function commonLength(a: Chain, b: Chain): number {
  const limit = Math.min(a.changes.length, b.changes.length);
  let length = 0;
  while (length < limit && areBytesEqual((a.changes[length] as SignedChange).hash, (b.changes[length] as SignedChange).hash))
    length += 1;
  return length;
}

/** The version with which that person came, of those that are members now. */
export function cameWith({ changes, list }: Chain, peerId: PeerId): SignedChange | undefined {
  if (!list.people.includes(peerId)) return undefined;
  return changes.findLast(
    ({ content, signerId }) =>
      (content.what === 'create' && (signerId === peerId || content.people.includes(peerId))) ||
      (content.what === 'add' && content.people.includes(peerId)),
  );
}

/** The version that removed that person, who is no member now. */
export function wentWith({ changes, list }: Chain, peerId: PeerId): SignedChange | undefined {
  if (list.people.includes(peerId)) return undefined;
  return changes.findLast(({ content }) => content.what === 'remove' && content.people.includes(peerId));
}

/** Everybody who is or was a member: their messages count. */
export function everIn({ changes, list }: Chain): ReadonlySet<PeerId> {
  return new Set([
    list.creator,
    ...changes.flatMap(({ content }) => (content.what === 'create' || content.what === 'add' ? content.people : [])),
  ]);
}

function listOf(changes: readonly SignedChange[], hash: Hash): MemberList | undefined {
  let list: MemberList | undefined;
  for (const [index, change] of changes.entries()) {
    list = applied(list, changes[index - 1], change, hash);
    if (!list) return undefined;
  }
  return list;
}

/** The whole list fits into one frame. */
function fits(changes: readonly SignedChange[]): boolean {
  return changes.length <= maxVersions && changes.reduce((sum, { bytes }) => sum + bytes.length, 0) <= maxChangesBytes;
}

function followsOn(before: SignedChange | undefined, { previous }: SignedChange): boolean {
  return before ? areBytesEqual(before.hash, previous) : previous.every((byte) => byte === 0);
}

/** @returns undefined if the change is not allowed */
function applied(
  list: MemberList | undefined,
  before: SignedChange | undefined,
  change: SignedChange,
  hash: Hash,
): MemberList | undefined {
  if (!followsOn(before, change) || change.version !== (list?.version ?? 0) + 1) return undefined;
  if (!list) return created(change, hash);
  if (change.room !== list.room || !list.admins.includes(change.signerId)) return undefined;
  const next = changed({ ...list, version: change.version }, change);
  return next && next.people.length <= maxPrivateMembers ? next : undefined;
}

function created({ content, signerKey, signerId, room, version }: SignedChange, hash: Hash): MemberList | undefined {
  if (content.what !== 'create' || privateRoomIdOf(content.secret, signerKey, hash) !== room) return undefined;
  const people = [signerId, ...content.people];
  if (content.people.includes(signerId) || people.length > maxPrivateMembers) return undefined;
  return { room, version, title: content.title, creator: signerId, admins: [signerId], people };
}

function changed(list: MemberList, { content, signerId }: SignedChange): MemberList | undefined {
  const { people, admins, creator } = list;
  switch (content.what) {
    case 'create':
      return undefined;
    case 'title':
      return { ...list, title: content.title };
    case 'add':
      return content.people.some((one) => people.includes(one)) ? undefined : { ...list, people: [...people, ...content.people] };
    case 'admin': {
      const isNew = content.people.every((one) => people.includes(one) && !admins.includes(one));
      return isNew && signerId === creator ? { ...list, admins: [...admins, ...content.people] } : undefined;
    }
    case 'remove':
      return mayRemove(list, signerId, content.people) ? without(list, content.people) : undefined;
  }
}

/** Admins are removed by the creator alone; all leave by themselves. */
function mayRemove({ people, admins, creator }: MemberList, signerId: PeerId, removed: readonly PeerId[]): boolean {
  return removed.every((one) => people.includes(one) && (one === signerId || !admins.includes(one) || signerId === creator));
}

/** If no admin is left, the one who came first is the next. */
function without(list: MemberList, removed: readonly PeerId[]): MemberList {
  const people = list.people.filter((one) => !removed.includes(one));
  const admins = list.admins.filter((one) => !removed.includes(one));
  return { ...list, people, admins: admins.length > 0 ? admins : people.slice(0, 1) };
}

function hasCreatorFrom({ changes, list }: Chain, from: number): boolean {
  return changes.slice(from).some(({ signerId }) => signerId === list.creator);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? 0 : (a[at] as number) - (b[at] as number);
}
