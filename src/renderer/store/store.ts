/**
 * The page's one store: `mirror`, which only `apply` writes, and `view`, what this page alone decides. No React here, and no way to the core:
 * commands go to the client.
 */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { PeerId } from '../../shared/model.ts';
import { applyToMirror, emptyMirror } from './mirror.ts';
import type { Mirror, MirrorEvent } from './mirror.ts';

export interface View {
  readonly selectedId: PeerId | undefined;
  readonly search: string;
}

export interface HallwayState {
  readonly mirror: Mirror;
  readonly view: View;
}

export interface HallwayStore extends Pick<StoreApi<HallwayState>, 'getState' | 'getInitialState' | 'subscribe'> {
  apply(event: MirrorEvent): void;
  select(selectedId: PeerId | undefined): void;
  search(text: string): void;
}

export function createHallwayStore(): HallwayStore {
  const store = createStore<HallwayState>()(() => ({ mirror: emptyMirror, view: { selectedId: undefined, search: '' } }));

  function setView(change: Partial<View>): void {
    store.setState(({ view }) => ({ view: { ...view, ...change } }));
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    apply: (event) => store.setState(({ mirror }) => ({ mirror: applyToMirror(mirror, event) })),
    select: (selectedId) => setView({ selectedId }),
    search: (search) => setView({ search }),
  };
}
