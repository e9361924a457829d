/**
 * The incarnation of a profile: the time of its start, strictly greater than at any start before, so that others can tell a new start
 * from a replayed beacon (rule ID-4 of docs/spec/identity.md). It is written down before it is used, for a clock may be set back.
 */
import { join } from 'node:path';
import { readSmallFile, replaceFile } from '../atomic-file.ts';

/** A beacon has 48 bits for it. */
const maxIncarnation = 2 ** 48 - 1;

export interface NextIncarnation {
  readonly incarnation: number;
  /** False if the next start may not know of this one. */
  readonly saved: boolean;
}

export async function nextIncarnation(directory: string, wallMs: number): Promise<NextIncarnation> {
  const path = join(directory, 'incarnation');
  const file = await readSmallFile(path);
  const last = file.state === 'read' ? parseIncarnation(file.text) : 0;
  const incarnation = Math.max(1, Math.min(Math.floor(wallMs), maxIncarnation), last + 1);
  const { ok } = await replaceFile(path, `${incarnation}\n`);
  return { incarnation, saved: ok };
}

/** @returns 0 for anything that cannot have been an incarnation: the clock alone then decides, as at the first start */
function parseIncarnation(text: string): number {
  const digits = /^(\d{1,15})\s*$/.exec(text)?.[1];
  const value = Number(digits ?? 0);
  return value < maxIncarnation ? value : 0;
}
