/** Host names to addresses, as the operating system resolves them: hosts file, DNS and whatever else it is set up with. */
import { lookup } from 'node:dns/promises';
import type { Resolver } from '../../core/ports.ts';

export function createSystemResolver(): Resolver {
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
