/** The user's choice of density and snippets: the same object until it changes. */
import { useMemo } from 'react';
import { useSetting } from '../../state/context.tsx';
import type { ListLook } from './list-look.ts';

export function useChosenLook(): ListLook {
  const density = useSetting('density');
  const showsSnippets = useSetting('showSnippets');
  return useMemo(() => ({ density, showsSnippets }), [density, showsSnippets]);
}
