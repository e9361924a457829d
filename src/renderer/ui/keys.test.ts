import { expect, test } from 'vitest';
import { belongsToInputMethod, isHeldPress, isKey } from './keys.ts';

test.each([
  [{ isComposing: true, keyCode: 13 }, true],
  [{ isComposing: false, keyCode: 229 }, true],
  [{ isComposing: false, keyCode: 13 }, false],
])('%j belongs to the input method: %s', (event, belongs) => {
  expect(belongsToInputMethod(event)).toBe(belongs);
});

test.each([
  [{ repeat: true, key: 'Enter' }, true],
  [{ repeat: true, key: ' ' }, true],
  [{ repeat: false, key: 'Enter' }, false],
  [{ repeat: true, key: 'ArrowDown' }, false],
])('%j is a held press: %s', (event, isHeld) => {
  expect(isHeldPress(event)).toBe(isHeld);
});

test.each([
  ['f', 'f', 'KeyF', true],
  ['f', 'F', 'KeyF', true],
  ['f', 'а', 'KeyF', true],
  ['f', 'φ', 'KeyF', true],
  ['k', 'ל', 'KeyK', true],
  // Dvorak: the letter counts, not its place.
  ['k', 'k', 'KeyV', true],
  ['k', 't', 'KeyK', false],
  // A French keyboard has a Latin letter with an accent there.
  ['k', 'é', 'KeyK', false],
  ['k', 'а', 'KeyF', false],
  // There the digits need Shift.
  ['2', 'é', 'Digit2', true],
  ['2', '2', 'Digit2', true],
  ['2', 'é', 'Digit3', false],
  ['Escape', 'Escape', 'Escape', true],
  ['/', '.', 'Slash', false],
])('%s is pressed by %s at %s: %s', (wanted, key, code, isPressed) => {
  expect(isKey(wanted, { key, code })).toBe(isPressed);
});
