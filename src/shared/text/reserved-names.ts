/**
 * The reserved names, which would read as the program or the room (rule PROF-2). `similar-names.ts`
 * compares them.
 */
import { comparableName } from './similar-names.ts';

const reservedNames = new Set([
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
  return reservedNames.has(comparableName(name).replace(/^[@#/]+/u, ''));
}
