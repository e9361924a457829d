/** The ports that every host of the core has in common. Identity, signatures and log are each host's to add. */
import type { Ports } from '../../core/ports.ts';
import { createHashes } from '../crypto/hash.ts';
import { createSystemClock } from './clock.ts';
import { createSystemInterfaces } from '../net/interfaces.ts';
import { createSystemRandom } from './random.ts';
import { createSystemResolver } from '../net/resolver.ts';
import { createSystemUdp } from '../net/udp.ts';

export type SystemPorts = Pick<Ports, 'clock' | 'random' | 'hash' | 'interfaces' | 'udp' | 'resolver'>;

export function createSystemPorts(): SystemPorts {
  const clock = createSystemClock();
  return {
    clock,
    random: createSystemRandom(),
    hash: createHashes(),
    interfaces: createSystemInterfaces(),
    udp: createSystemUdp(clock),
    resolver: createSystemResolver(),
  };
}
