/**
 * A process that tries to get a profile's lock and says what came of it, for tests that need real processes. Reads the folder and the
 * time to start at (milliseconds since 1970) from its arguments; stays alive, holding what it got, until its input ends.
 */
import { randomBytes } from 'node:crypto';
import { lockProfile } from '../../src/main/node/storage/profile/profile-lock.ts';

const [directory = '', startAtMs = '0'] = process.argv.slice(2);

async function hold(): Promise<void> {
  const result = await lockProfile(directory, {
    clock: {
      monotonicMs: () => performance.now(),
      wallMs: () => Date.now(),
      setTimer(callback, delayMs) {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
    random: { fraction: () => Math.random(), bytes: (sizeBytes) => new Uint8Array(randomBytes(sizeBytes)) },
  });
  const holder = result.state === 'in-use' ? { holderPid: result.holder?.pid } : {};
  process.stdout.write(`${JSON.stringify({ pid: process.pid, state: result.state, ...holder })}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}

setTimeout(() => void hold(), Number(startAtMs) - Date.now());
