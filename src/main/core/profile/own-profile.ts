/**
 * Our own profile: cleaned, with a name that no online peer has, nor a look-alike of one (rules
 * PROF-1 and PROF-2). Reserved names are refused too. The values are settings. Presence announces
 * them.
 */
import { maxHostBytes, maxNameBytes, type ProfileChange, type Self } from '../../../shared/contract/profile.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import { likenessOf } from '../../../shared/text/similar-names.ts';
import { isReservedName } from '../../../shared/text/reserved-names.ts';
import { cleanText, type Announcement, type PeerRecord } from '../presence/index.ts';
import type { SettingsStore } from '../settings/settings.ts';

export type Profile = Pick<Self, 'name' | 'host' | 'status' | 'note' | 'busyUntilMs' | 'isAutoAway' | 'cannotTellAway'>;

/** The part that peers get. */
export type AnnouncedProfile = Pick<Announcement, 'name' | 'host' | 'status' | 'note' | 'busyUntilSeconds' | 'version'>;

export type ProfileRefusal = Refusal<'bad-name' | 'name-reserved' | 'name-in-use'>;

export interface OwnProfile {
  current(): Profile;
  /** That of `current`, for what asks at every message. */
  name(): string;
  /** The parts of the announcement. */
  announced(): AnnouncedProfile;
  /**
   * Changes the fields that `change` names.
   * @returns why nothing was changed; undefined if it was
   */
  change(change: ProfileChange): ProfileRefusal | undefined;
  /** @returns why we cannot use that name now; undefined if we can */
  refusalOf(name: string): ProfileRefusal | undefined;
}

interface Deps {
  /** The listed peers, whose names are taken. */
  readonly here: () => readonly PeerRecord[];
  readonly settings: Pick<SettingsStore, 'get' | 'put'>;
  /** The end of our busy status. */
  readonly busyUntilMs: () => number | undefined;
  /** Nobody sits before this computer. */
  readonly isAway: () => boolean;
  readonly cannotTellAway: () => boolean;
}

export function createOwnProfile(
  { here, settings, busyUntilMs, isAway, cannotTellAway }: Deps,
  options: { readonly host: string; readonly version?: string },
): OwnProfile {
  const host = cleanText(options.host, maxHostBytes);
  const { version } = options;

  return {
    current,
    name: ownName,
    announced() {
      const { name, status, note, busyUntilMs: untilMs } = current();
      const end = untilMs !== undefined && { busyUntilSeconds: Math.floor(untilMs / 1_000) };
      return { name, host, status, note, ...end, ...(version !== undefined && { version }) };
    },
    change({ name: given, status, note, busyUntilMs: untilMs = null }) {
      const name = given === undefined ? undefined : cleanText(given, maxNameBytes);
      const refused = name === undefined ? undefined : refusalOf(name);
      if (refused) return refused;
      settings.put({
        ...(name !== undefined && { name }),
        ...(status && { status, busyUntilMs: status === 'busy' ? untilMs : null }),
        ...(note !== undefined && { note }),
      });
      return undefined;
    },
    refusalOf,
  };

  function ownName(): string {
    return settings.get('name') || defaultName('', host);
  }

  function current(): Profile {
    const chosen = settings.get('status');
    // A status that the user chose stays.
    const isAutoAway = chosen === 'available' && isAway();
    const untilMs = busyUntilMs();
    return {
      name: ownName(),
      host,
      status: isAutoAway ? 'away' : chosen,
      note: settings.get('note'),
      ...(untilMs !== undefined && { busyUntilMs: untilMs }),
      ...(isAutoAway && { isAutoAway }),
      ...(cannotTellAway() && { cannotTellAway: true }),
    };
  }

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

/** @param account name of the user's account @returns the name of a user who never chose one */
export function defaultName(account: string, host: string): string {
  return cleanText(account, maxNameBytes) || cleanText(host, maxNameBytes) || 'unnamed';
}
