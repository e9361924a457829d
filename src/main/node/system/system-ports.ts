/**
 * The ports that every host of the core has in common, on Node.js and the operating system. A host
 * adds its own identity, signatures and log. UDP and the adapters are in `net/`.
 */
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { Clock, LocalTime, Ports, Random, Resolver } from '../../core/ports.ts';
import { createHashes } from '../crypto/hash.ts';
import { createSystemInterfaces } from '../net/interfaces.ts';
import { createSystemUdp } from '../net/udp.ts';

/** The longest delay that `setTimeout` takes, a signed 32-bit number. Longer ones run in parts. */
const maxTimeoutMs = 2 ** 31 - 1;

export type SystemPorts = Pick<Ports, 'clock' | 'random' | 'hash' | 'interfaces' | 'udp' | 'resolver' | 'localTime'>;

export function createSystemPorts(): SystemPorts {
  const clock = createSystemClock();
  return {
    clock,
    random: createSystemRandom(),
    hash: createHashes(),
    interfaces: createSystemInterfaces(),
    udp: createSystemUdp(clock),
    resolver: createSystemResolver(),
    localTime: systemLocalTime,
  };
}

const systemLocalTime: LocalTime = (wallMs) => {
  const date = new Date(wallMs);
  return { day: date.getDay(), minuteOfDay: date.getHours() * 60 + date.getMinutes() };
};

/**
 * Timers never fire early. Node's own may, by up to a millisecond, and they overflow after 24.8
 * days.
 */
export function createSystemClock(): Clock {
  const monotonicMs = (): number => performance.now();
  return {
    monotonicMs,
    wallMs: () => Date.now(),
    setTimer(callback, delayMs) {
      if (!Number.isFinite(delayMs)) throw new RangeError(`a timer cannot be set ${delayMs} ms ahead`);
      if (delayMs <= 0) {
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      const dueMs = monotonicMs() + delayMs;
      let timeout: NodeJS.Timeout;
      const arm = (): void => {
        const leftMs = dueMs - monotonicMs();
        if (leftMs <= 0) callback();
        else timeout = setTimeout(arm, Math.min(Math.ceil(leftMs), maxTimeoutMs));
      };
      timeout = setTimeout(arm, Math.min(Math.ceil(delayMs), maxTimeoutMs));
      return () => clearTimeout(timeout);
    },
  };
}

/** Fractions are cheap, for jitter. Bytes are cryptographic, for nonces and keys. */
export function createSystemRandom(): Random {
  return {
    fraction: () => Math.random(),
    bytes: (sizeBytes) => new Uint8Array(randomBytes(sizeBytes)),
  };
}

/** Resolves host names as the operating system does: hosts file, DNS and its other sources. */
function createSystemResolver(): Resolver {
  return {
    async lookup(host) {
      try {
        const found = await lookup(host, { all: true });
        return found.map(({ address, family }) => ({ address, family: family === 6 ? 'ipv6' : 'ipv4' }));
      } catch {
        return []; // whatever the reason, there is no address to call
      }
    },
  };
}
