/** A memory store with a second one that has the same, until a test takes that as an older copy. */
import type { Clock } from '../../src/main/core/ports.ts';
import type { HistoryStore } from '../../src/main/core/rooms/ports.ts';
import { createMemoryStore } from '../../src/main/node/storage/memory/memory-store.ts';

export interface MirroredStore {
  readonly store: HistoryStore;
  /** @returns what is kept now. The copy stays as it is from then on. */
  takeCopy(): HistoryStore;
}

export function createMirroredStore(deps: { readonly clock: Clock }): MirroredStore {
  const [store, copy] = [createMemoryStore(deps), createMemoryStore(deps)];
  let isMirroring = true;
  return {
    store: {
      ...twice(store, copy),
      rooms: twice(store.rooms, copy.rooms),
      drafts: twice(store.drafts, copy.drafts),
      // The calls within it are made twice already.
      batch: (act) => store.batch(act),
    },
    takeCopy() {
      isMirroring = false;
      return copy;
    },
  };

  /** Each call of a method is made on both. The first answers. */
  function twice<Part extends object>(first: Part, second: Part): Part {
    return new Proxy(first, {
      get(_target, name) {
        const [method, other]: readonly unknown[] = [Reflect.get(first, name), Reflect.get(second, name)];
        if (typeof method !== 'function' || typeof other !== 'function') return method;
        return (...values: readonly unknown[]): unknown => {
          if (isMirroring) Reflect.apply(other, second, values);
          return Reflect.apply(method, first, values);
        };
      },
    });
  }
}
