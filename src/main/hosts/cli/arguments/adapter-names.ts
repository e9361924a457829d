/**
 * The names of this computer's network adapters, up or not. `--interface` may name an adapter
 * without a cable, but not one that does not exist.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

export function adapterNames(): readonly string[] {
  const names = new Set(Object.keys(networkInterfaces()));
  try {
    // Linux lists all adapters here. Other systems only report those that are up.
    for (const name of readdirSync('/sys/class/net')) names.add(name);
  } catch {
    // Not Linux.
  }
  return [...names].sort();
}

/** @returns a sentence for the user; undefined if all exist */
export function unknownAdapters(wanted: readonly string[], available: readonly string[]): string | undefined {
  const unknown = wanted.filter((name) => !available.includes(name));
  if (unknown.length === 0) return undefined;
  const names = unknown.map((name) => `"${name}"`).join(', ');
  return say('cli.unknown-adapter', { names, available: available.join(', ') || 'none' });
}
