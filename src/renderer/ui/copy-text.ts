/** Writes a text to the clipboard. */

/**
 * With a fallback where the page may not use the clipboard API. Browsers allow either only shortly
 * after a press.
 *
 * @returns whether it worked
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** The fallback needs no permission, but a selection. */
function copySelected(text: string): boolean {
  const before = document.activeElement;
  const selection = document.getSelection();
  const selected = selection === null || selection.rangeCount === 0 ? undefined : selection.getRangeAt(0);
  const field = document.createElement('textarea');
  field.className = 'visually-hidden';
  field.value = text;
  field.readOnly = true;
  document.body.append(field);
  field.select();
  const worked = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  if (selected !== undefined) {
    selection?.removeAllRanges();
    selection?.addRange(selected);
  }
  return worked;
}
