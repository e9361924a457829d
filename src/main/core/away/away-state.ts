/**
 * Decides whether the user is away: no input for a while, or a locked screen (docs/spec/away.md).
 * Systems report idle time that never rises, or that never falls, and a wrong "away" is worse than
 * none. So the idle time counts only after it rose and fell with the user (AWAY-4 to AWAY-6). A pure
 * function of state, event and time. `auto-away.ts` asks the sources.
 */

/** The user was just there if the idle time fell below this. */
const backBelowMs = 5_000;
/** Idle times are whole seconds, and input in our window is reported a little late. */
const toleranceMs = 5_000;
/** An idle time that proved nothing for so long is taken for broken. */
export const unprovedLimitMs = 30 * 60_000;
/** Least time from one "away" by idle time to the next: with the return between, one change a minute. */
export const awayAgainAfterMs = 2 * 60_000;

export interface AwayState {
  /** `unproved`: the idle time did not follow the user yet. */
  readonly trust: 'unproved' | 'trusted';
  readonly sinceMs: number;
  /** The last idle time that the source reported. */
  readonly lastIdleMs: number | undefined;
  /** Input that one of our own windows saw. */
  readonly activeAtMs: number | undefined;
  /** The last time when the user was shown as away for idle time. */
  readonly wentAwayAtMs: number | undefined;
  readonly isLocked: boolean;
  readonly isAway: boolean;
}

export type AwayEvent =
  /** `idleMs`: time since the last input anywhere; undefined if the source cannot tell. */
  | { readonly type: 'sampled'; readonly idleMs: number | undefined }
  | { readonly type: 'locked'; readonly isLocked: boolean }
  /** Input in one of our own windows. */
  | { readonly type: 'active' };

export interface AwayChoice {
  readonly isOn: boolean;
  /** Idle time after which the user is away. */
  readonly limitMs: number;
}

export function firstAwayState(nowMs: number): AwayState {
  return {
    trust: 'unproved',
    sinceMs: nowMs,
    lastIdleMs: undefined,
    activeAtMs: undefined,
    wentAwayAtMs: undefined,
    isLocked: false,
    isAway: false,
  };
}

/** @param nowMs monotonic clock */
export function nextAwayState(state: AwayState, event: AwayEvent, choice: AwayChoice, nowMs: number): AwayState {
  const seen = observe(state, event, nowMs);
  const isIdle = choice.isOn && seen.trust === 'trusted' && idleOf(seen, nowMs) >= choice.limitMs;
  const mayGo = seen.wentAwayAtMs === undefined || nowMs - seen.wentAwayAtMs >= awayAgainAfterMs;
  const isAway = choice.isOn && (seen.isLocked || (isIdle && (state.isAway || mayGo)));
  return { ...seen, isAway, wentAwayAtMs: isAway && !state.isAway ? nowMs : seen.wentAwayAtMs };
}

/** Whether idle time says anything on this desktop. It may take a while to find out. */
export function isIdleKnown({ trust, sinceMs }: AwayState, nowMs: number): boolean | undefined {
  if (trust === 'trusted') return true;
  return nowMs - sinceMs >= unprovedLimitMs ? false : undefined;
}

function observe(state: AwayState, event: AwayEvent, nowMs: number): AwayState {
  switch (event.type) {
    case 'locked':
      // The one who unlocks is there.
      return { ...state, isLocked: event.isLocked, ...(!event.isLocked && { activeAtMs: nowMs }) };
    case 'active':
      return { ...state, activeAtMs: nowMs };
    case 'sampled':
      return sampled(state, event.idleMs, nowMs);
  }
}

function sampled(state: AwayState, idleMs: number | undefined, nowMs: number): AwayState {
  const { lastIdleMs, activeAtMs } = state;
  // No page is open, or so: that proves nothing against the source.
  if (idleMs === undefined) return { ...state, lastIdleMs: undefined, sinceMs: nowMs };
  const hasMissedInput = activeAtMs !== undefined && idleMs > nowMs - activeAtMs + toleranceMs;
  if (hasMissedInput) {
    // It may prove itself again, but not with the value that is wrong now.
    const sinceMs = state.trust === 'trusted' ? nowMs : state.sinceMs;
    return { ...state, trust: 'unproved', sinceMs, lastIdleMs: undefined };
  }
  const hasFallen = lastIdleMs !== undefined && lastIdleMs > idleMs && idleMs < backBelowMs;
  return { ...state, lastIdleMs: idleMs, ...(hasFallen && { trust: 'trusted' }) };
}

/** Input in our own windows counts even if the source reports it late. */
function idleOf({ lastIdleMs = 0, activeAtMs }: AwayState, nowMs: number): number {
  return activeAtMs === undefined ? lastIdleMs : Math.min(lastIdleMs, nowMs - activeAtMs);
}
