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
import { canGoBack, close, goBack, goForward, openSearch, toggleNetwork, toggleSettings } from '../state/route.ts';
import { selectRoom, selectRoute } from '../state/selectors.ts';
import type { HallwayState, HallwayStore } from '../state/store.ts';
import { belongsToInputMethod, isKey } from '../ui/keys.ts';

interface Shortcut {
  readonly key: string;
  /** `mod` is Ctrl or Cmd. */
  readonly modifier: 'none' | 'mod' | 'alt';
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

const shortcuts: readonly Shortcut[] = [
  { key: '/', modifier: 'none', says: 'window.shortcut.search', inFields: 'belongs-to-text', when: always, run: focusSearch },
  { ...menuShortcuts.search, says: 'window.shortcut.search', inFields: 'works', when: always, run: focusSearch },
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
];

const keyNames: Readonly<Record<string, string>> = { Escape: 'Esc', ArrowLeft: '←', ArrowRight: '→' };

/** The shortcuts for people to read: the same rows as those that work. */
export function describeShortcuts(isMac: boolean): readonly DescribedShortcut[] {
  const modifiers = { none: [], mod: [isMac ? '⌘' : 'Ctrl'], alt: [isMac ? '⌥' : 'Alt'] } as const;
  return shortcuts.map(({ key, modifier, says }) => ({
    keys: [...modifiers[modifier], keyNames[key] ?? key.toUpperCase()],
    text: say(says),
  }));
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

function isMeant({ key, modifier, inFields }: Shortcut, event: KeyboardEvent): boolean {
  const hasMod = event.ctrlKey || event.metaKey;
  const isAsked = isKey(key, event) && hasMod === (modifier === 'mod') && event.altKey === (modifier === 'alt');
  // Some keyboards need Shift for the slash.
  if (!isAsked || (event.shiftKey && modifier !== 'none')) return false;
  if (inFields === 'works' || !isTyping(event.target)) return true;
  return inFields === 'belongs-to-text-on-mac' && !navigator.userAgent.includes('Mac');
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
