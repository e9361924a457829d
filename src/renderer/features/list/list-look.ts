/** How the rows of the list look: the user's choice of density and of snippets, for all rows at once. */
import { createContext, useContext } from 'react';

export interface ListLook {
  readonly density: 'comfortable' | 'compact';
  /** Whether rows show the beginning of the last message. */
  readonly showsSnippets: boolean;
  /** The number of rows, for screen readers. */
  readonly rowCount: number;
}

const look = createContext<ListLook>({ density: 'compact', showsSnippets: true, rowCount: 0 });

export const ListLookProvider = look.Provider;

export function useListLook(): ListLook {
  return useContext(look);
}
