/**
 * The names that nobody may take, because they would read as the program or the room (rule PROF-2). How names are compared is in
 * `shared/similar-names.ts`.
 */
import { comparableName } from './similar-names.ts';

/** Names that would read as the program or the whole room speaking. */
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
