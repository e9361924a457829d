/**
 * Which network adapters this computer has, by name, whether or not they are up: `--interface` may name one whose cable is not plugged
 * in yet, but not one that does not exist.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

export function adapterNames(): readonly string[] {
  const names = new Set(Object.keys(networkInterfaces()));
  try {
    // Linux lists those that are down here; elsewhere only those that are up are known.
    for (const name of readdirSync('/sys/class/net')) names.add(name);
  } catch {
    // Not Linux.
  }
  return [...names].sort();
}

/** @returns what to tell the user, or `undefined` if all are there */
export function unknownAdapters(wanted: readonly string[], available: readonly string[]): string | undefined {
  const unknown = wanted.filter((name) => !available.includes(name));
  if (unknown.length === 0) return undefined;
  const names = unknown.map((name) => `"${name}"`).join(', ');
  return say('cli.unknown-adapter', { names, available: available.join(', ') || 'none' });
}
