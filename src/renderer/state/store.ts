/**
 * The page's one store: `core` and `messages`, which only `apply` and `applyMessages` write, and `view`, what this page alone decides. No React here, and no way to the core:
 * commands go to the client.
 */
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
  /** What the list is searched for. */
  readonly search: string;
  /** Whether the list shows the blocked, who are folded away otherwise. */
  readonly showsBlocked: boolean;
}

export interface HallwayState {
  readonly core: CoreState;
  readonly messages: MessageState;
  readonly view: View;
}

export interface HallwayStore extends Pick<StoreApi<HallwayState>, 'getState' | 'getInitialState' | 'subscribe'> {
  apply(event: CoreStateEvent): void;
  applyMessages(event: MessageStateEvent): void;
  /** Goes elsewhere by one of the steps of route.ts. */
  navigate(step: NavigationStep): void;
  search(text: string): void;
  showBlocked(showsBlocked: boolean): void;
}

export interface HallwayStoreOptions {
  /** Where the browser's history stands when the page starts; more than 0 after a reload. */
  readonly depth?: number;
}

export function createHallwayStore({ depth = 0 }: HallwayStoreOptions = {}): HallwayStore {
  const store = createStore<HallwayState>()(() => ({
    core: emptyCoreState,
    messages: emptyMessageState,
    view: { navigation: navigationAt(depth), search: '', showsBlocked: false },
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
  };
}
