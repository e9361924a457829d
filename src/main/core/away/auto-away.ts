/**
 * Asks the sources of idle time, and tells when the user went away or came back (rules AWAY-1 to
 * AWAY-9). A host follows one source at a time; without one, nobody is ever away by itself.
 * `away-state.ts` decides.
 */
import type { GetSetting } from '../../../shared/contract/settings.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';
import { firstAwayState, isIdleKnown, nextAwayState, type AwayEvent, type AwayState } from './away-state.ts';

/** Often enough to notice a return within 2 s. */
const awayPollMs = 1_000;
/** Seldom enough to cost nothing, and exact enough for minutes. */
const herePollMs = 5_000;
const minuteMs = 60_000;

/** Where idle time comes from: the system, or the pages of a browser. */
export interface IdleSource {
  /** Milliseconds since the last input; undefined if unknown. */
  idleMs(): number | undefined;
  /** Calls back when the screen was locked or unlocked, on systems that tell. */
  onLock?(listener: (isLocked: boolean) => void): Unsubscribe;
}

export interface AutoAwayArea {
  /** @returns the end of following; then the user counts as here */
  follow(source: IdleSource): Unsubscribe;
  /** There was input in one of our windows. */
  active(): void;
  /** Milliseconds since that input; undefined if there was none since the source is followed. */
  sinceActiveMs(): number | undefined;
  /**
   * Whether idle time works on this desktop: `learning` until that is known. Without a source it is
   * `unavailable` too.
   */
  idleTime(): 'works' | 'learning' | 'unavailable';
}

export interface AutoAway {
  readonly area: AutoAwayArea;
  isAway(): boolean;
  /** The user wants auto-away, a source is followed, and it cannot be believed. */
  cannotTell(): boolean;
  /** A setting changed. */
  review(): void;
  close(): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  readonly getSetting: GetSetting;
  readonly onChange: () => void;
}

export function createAutoAway({ clock, getSetting, onChange }: Deps): AutoAway {
  let state: AwayState | undefined;
  let source: IdleSource | undefined;
  let cancelTimer: Unsubscribe | undefined;
  let stopLocks: Unsubscribe | undefined;
  let couldNotTell = false;

  function take(event: AwayEvent): void {
    if (state === undefined) return;
    const wasAway = state.isAway;
    const choice = { isOn: getSetting('autoAway'), limitMs: getSetting('autoAwayMinutes') * minuteMs };
    state = nextAwayState(state, event, choice, clock.monotonicMs());
    if (state.isAway !== wasAway) plan();
    const isChanged = state.isAway !== wasAway || cannotTell() !== couldNotTell;
    couldNotTell = cannotTell();
    if (isChanged) onChange();
  }

  function cannotTell(): boolean {
    return state !== undefined && isIdleKnown(state, clock.monotonicMs()) === false && getSetting('autoAway');
  }

  function sample(): void {
    take({ type: 'sampled', idleMs: source?.idleMs() });
  }

  function plan(): void {
    cancelTimer?.();
    cancelTimer = clock.setTimer(
      () => {
        sample();
        if (source !== undefined) plan();
      },
      state?.isAway ? awayPollMs : herePollMs,
    );
  }

  function stop(): void {
    cancelTimer?.();
    stopLocks?.();
    [cancelTimer, stopLocks, source] = [undefined, undefined, undefined];
    const wasAway = state?.isAway ?? false;
    state = undefined;
    if (wasAway) onChange();
  }

  return {
    area: {
      follow(given) {
        stop();
        source = given;
        state = firstAwayState(clock.monotonicMs());
        stopLocks = given.onLock?.((isLocked) => take({ type: 'locked', isLocked }));
        sample();
        plan();
        return () => {
          if (source === given) stop();
        };
      },
      active: () => take({ type: 'active' }),
      sinceActiveMs: () => (state?.activeAtMs === undefined ? undefined : clock.monotonicMs() - state.activeAtMs),
      idleTime() {
        if (state === undefined) return 'unavailable';
        const isKnown = isIdleKnown(state, clock.monotonicMs());
        return isKnown === undefined ? 'learning' : isKnown ? 'works' : 'unavailable';
      },
    },
    isAway: () => state?.isAway ?? false,
    cannotTell,
    review: sample,
    close: stop,
  };
}
