/**
 * The page's one store: `mirror` and `talk`, which only `apply` and `applyTalk` write, and `view`, what this page alone decides. No React here, and no way to the core:
 * commands go to the client.
 */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { PeerId } from '../../shared/lib/ids.ts';
import { applyToMirror, emptyMirror } from './core-state.ts';
import type { Mirror, MirrorEvent } from './core-state.ts';
import { applyToTalk, emptyTalk } from './message-state.ts';
import type { Talk, TalkEvent } from './message-state.ts';

/** A search in what was said. */
export interface Find {
  readonly text: string;
  /** In all conversations, not in the chosen one alone. */
  readonly everywhere: boolean;
  /** A result was chosen, and is shown among its neighbours. */
  readonly showsContext: boolean;
}

export interface View {
  readonly selectedId: PeerId | undefined;
  readonly search: string;
  /** The network panel lies over the chosen person. `at-address`: opened to add somebody by address. */
  readonly network: 'closed' | 'open' | 'at-address';
  /** What is known of the chosen person lies over the conversation. */
  readonly showsDetails: boolean;
  readonly find: Find | undefined;
  /** Rises when the chosen person is to be written to at once; 0 when they were chosen otherwise. */
  readonly toType: number;
  readonly showsBlocked: boolean;
}

export interface HallwayState {
  readonly mirror: Mirror;
  readonly talk: Talk;
  readonly view: View;
}

export interface HallwayStore extends Pick<StoreApi<HallwayState>, 'getState' | 'getInitialState' | 'subscribe'> {
  apply(event: MirrorEvent): void;
  applyTalk(event: TalkEvent): void;
  /** Also closes what would hide the conversation. */
  select(selectedId: PeerId | undefined, options?: { readonly toType?: boolean }): void;
  search(text: string): void;
  showNetwork(network: View['network']): void;
  showDetails(showsDetails: boolean): void;
  /** `undefined` ends the search. */
  find(change: Partial<Find> | undefined): void;
  showBlocked(showsBlocked: boolean): void;
  /** Closes what lies on top: the network panel, the details, the search, else the chosen person. */
  goBack(): void;
}

const viewAtStart: View = {
  selectedId: undefined,
  search: '',
  network: 'closed',
  showsDetails: false,
  find: undefined,
  toType: 0,
  showsBlocked: false,
};
const emptyFind: Find = { text: '', everywhere: false, showsContext: false };

export function createHallwayStore(): HallwayStore {
  const store = createStore<HallwayState>()(() => ({ mirror: emptyMirror, talk: emptyTalk, view: viewAtStart }));
  let typeRequests = 0;

  function setView(change: Partial<View>): void {
    store.setState(({ view }) => ({ view: { ...view, ...change } }));
  }

  function find(change: Partial<Find> | undefined): void {
    setView({
      find: change && { ...(store.getState().view.find ?? emptyFind), ...change },
      network: 'closed',
      showsDetails: false,
    });
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    apply: (event) => store.setState(({ mirror }) => ({ mirror: applyToMirror(mirror, event) })),
    applyTalk: (event) => store.setState(({ mirror, talk }) => ({ talk: applyToTalk(talk, event, mirror.self?.peerId) })),
    select(selectedId, { toType = false } = {}) {
      if (toType) typeRequests += 1;
      setView({ selectedId, network: 'closed', showsDetails: false, find: undefined, toType: toType ? typeRequests : 0 });
    },
    search: (search) => setView({ search }),
    showNetwork: (network) => setView({ network }),
    showDetails: (showsDetails) => setView({ showsDetails }),
    find,
    showBlocked: (showsBlocked) => setView({ showsBlocked }),
    goBack() {
      const { view } = store.getState();
      if (view.network !== 'closed') setView({ network: 'closed' });
      else if (view.showsDetails) setView({ showsDetails: false });
      else if (view.find?.showsContext) find({ showsContext: false });
      else if (view.find !== undefined) setView({ find: undefined });
      else setView({ selectedId: undefined });
    },
  };
}
