/** The rules about keys that every part of the page shares. Pure. */

/** The key code of a key that an input method handles. */
const inputMethodKeyCode = 229;

/**
 * Whether the input method owns the key, as the Enter that ends a composition. Some browsers mark it
 * by its code alone.
 */
export function belongsToInputMethod({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return isComposing || keyCode === inputMethodKeyCode;
}

/**
 * Whether the key repeats a press because it is held. Otherwise a held Enter would open a dialog and
 * confirm it unread.
 */
export function isHeldPress({ repeat, key }: Pick<KeyboardEvent, 'repeat' | 'key'>): boolean {
  return repeat && (key === 'Enter' || key === ' ');
}

/**
 * Whether the key is `wanted`: by its character, or by its place on the keyboard if the layout has
 * no Latin letters, or no digits without Shift.
 *
 * @param wanted a Latin letter, a digit, or the name of another key
 */
export function isKey(wanted: string, { key, code }: Pick<KeyboardEvent, 'key' | 'code'>): boolean {
  if (key.toLowerCase() === wanted.toLowerCase()) return true;
  if (/^\d$/.test(wanted)) return code === `Digit${wanted}`;
  return isForeignLetter(key) && code === `Key${wanted.toUpperCase()}`;
}

function isForeignLetter(key: string): boolean {
  return /^\p{L}\p{M}*$/u.test(key) && !/\p{Script=Latin}/u.test(key);
}
