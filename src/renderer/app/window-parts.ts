/**
 * The parts of the window that F6 moves between, as in other programs of a desktop (rule A11Y-20):
 * banners, the list, the page or the messages, the composer, and the details.
 */

interface WindowPart {
  /** The focus is in the last part of the table that contains it. */
  readonly within: string;
  /** The element that takes the focus; without it, the first in the part that can. */
  readonly target?: string;
}

const parts: readonly WindowPart[] = [
  { within: '[data-landmark="banners"]' },
  { within: '[data-landmark="list"]', target: '[data-focus-home="contacts"]' },
  { within: '[data-pane="main"]', target: '[role="log"] [tabindex="0"], #network, #settings' },
  { within: '[data-pane="main"] [data-focus-home="composer"]' },
  { within: '[data-pane="main"] aside' },
];

const focusable = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex="0"]';

/**
 * Moves the focus to the next part that is shown, or to the one before; from the last to the first.
 */
export function focusNextPart(document: Document, direction: 1 | -1): void {
  const shown = parts.flatMap(({ within, target }) => {
    const part = document.querySelector<HTMLElement>(within);
    if (part === null || !isShown(part)) return [];
    const found = (target === undefined ? undefined : firstShown(part, target)) ?? targetIn(part);
    return found === undefined ? [] : [{ part, target: found }];
  });
  if (shown.length === 0) return;
  const current = shown.findLastIndex(({ part }) => part.contains(document.activeElement));
  // From nowhere, forward leads to the first part and back to the last.
  const next = current < 0 ? (direction === 1 ? 0 : shown.length - 1) : (current + direction + shown.length) % shown.length;
  shown[next]?.target.focus();
}

/**
 * A part without anything to press, such as a banner, takes the focus itself, so that it is read.
 */
function targetIn(part: HTMLElement): HTMLElement | undefined {
  if (part.matches(focusable)) return part;
  const inner = firstShown(part, focusable);
  if (inner !== undefined) return inner;
  if (part.textContent.trim() === '') return undefined;
  part.tabIndex = -1;
  return part;
}

function firstShown(part: HTMLElement, selector: string): HTMLElement | undefined {
  return [...part.querySelectorAll<HTMLElement>(selector)].find(isShown);
}

function isShown(element: HTMLElement): boolean {
  return element.checkVisibility();
}
