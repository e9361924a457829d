/**
 * Our profile as hosts see it, and its announcement. `own-profile.ts` decides which profile is
 * allowed.
 */
import type { ProfileChange, Self } from '../../../shared/contract/profile.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { toBoundInterface, type Presence } from '../presence/index.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createOwnProfile, type OwnProfile, type ProfileRefusal } from './own-profile.ts';

export interface ProfileEvent {
  readonly type: 'self-changed';
  readonly self: Self;
}

export type ProfileResult = { readonly ok: true; readonly self: Self } | ProfileRefusal;

export interface ProfileArea {
  /** Our own profile, as peers see it. */
  self(): Self;
  /** Changes the fields that `change` names, and announces them. */
  change(change: ProfileChange): ProfileResult;
  subscribe(listener: (event: ProfileEvent) => void): Unsubscribe;
}

export interface OwnedProfile extends ProfileArea {
  /** The profile that the announcement carries. */
  readonly current: OwnProfile['current'];
  /** The check of the name setting. */
  readonly refusalOf: OwnProfile['refusalOf'];
  /** Emits our profile again, after a change of addresses. */
  refresh(): void;
}

interface Deps {
  readonly ownPeerId: PeerId;
  /** A function, since presence is created later and announces this profile. */
  readonly presence: () => Pick<Presence, 'registry' | 'addresses' | 'announceChange'>;
  readonly settings: Pick<SettingsStore, 'get' | 'put' | 'subscribe'>;
  readonly onListenerError: (error: unknown) => void;
}

export function createProfile(
  { ownPeerId, presence, settings, onListenerError }: Deps,
  options: { readonly host: string },
): OwnedProfile {
  const events = createEmitter<ProfileEvent>(onListenerError);
  const own = createOwnProfile({ here: () => presence().registry.list(), settings }, options);
  settings.subscribe(({ settings: changed }) => {
    if (!('name' in changed || 'status' in changed || 'note' in changed)) return;
    presence().announceChange();
    emitSelf();
  });

  return {
    self,
    change: (change) => own.change(change) ?? { ok: true, self: self() },
    subscribe: (listener) => events.subscribe(listener),
    current: own.current,
    refusalOf: own.refusalOf,
    refresh: emitSelf,
  };

  function self(): Self {
    const interfaces = presence()
      .addresses()
      .flatMap((bound) => (bound.joined ? [toBoundInterface(bound)] : []));
    return { peerId: ownPeerId, ...own.current(), interfaces };
  }

  function emitSelf(): void {
    events.emit({ type: 'self-changed', self: self() });
  }
}
