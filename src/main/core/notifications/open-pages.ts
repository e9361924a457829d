/** The pages that the user has open, and what the user looks at in each. */
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Attention } from './policy.ts';

export interface OpenPages {
  /** @param attention undefined: the page is gone */
  report(page: object, attention: Attention | undefined): void;
  list(): readonly Attention[];
  /** The page that had the focus last, or else came last. */
  latest(): object | undefined;
}

/**
 * A page is any object, the same for the same page.
 *
 * @param onSeen the user looks at the end of that conversation
 */
export function createOpenPages(onSeen: (conversation: ConversationId) => void): OpenPages {
  /** The latest last. */
  const pages = new Map<object, Attention>();
  return {
    report(page, attention) {
      const wasFocused = pages.get(page)?.isFocused ?? false;
      if (attention === undefined || (attention.isFocused && !wasFocused)) pages.delete(page);
      if (attention !== undefined) pages.set(page, attention);
      if (attention?.isFocused === true && attention.conversation !== null) onSeen(attention.conversation);
    },
    list: () => [...pages.values()],
    latest: () => [...pages.keys()].at(-1),
  };
}
