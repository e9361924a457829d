/**
 * Copies of files that pages gave us, from the start of the node on: they go when the transfer that
 * needs them has ended (rule CHOSEN-5).
 */
import type { Hallway } from '../core/hallway.ts';
import { createFileCopies, type FileCopies } from '../node/files/file-copies.ts';

const finalStates: ReadonlySet<string> = new Set(['done', 'declined', 'cancelled', 'failed']);

/** @param directory of the profile */
export function createHostCopies({ transfers }: Pick<Hallway, 'transfers'>, directory: string): FileCopies {
  const copies = createFileCopies(directory);
  const inUse = (transfers?.list() ?? []).filter(({ state }) => !finalStates.has(state));
  void copies.dropOthers(inUse.flatMap(({ roots }) => roots.map(({ path }) => path)));
  transfers?.subscribe(({ transfer: { state, roots } }) => {
    if (finalStates.has(state)) for (const { path } of roots) void copies.dropAround(path);
  });
  return copies;
}
