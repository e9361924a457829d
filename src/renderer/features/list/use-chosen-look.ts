/** The user's choice of density and snippets. */
import { useSetting } from '../../state/context.tsx';
import type { ListLook } from './list-look.ts';

export function useChosenLook(): Pick<ListLook, 'density' | 'showsSnippets'> {
  const density = useSetting('density');
  const showsSnippets = useSetting('showSnippets');
  return { density, showsSnippets };
}
