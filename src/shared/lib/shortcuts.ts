/**
 * Shortcuts of the page that native menus show too: one table for both, so that neither promises a
 * key that the other does not have.
 */
export interface ShortcutKey {
  readonly key: string;
  /** `mod` is Ctrl, or Cmd on a Mac. */
  readonly modifier: 'mod' | 'alt';
}

export const menuShortcuts = {
  palette: { key: 'k', modifier: 'mod' },
  find: { key: 'f', modifier: 'mod' },
  settings: { key: ',', modifier: 'mod' },
  network: { key: 'i', modifier: 'mod' },
  back: { key: 'ArrowLeft', modifier: 'alt' },
  forward: { key: 'ArrowRight', modifier: 'alt' },
} as const satisfies Readonly<Record<string, ShortcutKey>>;

export type MenuShortcut = keyof typeof menuShortcuts;
export const menuShortcutNames = Object.keys(menuShortcuts) as readonly MenuShortcut[];
