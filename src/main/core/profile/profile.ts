/** Our profile as hosts see it, and its way to other peers. own-profile.ts decides which profile is allowed. */
import type { ProfileChange, Self } from '../../../shared/contract/profile.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { toBoundInterface, type Presence } from '../presence/index.ts';
import { createOwnProfile, type OwnProfileOptions, type Profile, type ProfileRefusal } from './own-profile.ts';

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
  current(): Profile;
  /** Emits ourselves anew: our addresses changed. */
  refresh(): void;
}

interface Deps {
  readonly ownPeerId: PeerId;
  /** Late: presence announces this very profile. */
  readonly presence: () => Pick<Presence, 'registry' | 'addresses' | 'announceChange'>;
  readonly onListenerError: (error: unknown) => void;
}

export function createProfile({ ownPeerId, presence, onListenerError }: Deps, options: OwnProfileOptions): OwnedProfile {
  const events = createEmitter<ProfileEvent>(onListenerError);
  const own = createOwnProfile(() => presence().registry.list(), options);

  return {
    self,
    change(change) {
      const refused = own.change(change);
      if (refused) return refused;
      presence().announceChange();
      return { ok: true, self: emitSelf() };
    },
    subscribe: (listener) => events.subscribe(listener),
    current: own.current,
    refresh: emitSelf,
  };

  function self(): Self {
    const interfaces = presence()
      .addresses()
      .flatMap((bound) => (bound.joined ? [toBoundInterface(bound)] : []));
    return { peerId: ownPeerId, ...own.current(), interfaces };
  }

  function emitSelf(): Self {
    const changed = self();
    events.emit({ type: 'self-changed', self: changed });
    return changed;
  }
}
