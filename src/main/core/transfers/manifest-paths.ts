/**
 * The paths of a manifest (rule XFER-5): which are valid, and their order. The order makes
 * a description the same wherever it is made, and shows a path that is there twice.
 */
import { maxPathBytes } from '../messaging/wire/transfer-frames.ts';
import { maxPathSegments, maxSegmentBytes } from './ports.ts';

const utf8 = new TextEncoder();
/** Both separators, and characters that no screen shows. */
const forbidden = /[/\\\p{Cc}\p{Cs}]/u;

/** Whether a path of a peer is one that a sink may get. */
export function isManifestPath(path: readonly string[]): boolean {
  if (path.length === 0 || path.length > maxPathSegments) return false;
  let sizeBytes = path.length - 1;
  for (const segment of path) {
    // Short before it is encoded: a segment of a peer may be long.
    if (!isSegment(segment)) return false;
    sizeBytes += utf8.encode(segment).length;
  }
  return sizeBytes <= maxPathBytes;
}

/**
 * Folder by folder, by code unit: a folder comes with all that is in it, and right after a file of
 * its name.
 *
 * @returns negative if `a` comes first, 0 if they are equal
 */
export function compareManifestPaths(a: readonly string[], b: readonly string[]): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const [left = '', right = ''] = [a[index], b[index]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/** Whether `next` is in a folder with the path of the file `file`. */
export function isInside(file: readonly string[], next: readonly string[]): boolean {
  return next.length > file.length && file.every((segment, index) => segment === next[index]);
}

function isSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..' || forbidden.test(segment)) return false;
  return segment.length <= maxSegmentBytes && utf8.encode(segment).length <= maxSegmentBytes;
}
