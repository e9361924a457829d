/**
 * Versions of Hallway, in the form of Semantic Versioning 2.0.0 (semver.org) without build
 * metadata. Versions of peers are claims, so the parser is strict (rule PROF-10). Pure.
 */

/** The longest version, in characters, all of them ASCII. */
export const maxVersionLength = 32;

/** No leading zeros; at most five digits a number. */
const pattern = /^(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/u;

interface Version {
  readonly numbers: readonly [number, number, number];
  /** Empty for a release. */
  readonly prerelease: readonly string[];
}

/** Whether that text is a version. */
export function isVersion(text: string): boolean {
  return parse(text) !== undefined;
}

/**
 * @param own our version; an invalid one is older than none
 * @param others what peers claim; absent and invalid ones do not count
 * @returns how many are newer than ours, and the newest; undefined if none is
 */
export function newerVersions(
  own: string | undefined,
  others: Iterable<string | undefined>,
): { readonly count: number; readonly newest: string } | undefined {
  const base = parse(own);
  if (!base) return undefined;
  let count = 0;
  let newest: { readonly text: string; readonly version: Version } | undefined;
  for (const text of others) {
    const version = parse(text);
    if (text === undefined || !version || compare(version, base) <= 0) continue;
    count += 1;
    if (!newest || compare(version, newest.version) > 0) newest = { text, version };
  }
  return newest && { count, newest: newest.text };
}

function parse(text = ''): Version | undefined {
  if (text.length > maxVersionLength) return undefined;
  const [, major, minor, patch, prerelease] = pattern.exec(text) ?? [];
  if (major === undefined) return undefined;
  return { numbers: [Number(major), Number(minor), Number(patch)], prerelease: prerelease?.split('.') ?? [] };
}

/** @returns below 0 if `a` is older (semver.org, §11) */
function compare(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (const [index, part] of a.prerelease.entries()) {
    const other = b.prerelease[index];
    if (other === undefined) return 1;
    const difference = compareParts(part, other);
    if (difference !== 0) return difference;
  }
  return a.prerelease.length - b.prerelease.length;
}

/** Numbers come before words. */
function compareParts(a: string, b: string): number {
  const [isNumberA, isNumberB] = [/^\d+$/u.test(a), /^\d+$/u.test(b)];
  if (isNumberA && isNumberB) return Number(a) - Number(b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
