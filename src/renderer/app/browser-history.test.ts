import { describe, expect, test } from 'vitest';
import { fakePeerId } from '../../../test/fakes/fake-hallway.ts';
import { close, goBack, openConversation, showNetwork, travelTo } from '../state/route.ts';
import { selectRoute } from '../state/selectors.ts';
import { createHallwayStore } from '../state/store.ts';
import type { HallwayStore } from '../state/store.ts';
import { depthOf, followBrowserHistory } from './browser-history.ts';

/** Imitates a browser's history: as in a real one, `go` takes effect only at `arrive`. */
function createFakeBrowser(entries: unknown[] = [null]) {
  const target = new EventTarget();
  let index = entries.length - 1;
  const steps: number[] = [];
  return {
    entries,
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
    history: {
      get state(): unknown {
        return entries[index];
      },
      pushState(state: unknown, _title: string, address?: string | URL | null): void {
        index += 1;
        entries.splice(index, entries.length, state);
        if (address !== undefined) throw new Error('the address must not change');
      },
      go(delta = 0): void {
        steps.push(delta);
      },
    },
    /** The browser arrives at the place that the user or the page asked for. */
    arrive(delta = steps.shift() ?? 0): void {
      index += delta;
      target.dispatchEvent(new Event('popstate'));
    },
  };
}

function createBrowserHistoryFixture(entries?: unknown[]) {
  const browser = createFakeBrowser(entries);
  const store = createHallwayStore({ depth: depthOf(browser.history) });
  const stop = followBrowserHistory({ store, window: browser });
  return { browser, store, stop };
}

function pageOf(store: HallwayStore): string {
  const route = selectRoute(store.getState());
  return 'peerId' in route ? `${route.page} ${route.peerId === ana ? 'ana' : 'bo'}` : route.page;
}

const ana = fakePeerId(1);
const bo = fakePeerId(2);
const write = { takesFocus: true };

describe('the browser’s history', () => {
  test('holds a number for each place, and nothing else about it', () => {
    const { browser, store } = createBrowserHistoryFixture();
    store.navigate(openConversation(ana, write));
    store.navigate(showNetwork());
    expect(browser.entries).toEqual([null, { depth: 1 }, { depth: 2 }]);
  });

  test("the browser's Back and Forward move through the places", () => {
    const { browser, store } = createBrowserHistoryFixture();
    store.navigate(openConversation(ana, write));
    store.navigate(openConversation(bo, write));
    const seen = [-1, -1, 1, 1].map((delta) => {
      browser.arrive(delta);
      return pageOf(store);
    });
    expect({ seen, entries: browser.entries.length }).toEqual({
      seen: ['conversation ana', 'empty', 'conversation ana', 'conversation bo'],
      entries: 3,
    });
  });

  test('follows the page back', () => {
    const { browser, store } = createBrowserHistoryFixture();
    store.navigate(openConversation(ana, write));
    store.navigate(close);
    browser.arrive();
    expect({ page: pageOf(store), state: browser.history.state }).toEqual({ page: 'empty', state: null });
  });

  test('a place opened while the browser still travels back comes next', () => {
    const { browser, store } = createBrowserHistoryFixture();
    store.navigate(openConversation(ana, write));
    store.navigate(showNetwork());
    store.navigate(goBack);
    store.navigate(openConversation(bo, write));
    browser.arrive();
    expect({ page: pageOf(store), entries: browser.entries }).toEqual({
      page: 'conversation bo',
      entries: [null, { depth: 1 }, { depth: 2 }],
    });
  });

  test('after a reload, older entries are empty, and the page does not run ahead of them', () => {
    const { browser, store } = createBrowserHistoryFixture([null, { depth: 1 }, { depth: 2 }]);
    store.navigate(openConversation(ana, write));
    browser.arrive(-2);
    const before = pageOf(store);
    browser.arrive(2);
    expect({ before, after: pageOf(store), state: browser.history.state }).toEqual({
      before: 'empty',
      after: 'empty',
      state: { depth: 3 },
    });
  });

  test('an entry made by other code is the first place', () => {
    const depths = [undefined, 'text', {}, { depth: 'x' }, { depth: 0.5 }].map((state) => depthOf({ state }));
    expect(depths).toEqual([0, 0, 0, 0, 0]);
  });

  test('stops following', () => {
    const { browser, store, stop } = createBrowserHistoryFixture();
    store.navigate(openConversation(ana, write));
    stop();
    browser.arrive(-1);
    store.navigate(travelTo(0));
    store.navigate(openConversation(bo, write));
    expect({ page: pageOf(store), entries: browser.entries }).toEqual({ page: 'conversation bo', entries: [null, { depth: 1 }] });
  });
});
