/** Which names a person may take (rules PROF-1 to PROF-3). Names are claims: this keeps honest people apart, keys tell them for sure. */

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

/** The form in which two names are compared: what looks alike at a glance is the same. */
export function comparableName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
}

export function isReservedName(name: string): boolean {
  return reservedNames.has(comparableName(name).replace(/^[@#/]+/u, ''));
}
