/**
 * A menu of actions at a point of the window: arrows, Home and End move, Enter chooses, Escape and
 * Tab close. The focus goes back to the element that had it.
 */
import { useLayoutEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import styles from './menu.module.css';

export interface MenuAction {
  readonly label: string;
  readonly isDisabled?: boolean;
  onChoose(): void;
}

interface MenuProps {
  readonly label: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly actions: readonly MenuAction[];
  /** Why the chosen action failed. */
  readonly problem: string | undefined;
  onClose(): void;
}

/** Pixels between the menu and the edge of the window. */
const edgePx = 8;

export function Menu({ label, at, actions, problem, onClose }: MenuProps): ReactNode {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const own = menu.current;
    if (own === null) return undefined;
    const before = document.activeElement;
    own.style.left = `${Math.max(edgePx, Math.min(at.x, window.innerWidth - own.offsetWidth - edgePx))}px`;
    own.style.top = `${Math.max(edgePx, Math.min(at.y, window.innerHeight - own.offsetHeight - edgePx))}px`;
    itemsOf(own)[0]?.focus();
    return () => {
      if (own.contains(document.activeElement) && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [at]);

  function onKeyDown(event: KeyboardEvent): void {
    const items = menu.current === null ? [] : itemsOf(menu.current);
    const index = items.findIndex((item) => item === document.activeElement);
    const next = stepOf(event.key, index, items.length);
    if (next !== undefined) items[next]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <>
      <div className={styles.behind} onPointerDown={onClose} onContextMenu={(event) => event.preventDefault()} />
      <div ref={menu} className={styles.menu} role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
        {actions.map(({ label: words, isDisabled = false, onChoose }) => (
          <Button
            key={words}
            kind="plain"
            className={styles.item}
            role="menuitem"
            tabIndex={-1}
            disabled={isDisabled}
            onPress={onChoose}
          >
            {words}
          </Button>
        ))}
        {problem !== undefined && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
      </div>
    </>
  );
}

function itemsOf(menu: HTMLElement): readonly HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)')];
}

function stepOf(key: string, index: number, count: number): number | undefined {
  if (key === 'ArrowDown') return (index + 1) % count;
  if (key === 'ArrowUp') return (index - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
