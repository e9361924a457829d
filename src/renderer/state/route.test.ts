import { describe, expect, test } from 'vitest';
import { fakePeerId } from '../../../test/fakes/fake-hallway.ts';
import {
  changeSearch,
  close,
  closeSearch,
  goBack,
  goForward,
  maxHistory,
  navigationAt,
  openConversation,
  openOverlay,
  openSearch,
  routeOfChoice,
  showContact,
  showFound,
  showNetwork,
  showNobody,
  toggleNetwork,
  travelTo,
} from './route.ts';
import type { Navigation, NavigationStep, Place } from './route.ts';

const ana = fakePeerId(1);
const bo = fakePeerId(2);
const names = new Map([
  [ana, 'ana'],
  [bo, 'bo'],
]);

function after(...steps: readonly NavigationStep[]): Navigation {
  return steps.reduce((navigation, step) => step(navigation), navigationAt(0));
}

/**
 * Formats a place: `ana`, `ana?report` in a search, `ana?report!` at a result, `details of ana`,
 * `block over …`.
 */
function wordsFor({ route, overlay }: Place): string {
  return overlay === undefined ? routeWords(route) : `${overlay} over ${routeWords(route)}`;
}

function routeWords(route: Place['route']): string {
  switch (route.page) {
    case 'empty':
    case 'network':
      return route.page;
    case 'settings':
      return `settings/${route.section}${route.key === undefined ? '' : `#${route.key}`}`;
    case 'room':
      return `#${route.name}`;
    case 'contact':
      return `details of ${names.get(route.peerId)}`;
    case 'conversation': {
      const search = route.search && `?${route.search.text}${route.search.showsContext ? '!' : ''}`;
      return `${names.get(route.peerId)}${search ?? ''}`;
    }
  }
}

function trail({ past, place, future }: Navigation): {
  readonly past: string[];
  readonly here: string;
  readonly future: string[];
} {
  return { past: past.map(wordsFor), here: wordsFor(place), future: future.map(wordsFor) };
}

const writeTo = (peerId: string): NavigationStep => openConversation(peerId, { takesFocus: true });

describe('the history', () => {
  test('back visits the places in reverse order, and forward returns', () => {
    const left = after(writeTo(ana), writeTo(bo), showNetwork());
    const back = [goBack, goBack, goBack, goBack].map(
      (_, index, steps) => trail(steps.slice(0, index + 1).reduce((at, step) => step(at), left)).here,
    );
    const forward = trail([goBack, goBack, goForward].reduce((at, step) => step(at), left));
    expect({ back, forward }).toEqual({
      back: ['bo', 'ana', 'empty', 'empty'],
      forward: { past: ['empty', 'ana'], here: 'bo', future: ['network'] },
    });
  });

  test('going elsewhere drops the places ahead', () => {
    expect(trail(after(writeTo(ana), writeTo(bo), goBack, showNetwork()))).toEqual({
      past: ['empty', 'ana'],
      here: 'network',
      future: [],
    });
  });

  test('moving through the list makes one place', () => {
    expect(trail(after(openConversation(ana), openConversation(bo), openConversation(ana)))).toEqual({
      past: ['empty'],
      here: 'ana',
      future: [],
    });
  });

  test('selecting the same contact twice makes one place', () => {
    expect(trail(after(openConversation(ana), writeTo(ana), writeTo(ana))).past).toEqual(['empty']);
  });

  test('it is bounded, and the depth still counts every place', () => {
    const steps = Array.from({ length: maxHistory + 20 }, (_, index) => writeTo(index % 2 === 0 ? ana : bo));
    const { past, depth } = after(...steps);
    expect({ length: past.length, depth }).toEqual({ length: maxHistory, depth: maxHistory + 20 });
  });

  test('an unknown place is empty, and has no neighbours', () => {
    const { place, past, future, depth } = after(writeTo(ana), travelTo(-3));
    expect({ place: wordsFor(place), past, future, depth }).toEqual({ place: 'empty', past: [], future: [], depth: -3 });
  });
});

describe('closing', () => {
  test.each<{ readonly what: string; readonly opened: readonly NavigationStep[]; readonly closed: readonly string[] }>([
    { what: 'the network', opened: [writeTo(ana), showNetwork()], closed: ['ana', 'empty'] },
    { what: 'the details', opened: [writeTo(ana), showContact], closed: ['ana', 'empty'] },
    {
      what: 'a question above the details',
      opened: [writeTo(ana), showContact, openOverlay('block')],
      closed: ['details of ana', 'ana', 'empty'],
    },
    {
      what: 'a search',
      opened: [writeTo(ana), openSearch, changeSearch({ text: 'x' }), showFound(ana)],
      closed: ['ana?x', 'ana', 'empty'],
    },
    { what: 'a conversation after another', opened: [writeTo(ana), writeTo(bo)], closed: ['empty'] },
  ])('$what closes one after the other', ({ opened, closed }) => {
    let navigation = after(...opened);
    const seen = closed.map(() => {
      navigation = close(navigation);
      return wordsFor(navigation.place);
    });
    expect(seen).toEqual(closed);
  });

  test('removes what it opened from the history', () => {
    expect(trail(after(writeTo(ana), showNetwork(), toggleNetwork))).toEqual({
      past: ['empty'],
      here: 'ana',
      future: ['network'],
    });
  });

  test('a conversation opened from another one stays in the history', () => {
    expect(trail(after(writeTo(ana), writeTo(bo), showNobody))).toEqual({
      past: ['empty', 'ana', 'bo'],
      here: 'empty',
      future: [],
    });
  });
});

describe('a search', () => {
  const searching = [writeTo(ana), openSearch, changeSearch({ text: 'report', everywhere: true })];

  test('back from a result in another conversation leads to the results', () => {
    expect(trail(after(...searching, showFound(bo), goBack)).here).toBe('ana?report');
  });

  test('leaving a search is one step back, however many results were opened', () => {
    expect(trail(after(...searching, showFound(bo), closeSearch))).toEqual({ past: ['empty', 'ana'], here: 'bo', future: [] });
  });

  test('typing at a result replaces it with the results of the new text', () => {
    expect(trail(after(...searching, showFound(ana), changeSearch({ text: 'zebra' })))).toEqual({
      past: ['empty', 'ana'],
      here: 'ana?zebra',
      future: [],
    });
  });

  test('does not open without a conversation', () => {
    expect(trail(after(showNetwork(), openSearch)).here).toBe('network');
  });
});

test('the contact stays selected while the network panel covers it, and no longer', () => {
  const over = after(writeTo(ana), showNetwork());
  const left = after(writeTo(ana), showNobody, showNetwork());
  expect({ over: routeWords(routeOfChoice(over)), left: routeWords(routeOfChoice(left)) }).toEqual({
    over: 'ana',
    left: 'empty',
  });
});
