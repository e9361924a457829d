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
  /** The network panel lies over the chosen person. `at-address`: opened to add somebody by address. */
  readonly network: 'closed' | 'open' | 'at-address';
}

export interface HallwayState {
  readonly mirror: Mirror;
  readonly view: View;
}

export interface HallwayStore extends Pick<StoreApi<HallwayState>, 'getState' | 'getInitialState' | 'subscribe'> {
  apply(event: MirrorEvent): void;
  /** Also closes the network panel, which would hide the person. */
  select(selectedId: PeerId | undefined): void;
  search(text: string): void;
  showNetwork(network: View['network']): void;
  /** Closes what lies on top: the network panel, else the chosen person. */
  goBack(): void;
}

export function createHallwayStore(): HallwayStore {
  const store = createStore<HallwayState>()(() => ({
    mirror: emptyMirror,
    view: { selectedId: undefined, search: '', network: 'closed' },
  }));

  function setView(change: Partial<View>): void {
    store.setState(({ view }) => ({ view: { ...view, ...change } }));
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    apply: (event) => store.setState(({ mirror }) => ({ mirror: applyToMirror(mirror, event) })),
    select: (selectedId) => setView({ selectedId, network: 'closed' }),
    search: (search) => setView({ search }),
    showNetwork: (network) => setView({ network }),
    goBack: () => setView(store.getState().view.network === 'closed' ? { selectedId: undefined } : { network: 'closed' }),
  };
}
