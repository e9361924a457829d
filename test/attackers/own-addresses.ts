/** The addresses that an attacker can send from: every IPv4 address of its host but loopback. */
import { networkInterfaces } from 'node:os';

export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
