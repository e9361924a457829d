/**
 * How the rows of the list look, for all rows at once: the user's choice of density and of
 * snippets. Beside it, the place of each row, which only its frame reads: it changes for all rows
 * below one that comes or goes, and their contents need not be rendered again.
 */
import { createContext, useContext } from 'react';

export interface ListLook {
  readonly density: 'comfortable' | 'compact';
  /** Whether rows show the beginning of the last message. */
  readonly showsSnippets: boolean;
}

const look = createContext<ListLook>({ density: 'compact', showsSnippets: true });
const rowCount = createContext(0);
const rowPosition = createContext(0);

export const ListLookProvider = look.Provider;
/** The number of rows, for screen readers. */
export const RowCountProvider = rowCount.Provider;
/** The position of a row among all rows of the list, from 1. */
export const RowPositionProvider = rowPosition.Provider;

export function useListLook(): ListLook {
  return useContext(look);
}

export function useRowPlace(): { readonly position: number; readonly rowCount: number } {
  return { position: useContext(rowPosition), rowCount: useContext(rowCount) };
}
