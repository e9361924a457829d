/**
 * The reserved names, which would read as the program or the room (rule PROF-2). Their look-alikes
 * are reserved too. `similar-names.ts` compares them.
 */
import { skeletonsOf } from './similar-names.ts';

/** By skeleton; each of these is its own. */
const reservedNames: ReadonlySet<string> = new Set([
  'server',
  'everyone',
  'everybody',
  'all',
  'system',
  'hallway',
  'admin',
  'administrator',
  'me',
  'you',
  'nobody',
]);

export function isReservedName(name: string): boolean {
  return skeletonsOf(name).some((skeleton) => reservedNames.has(skeleton));
}
