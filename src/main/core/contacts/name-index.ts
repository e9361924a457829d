/**
 * Finds contacts by name, and the earlier holder of a name or of a look-alike (rule TRUST-2). A
 * name that thousands of keys share costs as little as any other. The contact book stores the
 * contacts.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { comparableName, looksOfName } from '../../../shared/text/similar-names.ts';
import type { Contact } from '../messaging/ports.ts';

export interface NameIndex {
  add(contact: Contact): void;
  /** @param contact with the name that it was added with */
  remove(contact: Contact): void;
  /** The contacts of that name, without look-alikes. */
  named(name: string): Iterable<Contact>;
  /** The verified contact that uses this one's name or a look-alike, else the first to use it. */
  earlierHolderOf(contact: Contact): Contact | undefined;
  /** A time after all current users of the name or a look-alike, even if the clock was set back. */
  afterHolders(name: string, nowMs: number): number;
}

/** The contacts that share one look. */
interface Group {
  readonly peerIds: Set<PeerId>;
  /** The first by `isBefore`. Undefined after it was removed, until a caller asks. */
  first: PeerId | undefined;
  /** The latest time at which any of them took the name. */
  newestMs: number;
}

/** @param get a contact that was added and not removed */
export function createNameIndex(get: (peerId: PeerId) => Contact | undefined): NameIndex {
  /** By each look of a name. The form for comparing names is one of the looks. */
  const groups = new Map<string, Group>();

  return {
    add(contact) {
      for (const look of looksOfName(contact.name)) addTo(look, contact);
    },
    remove({ peerId, name }) {
      for (const look of looksOfName(name)) {
        const group = groups.get(look);
        if (!group?.peerIds.delete(peerId)) continue;
        if (group.first === peerId) group.first = undefined;
        if (group.peerIds.size === 0) groups.delete(look);
      }
    },
    *named(name) {
      const wanted = comparableName(name);
      for (const peerId of groups.get(wanted)?.peerIds ?? []) {
        const contact = get(peerId);
        if (contact && comparableName(contact.name) === wanted) yield contact;
      }
    },
    earlierHolderOf(own) {
      const firsts = looksOfName(own.name).flatMap((look) => firstOf(groups.get(look)) ?? []);
      const earlier = firsts.filter(({ peerId }) => peerId !== own.peerId).filter((contact) => isBefore(contact, own));
      return earlier.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))[0];
    },
    afterHolders: (name, nowMs) =>
      looksOfName(name).reduce((sinceMs, look) => Math.max(sinceMs, (groups.get(look)?.newestMs ?? -Infinity) + 1), nowMs),
  };

  function addTo(look: string, contact: Contact): void {
    const group = groups.get(look) ?? { peerIds: new Set(), first: contact.peerId, newestMs: contact.nameSinceMs };
    groups.set(look, group);
    group.peerIds.add(contact.peerId);
    group.newestMs = Math.max(group.newestMs, contact.nameSinceMs);
    const first = group.first === undefined ? undefined : get(group.first);
    if (first && isBefore(contact, first)) group.first = contact.peerId;
  }

  function firstOf(group: Group | undefined): Contact | undefined {
    if (group && group.first === undefined) group.first = findFirst(group);
    return group?.first === undefined ? undefined : get(group.first);
  }

  function findFirst({ peerIds }: Group): PeerId | undefined {
    let first: Contact | undefined;
    for (const peerId of peerIds) {
      const contact = get(peerId);
      if (contact && (!first || isBefore(contact, first))) first = contact;
    }
    return first?.peerId;
  }
}

/** Whether `a` has the better claim to a name that both use. */
export function isBefore(a: Contact, b: Contact): boolean {
  return a.verified === b.verified ? a.nameSinceMs < b.nameSinceMs : a.verified;
}
