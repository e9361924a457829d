/**
 * The table of missing messages: which round asks for each, and which were given up (rules ROOM-68
 * and ROOM-72). Pure but for its state. `gaps.ts` fills it.
 */
import { createLruMap } from '../../lib/lru-map.ts';
import type { ShortTag } from './ranges.ts';
import type { Round } from './rounds.ts';

/** Given-up messages. Forgetting the oldest only leads to asks for it at the next evidence. */
const maxHoles = 4_096;

export interface LogState {
  readonly pending: Map<number, Round>;
  /** Nobody brought something of this log: sessions only, until a new block of it comes. */
  isSilent: boolean;
  /** More is missing than can be asked for, and a pull was requested. */
  isPulled: boolean;
  /** The round that waits for the end of a bulk transfer. */
  quiet: Round | undefined;
}

export interface Pending {
  /** Missing messages of all logs. */
  readonly count: number;
  find(log: ShortTag): LogState | undefined;
  /** Creates the state if there is none. Call `forgetIdle` when it may be idle again. */
  stateOf(log: ShortTag): LogState;
  forgetIdle(log: ShortTag): void;
  enter(round: Round, numbers: readonly number[]): void;
  /** Removes one message from the table and from its round. */
  remove(round: Round, number: number): void;
  /** Marks it as given up. */
  giveUp(log: ShortTag, number: number): void;
  /** True if a round asks for it, or it was given up. */
  has(log: ShortTag, number: number): boolean;
  hearsayOf(log: ShortTag): Iterable<Round>;
  clear(): void;
}

export function createPending(): Pending {
  const logs = new Map<ShortTag, LogState>();
  const holes = createLruMap<string, true>(maxHoles);
  let count = 0;

  function stateOf(log: ShortTag): LogState {
    const state = logs.get(log) ?? { pending: new Map<number, Round>(), isSilent: false, isPulled: false, quiet: undefined };
    logs.set(log, state);
    return state;
  }

  return {
    get count() {
      return count;
    },
    find: (log) => logs.get(log),
    stateOf,
    forgetIdle(log) {
      const state = logs.get(log);
      if (state?.pending.size === 0 && !state.isSilent && !state.isPulled) logs.delete(log);
    },
    enter(round, numbers) {
      const state = stateOf(round.log);
      for (const number of numbers) state.pending.set(number, round);
      count += numbers.length;
    },
    remove(round, number) {
      round.numbers.delete(number);
      if (logs.get(round.log)?.pending.delete(number) === true) count -= 1;
    },
    giveUp: (log, number) => void holes.set(`${log}:${number}`, true),
    has: (log, number) => logs.get(log)?.pending.has(number) === true || holes.has(`${log}:${number}`),
    hearsayOf: (log) => new Set([...(logs.get(log)?.pending.values() ?? [])].filter(({ source }) => source !== undefined)),
    clear() {
      logs.clear();
      count = 0;
    },
  };
}
