/** The drafts of a node, with a writer of their own. */
import type { MessageStore, StoreProblem } from '../messaging/ports.ts';
import { createStoreWriter } from '../messaging/delivery/store-writer.ts';
import type { Clock } from '../ports.ts';
import { createDrafts, type DraftsArea } from './drafts.ts';
import type { DraftStore } from './ports.ts';

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'batch'> & { readonly drafts: DraftStore };
  /** For the health. */
  readonly onStoreProblem: (code: StoreProblem | undefined) => void;
  readonly onListenerError: (error: unknown) => void;
}

/** @returns the area, and the commit of what waits */
export function createDraftsArea({ clock, store, onStoreProblem, onListenerError }: Deps): DraftsArea & { flush(): void } {
  const writer = createStoreWriter({ clock, store, onProblem: onStoreProblem });
  return { ...createDrafts({ store: store.drafts, persist: writer.persist, onListenerError }), flush: writer.flush };
}
