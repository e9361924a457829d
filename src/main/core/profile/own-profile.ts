/**
 * What we are called and say of ourselves: cleaned, with a name that is not reserved, and that nobody here uses or could be mixed up with
 * (rules PROF-1 to PROF-3). Telling others of it is left to presence.
 */
import {
  maxHostBytes,
  maxNameBytes,
  maxNoteBytes,
  type ProfileChange,
  type Self,
  type Status,
} from '../../../shared/contract/profile.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import { likenessOf } from '../../../shared/text/similar-names.ts';
import { isReservedName } from '../../../shared/text/reserved-names.ts';
import { cleanText, type PeerRecord } from '../presence/index.ts';

export type Profile = Pick<Self, 'name' | 'host' | 'status' | 'note'>;

export type ProfileRefusal = Refusal<'bad-name' | 'name-reserved' | 'name-in-use'>;

export interface OwnProfile {
  current(): Profile;
  /** What is not mentioned stays. @returns why nothing was changed */
  change(change: ProfileChange): ProfileRefusal | undefined;
}

export interface OwnProfileOptions {
  readonly name: string;
  readonly host: string;
  readonly status: Status;
  readonly note: string;
}

/** @param here those whose names are taken */
export function createOwnProfile(here: () => readonly PeerRecord[], options: OwnProfileOptions): OwnProfile {
  let profile: Profile = {
    name: cleanText(options.name, maxNameBytes) || cleanText(options.host, maxNameBytes) || 'unnamed',
    host: cleanText(options.host, maxHostBytes),
    status: options.status,
    note: cleanText(options.note, maxNoteBytes),
  };

  return {
    current: () => profile,
    change({ name: given, status, note }) {
      const name = given === undefined ? profile.name : cleanText(given, maxNameBytes);
      const refused = given === undefined ? undefined : refusalOf(name);
      if (refused) return refused;
      profile = {
        ...profile,
        name,
        status: status ?? profile.status,
        note: note === undefined ? profile.note : cleanText(note, maxNoteBytes),
      };
      return undefined;
    },
  };

  function refusalOf(name: string): ProfileRefusal | undefined {
    if (name === '') return refuse('bad-name');
    if (isReservedName(name)) return refuse('name-reserved', { name });
    let alike: string | undefined;
    for (const { announcement } of here()) {
      const likeness = likenessOf(name, announcement.name);
      if (likeness === 'same') return refuse('name-in-use', { likeness, name: announcement.name });
      if (likeness === 'alike') alike = announcement.name;
    }
    return alike === undefined ? undefined : refuse('name-in-use', { likeness: 'alike', name: alike });
  }
}
