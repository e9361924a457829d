/**
 * Finds the browser's storage, if there is one: where it is disabled, even reading the property
 * throws.
 */
export function findStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
