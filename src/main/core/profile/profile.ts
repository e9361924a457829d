/** Our profile as hosts see it, and its way to other peers. own-profile.ts decides which profile is allowed. */
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
  /** Ourselves, as other peers see us. */
  self(): Self;
  /** Changes what the change names, and announces it. */
  change(change: ProfileChange): ProfileResult;
  subscribe(listener: (event: ProfileEvent) => void): Unsubscribe;
}

export interface OwnedProfile extends ProfileArea {
  /** For the announcement. */
  readonly current: OwnProfile['current'];
  /** For the setting. */
  readonly refusalOf: OwnProfile['refusalOf'];
  /** Emits ourselves anew: our addresses changed. */
  refresh(): void;
}

interface Deps {
  readonly ownPeerId: PeerId;
  /** Late: presence announces this very profile. */
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
