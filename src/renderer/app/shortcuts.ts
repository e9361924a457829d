/**
 * The table of keys that work anywhere in the page. Fields, the list and dialogs handle a key
 * first.
 */
import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import { menuShortcuts } from '../../shared/lib/shortcuts.ts';
import { say, type PageMessageKey } from '../../shared/text/messages/page.ts';
import type { DescribedShortcut } from '../features/settings/shortcut-list.tsx';
import { useHallwayContext } from '../state/context.tsx';
import { selectCanMessage, selectIsKnown } from '../state/message-selectors.ts';
import { canGoBack, close, goBack, goForward, openOverlay, openSearch, toggleNetwork, toggleSettings } from '../state/route.ts';
import { selectRoom, selectRoute } from '../state/selectors.ts';
import type { HallwayState, HallwayStore } from '../state/store.ts';
import { belongsToInputMethod, isKey } from '../ui/keys.ts';
import { openAtPlace, openNeighbour, openUnread } from './move-to-conversation.ts';
import { focusNextPart } from './window-parts.ts';

interface Shortcut {
  readonly key: string;
  /** `mod` is Ctrl or Cmd. */
  readonly modifier: 'none' | 'mod' | 'alt';
  /**
   * Absent: Shift makes no difference to a key without a modifier, and must not be held with one.
   */
  readonly shift?: 'held' | 'free';
  /** Names it in the settings. */
  readonly says: Extract<PageMessageKey, `window.shortcut.${string}`>;
  /** In a text field, the key belongs to the text. */
  readonly inFields: 'works' | 'belongs-to-text' | 'belongs-to-text-on-mac';
  readonly when: (state: HallwayState) => boolean;
  readonly run: (page: PageParts) => void;
}

interface PageParts {
  readonly store: HallwayStore;
  readonly searchField: HTMLInputElement | null;
}

const always = (): boolean => true;

function focusSearch({ searchField }: PageParts): void {
  searchField?.focus();
  searchField?.select();
}

/** To another conversation. On a Mac, Alt with an arrow moves in the text. */
const moveShortcuts: readonly Shortcut[] = [
  ...(
    [
      ['previous', 'ArrowUp', 'window.shortcut.previous', 'window.shortcut.previous-unread'],
      ['next', 'ArrowDown', 'window.shortcut.next', 'window.shortcut.next-unread'],
    ] as const
  ).flatMap(([step, key, says, saysUnread]): readonly Shortcut[] => {
    const arrow = { key, modifier: 'alt', inFields: 'belongs-to-text-on-mac', when: always } as const;
    return [
      { ...arrow, says, run: ({ store }) => openNeighbour(store, step) },
      { ...arrow, shift: 'held', says: saysUnread, run: ({ store }) => openUnread(store, step) },
    ];
  }),
  {
    key: 'j',
    modifier: 'mod',
    says: 'window.shortcut.next-unread',
    inFields: 'works',
    when: always,
    run: ({ store }) => openUnread(store, 'next'),
  },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((place): Shortcut => ({
    key: String(place),
    modifier: 'mod',
    says: 'window.shortcut.place',
    inFields: 'works',
    when: always,
    run: ({ store }) => openAtPlace(store, place),
  })),
];

const shortcuts: readonly Shortcut[] = [
  { key: '/', modifier: 'none', says: 'window.shortcut.search', inFields: 'belongs-to-text', when: always, run: focusSearch },
  {
    ...menuShortcuts.palette,
    says: 'window.shortcut.palette',
    inFields: 'works',
    when: always,
    run: ({ store }) => store.navigate(openOverlay('palette')),
  },
  {
    key: 'F6',
    modifier: 'none',
    shift: 'free',
    says: 'window.shortcut.next-part',
    inFields: 'works',
    when: always,
    run: () => focusNextPart(document, 1),
  },
  {
    key: 'F6',
    modifier: 'none',
    shift: 'held',
    says: 'window.shortcut.previous-part',
    inFields: 'works',
    when: always,
    run: () => focusNextPart(document, -1),
  },
  {
    ...menuShortcuts.network,
    says: 'window.shortcut.network',
    inFields: 'works',
    when: always,
    run: ({ store }) => store.navigate(toggleNetwork),
  },
  {
    ...menuShortcuts.settings,
    says: 'window.shortcut.settings',
    inFields: 'works',
    when: always,
    run: ({ store }) => store.navigate(toggleSettings),
  },
  {
    ...menuShortcuts.find,
    says: 'window.shortcut.find',
    inFields: 'works',
    when: showsConversation,
    run: ({ store }) => store.navigate(openSearch),
  },
  {
    key: 'Escape',
    modifier: 'none',
    says: 'window.shortcut.close',
    inFields: 'works',
    when: coversConversation,
    run: ({ store }) => store.navigate(close),
  },
  {
    ...menuShortcuts.back,
    says: 'window.shortcut.back',
    inFields: 'belongs-to-text-on-mac',
    when: ({ view }) => canGoBack(view.navigation),
    run: ({ store }) => store.navigate(goBack),
  },
  {
    ...menuShortcuts.forward,
    says: 'window.shortcut.forward',
    inFields: 'belongs-to-text-on-mac',
    when: ({ view }) => view.navigation.future.length > 0,
    run: ({ store }) => store.navigate(goForward),
  },
  ...moveShortcuts,
];

const keyNames: Readonly<Record<string, string>> = {
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** The shortcuts for people to read: the same rows as those that work. */
export function describeShortcuts(isMac: boolean): readonly DescribedShortcut[] {
  const modifiers = { none: [], mod: [isMac ? '⌘' : 'Ctrl'], alt: [isMac ? '⌥' : 'Alt'] } as const;
  const described = shortcuts.map(({ key, modifier, shift, says }) => ({
    keys: [...modifiers[modifier], ...(shift === 'held' ? [isMac ? '⇧' : 'Shift'] : []), keyNames[key] ?? key.toUpperCase()],
    text: say(says),
  }));
  // Nine keys of a kind are one line.
  return described
    .filter(({ keys }) => !/^[2-9]$/.test(keys.at(-1) ?? ''))
    .map(({ keys, text }) => ({ keys: keys.at(-1) === '1' ? [...keys.slice(0, -1), '1 … 9'] : keys, text }));
}

/** @returns the ref of the list's search field */
export function useShortcuts(): RefObject<HTMLInputElement | null> {
  const { store } = useHallwayContext();
  const searchField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || belongsToInputMethod(event)) return;
      const shortcut = shortcuts.find((candidate) => isMeant(candidate, event) && candidate.when(store.getState()));
      if (shortcut === undefined) return;
      event.preventDefault();
      shortcut.run({ store, searchField: searchField.current });
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store]);
  return searchField;
}

function showsConversation(state: HallwayState): boolean {
  const route = selectRoute(state);
  if (route.page === 'room') return selectRoom(state, route.name)?.isJoined === true;
  return route.page === 'conversation' && selectCanMessage(state) && selectIsKnown(state, route.peerId);
}

function coversConversation(state: HallwayState): boolean {
  const { page } = selectRoute(state);
  return page === 'network' || page === 'settings' || page === 'contact' || page === 'room';
}

function isMeant({ key, modifier, shift, inFields }: Shortcut, event: KeyboardEvent): boolean {
  const hasMod = event.ctrlKey || event.metaKey;
  const isAsked = isKey(key, event) && hasMod === (modifier === 'mod') && event.altKey === (modifier === 'alt');
  // Some keyboards need Shift for the slash.
  const isShiftRight = shift === undefined ? !event.shiftKey || modifier === 'none' : event.shiftKey === (shift === 'held');
  if (!isAsked || !isShiftRight) return false;
  // With Alt they open and close it.
  if (key.startsWith('Arrow') && event.target instanceof HTMLSelectElement) return false;
  if (inFields === 'works' || !isTyping(event.target)) return true;
  return inFields === 'belongs-to-text-on-mac' && !navigator.userAgent.includes('Mac');
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
