/**
 * The paths that the user chose in a window, by the IDs that its preload gave them. Each can be
 * used once, and a choice that is not used makes room for later ones. Rule CHOSEN-1.
 */

/** Choices at a time: a drop of so many files can still be sent whole. */
export const maxChosenPaths = 4_096;

export interface ChosenPaths {
  put(chosenId: string, path: string): void;
  /** @returns undefined for an ID that is unknown, or was taken */
  take(chosenId: string): string | undefined;
}

export function createChosenPaths(): ChosenPaths {
  /** The oldest first. */
  const paths = new Map<string, string>();
  return {
    put(chosenId, path) {
      paths.set(chosenId, path);
      const [oldest] = paths.keys();
      if (paths.size > maxChosenPaths && oldest !== undefined) paths.delete(oldest);
    },
    take(chosenId) {
      const path = paths.get(chosenId);
      paths.delete(chosenId);
      return path;
    },
  };
}
