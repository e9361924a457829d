/**
 * Loaded into a node before the program (NODE_OPTIONS): writes, several times a second, how long the
 * node's main thread was held at once, as a line of JSON to the file in HALLWAY_STALL_FILE.
 */
import { appendFileSync } from 'node:fs';
import { createTurnMeter } from '../fixtures/turn-meter.ts';

/** Far shorter than the stalls that matter, and it costs a node less than 1 % of a processor. */
const lookEveryMs = 10;
const writeEveryMs = 250;

const path = process.env['HALLWAY_STALL_FILE'];
if (path !== undefined) {
  const meter = createTurnMeter(lookEveryMs);
  setInterval(() => {
    const stall = { atMs: Date.now(), wallMs: meter.longestMs(), processorMs: meter.longestProcessorMs() };
    appendFileSync(path, `${JSON.stringify(stall)}\n`);
    meter.reset();
  }, writeEveryMs).unref();
}
