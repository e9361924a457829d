/** The browser's storage, where it gives us any: even reading the property throws where it is switched off. */
export function findStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
