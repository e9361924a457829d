/**
 * Our profile as hosts see it, and its announcement. `own-profile.ts` decides which profile is
 * allowed.
 */
import type { ProfileChange, Self } from '../../../shared/contract/profile.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { toBoundInterface, type Presence } from '../presence/index.ts';
import type { Clock } from '../ports.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createAutoAway, type AutoAwayArea } from '../away/auto-away.ts';
import { createOwnProfile, type OwnProfile, type ProfileRefusal } from './own-profile.ts';
import { createTimedBusy } from './timed-busy.ts';

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
  readonly announced: OwnProfile['announced'];
  readonly name: OwnProfile['name'];
  /** The check of the name setting. */
  readonly refusalOf: OwnProfile['refusalOf'];
  /** Emits our profile again, after a change of addresses. */
  refresh(): void;
  /** Whether the user sits before this computer. */
  readonly away: AutoAwayArea;
  close(): void;
}

interface Deps {
  readonly ownPeerId: PeerId;
  /** A function, since presence is created later and announces this profile. */
  readonly presence: () => Pick<Presence, 'registry' | 'addresses' | 'announceChange'>;
  readonly settings: Pick<SettingsStore, 'get' | 'put' | 'subscribe'>;
  readonly onListenerError: (error: unknown) => void;
  readonly clock: Clock;
}

export function createProfile(
  { ownPeerId, presence, settings, onListenerError, clock }: Deps,
  options: { readonly host: string; readonly version?: string },
): OwnedProfile {
  const events = createEmitter<ProfileEvent>(onListenerError);
  const busy = createTimedBusy({ clock, settings });
  // Another status hides it.
  const onChange = (): void => void (settings.get('status') === 'available' && announce());
  const away = createAutoAway({ clock, getSetting: settings.get, onChange });
  const own = createOwnProfile(
    {
      here: () => presence().registry.list(),
      settings,
      busyUntilMs: busy.untilMs,
      isAway: away.isAway,
      cannotTellAway: away.cannotTell,
    },
    options,
  );
  settings.subscribe(({ settings: changed }) => {
    if ('name' in changed || 'status' in changed || 'note' in changed || 'busyUntilMs' in changed) announce();
    if ('autoAway' in changed || 'autoAwayMinutes' in changed) away.review();
  });

  return {
    self,
    change: (change) => own.change(change) ?? { ok: true, self: self() },
    subscribe: (listener) => events.subscribe(listener),
    current: own.current,
    refusalOf: own.refusalOf,
    refresh: emitSelf,
    announced: own.announced,
    name: own.name,
    away: away.area,
    close() {
      busy.close();
      away.close();
    },
  };

  function self(): Self {
    const interfaces = presence()
      .addresses()
      .flatMap((bound) => (bound.joined ? [toBoundInterface(bound)] : []));
    return { peerId: ownPeerId, ...own.current(), interfaces };
  }

  function announce(): void {
    presence().announceChange();
    emitSelf();
  }

  function emitSelf(): void {
    events.emit({ type: 'self-changed', self: self() });
  }
}
