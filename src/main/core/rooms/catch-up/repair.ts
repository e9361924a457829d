/**
 * Wants of live repair by session (rule ROOM-111): given holders one after the other, 3 s each,
 * until all ranges are here. `live/rounds.ts` decides what and whom.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { maxRangesPerWant } from '../../messaging/wire/room-frames.ts';
import type { Clock } from '../../ports.ts';
import type { LogRange } from '../live/ranges.ts';
import type { RoomId } from '../wire/block.ts';
import type { Asks } from './asks.ts';
import { firstRanges, removeFrom, type Needs } from './needs.ts';
import type { PullMemory } from './pull-memory.ts';
import type { Waits } from './waits.ts';

const holderMs = 3_000;
/** Repairs at a time. Further ones are left to pulls. */
const maxRepairs = 16;

export interface RepairDeps {
  readonly clock: Clock;
  readonly waits: Waits;
  readonly asks: Pick<Asks, 'ask'>;
  readonly memory: Pick<PullMemory, 'isHolder'>;
  readonly open: (peerId: PeerId) => Promise<boolean>;
  readonly onGain: (room: RoomId, messages: number, bytes: number) => void;
}

export type Repair = (room: RoomId, ranges: readonly LogRange[], holders: readonly PeerId[]) => void;

export function createRepair(deps: RepairDeps): Repair {
  let running = 0;
  return (room, ranges, holders) => {
    if (running >= maxRepairs) return;
    running += 1;
    void repair(room, needsOf(ranges), holders, deps).finally(() => (running -= 1));
  };
}

async function repair(room: RoomId, needs: Needs, holders: readonly PeerId[], deps: RepairDeps): Promise<void> {
  for (const holder of holders) {
    if (needs.size === 0 || deps.waits.isClosed) return;
    if (deps.memory.isHolder(holder) && (await deps.open(holder))) await askHolder(room, needs, holder, deps);
  }
}

async function askHolder(room: RoomId, needs: Needs, holder: PeerId, deps: RepairDeps): Promise<void> {
  const untilMs = deps.clock.monotonicMs() + holderMs;
  for (;;) {
    const leftMs = untilMs - deps.clock.monotonicMs();
    if (needs.size === 0 || leftMs <= 0 || deps.waits.isClosed) return;
    const ranges = firstRanges(needs, maxRangesPerWant);
    const { kind, blocks } = await deps.asks.ask(holder, room, { kind: 'ranges', ranges }, leftMs);
    for (const { tag, first, last, sizeBytes, result } of blocks) {
      removeFrom(needs, tag, [{ from: first, to: last }]);
      if (result === 'new') deps.onGain(room, last - first + 1, sizeBytes);
    }
    if (kind !== 'answered' || blocks.length === 0) return;
  }
}

function needsOf(ranges: readonly LogRange[]): Needs {
  const needs: Needs = new Map();
  for (const { log, from, to } of ranges) needs.set(log, [...(needs.get(log) ?? []), { from, to }]);
  return needs;
}
