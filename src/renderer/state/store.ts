/**
 * The page's store: `core` and `messages`, which only `apply` and `applyMessages` write, and
 * `view`, the page's own state. It knows neither React nor the core; commands go through the
 * client.
 */
import type { HostNotice } from '../../shared/contract/host.ts';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { applyToCoreState, emptyCoreState } from './core-state.ts';
import type { CoreState, CoreStateEvent } from './core-state.ts';
import { applyToMessageState, emptyMessageState } from './message-state.ts';
import type { MessageState, MessageStateEvent } from './message-state.ts';
import { navigationAt } from './route.ts';
import type { Navigation, NavigationStep } from './route.ts';

export interface View {
  readonly navigation: Navigation;
  /** The search text of the contact list. */
  readonly search: string;
  /** Whether the list shows blocked contacts, which are collapsed by default. */
  readonly showsBlocked: boolean;
  /** Likewise for archived conversations. */
  readonly showsArchived: boolean;
  /** Whether the details of a conversation stand beside it, where the window is wide enough. */
  readonly showsDetails: boolean;
  /** A notice of the host that the user did not put away yet. */
  readonly notice: HostNotice | undefined;
}

export interface HallwayState {
  readonly core: CoreState;
  readonly messages: MessageState;
  readonly view: View;
}

export interface HallwayStore extends Pick<StoreApi<HallwayState>, 'getState' | 'getInitialState' | 'subscribe'> {
  apply(event: CoreStateEvent): void;
  applyMessages(event: MessageStateEvent): void;
  /** Navigates by one of the steps of route.ts. */
  navigate(step: NavigationStep): void;
  search(text: string): void;
  showBlocked(showsBlocked: boolean): void;
  showArchived(showsArchived: boolean): void;
  showDetails(showsDetails: boolean): void;
  /** @param notice undefined puts it away */
  showNotice(notice: HostNotice | undefined): void;
}

export interface HallwayStoreOptions {
  /** The browser history's position when the page starts; more than 0 after a reload. */
  readonly depth?: number;
}

export function createHallwayStore({ depth = 0 }: HallwayStoreOptions = {}): HallwayStore {
  const store = createStore<HallwayState>()(() => ({
    core: emptyCoreState,
    messages: emptyMessageState,
    view: {
      navigation: navigationAt(depth),
      search: '',
      showsBlocked: false,
      showsArchived: false,
      showsDetails: false,
      notice: undefined,
    },
  }));

  function setView(change: (view: View) => Partial<View>): void {
    store.setState(({ view }) => ({ view: { ...view, ...change(view) } }));
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    apply: (event) => store.setState(({ core }) => ({ core: applyToCoreState(core, event) })),
    applyMessages: (event) =>
      store.setState(({ core, messages }) => ({ messages: applyToMessageState(messages, event, core.self?.peerId) })),
    navigate: (step) => setView(({ navigation }) => ({ navigation: step(navigation) })),
    search: (search) => setView(() => ({ search })),
    showBlocked: (showsBlocked) => setView(() => ({ showsBlocked })),
    showArchived: (showsArchived) => setView(() => ({ showsArchived })),
    showDetails: (showsDetails) => setView(() => ({ showsDetails })),
    showNotice: (notice) => setView(() => ({ notice })),
  };
}
