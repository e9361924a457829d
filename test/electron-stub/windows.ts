/** Which windows there are; apart, because `app` and `BrowserWindow` both need to know. */
export interface OpenWindow {
  readonly id: number;
  destroy(): void;
}

const windows = new Map<number, OpenWindow>();
let lastId = 0;

export function nextWindowId(): number {
  lastId += 1;
  return lastId;
}

export function addWindow(window: OpenWindow): void {
  windows.set(window.id, window);
}

/** @returns whether it was open */
export function removeWindow(id: number): boolean {
  return windows.delete(id);
}

export function allWindows(): readonly OpenWindow[] {
  return [...windows.values()];
}

export function closeAllWindows(): void {
  for (const window of allWindows()) window.destroy();
}
