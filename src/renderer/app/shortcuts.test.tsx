import { act, fireEvent } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ana, field, useConversationView } from '../../../test/fixtures/conversation-view.tsx';
import { openConversation } from '../state/route.ts';
import type { HallwayStore } from '../state/store.ts';
import { describeShortcuts } from './shortcuts.ts';

const view = useConversationView();

const arrows = { '←': 'ArrowLeft', '→': 'ArrowRight', '↑': 'ArrowUp', '↓': 'ArrowDown' } as const;
/** Every key of the table, and others. */
const keys = [
  ...'acfijkmnpv0123456789/,.'.split(''),
  ...['Escape', 'Enter', 'Tab', 'Home', 'PageDown', 'Delete', 'F1', 'F6', 'F10'],
  ...Object.values(arrows),
];

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const presses: readonly Press[] = keys.flatMap((key) =>
  [false, true].flatMap((ctrlKey) =>
    [false, true].flatMap((altKey) => [false, true].map((shiftKey) => ({ key, ctrlKey, altKey, shiftKey }))),
  ),
);

/** As the settings name it. */
function nameOf({ key, ctrlKey, altKey, shiftKey }: Press): string {
  const arrow = Object.entries(arrows).find(([, name]) => name === key)?.[0];
  const last = arrow ?? (key === 'Escape' ? 'Esc' : key.toUpperCase());
  return [...(ctrlKey ? ['Ctrl'] : []), ...(altKey ? ['Alt'] : []), ...(shiftKey ? ['Shift'] : []), last].join('+');
}

/** The presses on the page that it takes for itself, each from the same conversation. */
function taken(store: HallwayStore, more: { readonly isComposing?: boolean } = {}): readonly string[] {
  return presses.flatMap((press) => {
    if (fireEvent.keyDown(document.body, { ...press, ...more })) return [];
    act(() => store.navigate(openConversation(ana)));
    return [nameOf(press)];
  });
}

test('[A11Y-41] the settings name the keys that the page takes, and no others', async () => {
  const { store } = await view.open();
  const named = describeShortcuts(false).flatMap(({ keys: parts }) => {
    const start = parts.slice(0, -1);
    const last = parts.at(-1) === '1 … 9' ? '123456789'.split('') : [parts.at(-1) ?? ''];
    return last.map((key) => [...start, key].join('+'));
  });
  // Nothing covers the conversation that Escape could close, and there is no way forward. Shift
  // types the slash on some keyboards.
  const expected = [...named.filter((name) => name !== 'Esc' && name !== 'Alt+→'), 'Shift+/'];
  expect(taken(store).toSorted()).toEqual([...new Set(expected)].toSorted());
});

test('[A11Y-41] the page takes no key while an input method composes', async () => {
  const { store } = await view.open();
  expect(taken(store, { isComposing: true })).toEqual([]);
});

test.each(['@', '{', '}', '€', '[', ']', '\\', '|', '~'])('[A11Y-41] AltGr that types %s is left to the field', async (key) => {
  await view.open();
  expect(fireEvent.keyDown(field(), { key, ctrlKey: true, altKey: true, modifierAltGraph: true })).toBe(true);
});
