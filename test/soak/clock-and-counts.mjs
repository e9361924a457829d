/**
 * Loaded into every node of a soak before Hallway: it lets the soak move the node's wall clock, and
 * counts the timers and resources of the process. Both go by files beside `HALLWAY_SOAK_FILE`.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Interval between two counts. */
const countEveryMs = 5_000;

const file = process.env['HALLWAY_SOAK_FILE'];
if (isMainThread && file !== undefined) {
  const realNow = Date.now.bind(Date);
  let offsetMs = 0;
  Date.now = () => realNow() + offsetMs;
  process.on('SIGUSR2', () => {
    offsetMs = Number(readFileSync(`${file}.offset`, 'utf8'));
  });
  setInterval(() => {
    const resources = process.getActiveResourcesInfo();
    const timers = resources.filter((name) => name === 'Timeout' || name === 'Immediate').length;
    writeFileSync(`${file}.counts.new`, JSON.stringify({ timers, handles: resources.length - timers }));
    renameSync(`${file}.counts.new`, `${file}.counts`);
  }, countEveryMs).unref();
}
