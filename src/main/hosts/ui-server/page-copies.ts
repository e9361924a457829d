/**
 * The copies of one page: those that were begun over its link. No other page can use them, and they
 * go with the link, because a page that was reloaded knows none of them. Rule CHOSEN-11.
 */
import type { Link } from '../../../shared/rpc/link.ts';
import type { FileCopies } from '../../node/files/file-copies.ts';

export interface PageCopies extends Pick<FileCopies, 'begin' | 'add' | 'fill' | 'take' | 'drop'> {
  /** Drops those that were not taken. */
  close(): void;
}

const notChosen = { ok: false, code: 'not-chosen' } as const;

export function createPageCopies(copies: FileCopies, link: Pick<Link, 'onClose'>): PageCopies {
  /** Of the page at the other end; the next page gets a set of its own. */
  let own = new Set<string>();
  const stopFollowing = link.onClose(dropAll);

  function dropAll(): void {
    const left = own;
    own = new Set();
    for (const chosenId of left) void copies.drop(chosenId);
  }

  return {
    async begin() {
      const page = own;
      const begun = await copies.begin();
      if (!begun.ok) return begun;
      if (page === own) own.add(begun.chosenId);
      else await copies.drop(begun.chosenId);
      return begun;
    },
    add: async (chosenId, path) => (own.has(chosenId) ? copies.add(chosenId, path) : notChosen),
    fill: async (chosenId, ...content) => (own.has(chosenId) ? copies.fill(chosenId, ...content) : notChosen),
    take: async (chosenId) => (own.delete(chosenId) ? copies.take(chosenId) : undefined),
    drop: async (chosenId) => (own.delete(chosenId) ? copies.drop(chosenId) : undefined),
    close() {
      stopFollowing();
      dropAll();
    },
  };
}
