/** How busy the processors of this machine are, since all nodes of a world share them. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Two steps of the kernel's figures are ten milliseconds apart. */
const sampleMs = 100;
/** Share of all processors. A world at rest leaves more of them, an overloaded one almost nothing. */
const freeShare = 0.25;
/** Then the world goes on: something else may keep the processors busy. */
const longestWaitMs = 10_000;

interface ProcessorTime {
  readonly idle: number;
  readonly total: number;
}

/** Waits until the processors have room, 10 s at most. Source: proc(5) on `/proc/stat`. */
export async function untilProcessorsAreFree(): Promise<void> {
  let before = await processorTime();
  for (let waitedMs = 0; waitedMs < longestWaitMs; waitedMs += sampleMs) {
    await sleep(sampleMs);
    const after = await processorTime();
    if (after.idle - before.idle > freeShare * (after.total - before.total)) return;
    before = after;
  }
}

/** Waiting for a disk is idle too. What another machine took of this one is not. */
async function processorTime(): Promise<ProcessorTime> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n', 1);
  const [user = 0, nice = 0, system = 0, idle = 0, disk = 0, ...rest] = line.split(/\s+/).slice(1, 9).map(Number);
  const total = [user, nice, system, idle, disk, ...rest].reduce((sum, ticks) => sum + ticks, 0);
  return { idle: idle + disk, total };
}
