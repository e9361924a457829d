/**
 * Gives the focus a home when the element that has it disappears or can no longer be used: the safe
 * button of an open dialog, else the composer, else the list of contacts. Otherwise it falls to the
 * body, and the keyboard leads nowhere. A dialog gives the focus back by itself.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';

/** In order of preference. An open dialog makes everything behind it unusable. */
const homes = ['dialog[open] [data-focus-home]', '[data-focus-home="composer"]', '[data-focus-home="contacts"]'];

export function followFocus(document: Document): Unsubscribe {
  let focused: Element | undefined;

  function onFocusIn({ target }: FocusEvent): void {
    focused = target instanceof Element ? target : undefined;
  }

  function onFocusOut({ target }: FocusEvent): void {
    // Some browsers also report an element that is being removed, which the observer handles.
    queueMicrotask(() => {
      if (focused === target && focused?.isConnected && !isDisabled(focused)) focused = undefined;
    });
  }

  function goHome(): void {
    if (focused === undefined || (focused.isConnected && !isDisabled(focused))) return;
    const { activeElement } = document;
    if (activeElement !== null && activeElement !== document.body && activeElement !== focused) return;
    focused = undefined;
    const home = homes.map((selector) => document.querySelector<HTMLElement>(selector)).find((found) => found !== null);
    home?.focus({ preventScroll: true });
  }

  const observer = new MutationObserver(goHome);
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('focusout', onFocusOut);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', onFocusIn);
    document.removeEventListener('focusout', onFocusOut);
  };
}

function isDisabled(element: Element): boolean {
  return element.hasAttribute('disabled');
}
