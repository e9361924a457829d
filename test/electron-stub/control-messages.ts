/**
 * What the two halves of the Electron stub notify each other over Node's own IPC: the half inside the application process (this folder's
 * `electron.ts`) and the half inside the test, which drives a real Chromium page (`electron-stub.ts`).
 */

/** A record of one call into Electron that a test may want to look at, such as the options of a window. */
export interface CallRecord {
  readonly what: string;
  readonly value: unknown;
}

/** From the application to the test. */
export type ToTest =
  | { readonly type: 'record'; readonly record: CallRecord }
  | { readonly type: 'window-opened'; readonly windowId: number; readonly preloadPath: string | undefined }
  | { readonly type: 'load'; readonly windowId: number; readonly url: string }
  | { readonly type: 'reload'; readonly windowId: number }
  | { readonly type: 'window-closed'; readonly windowId: number }
  | { readonly type: 'send'; readonly windowId: number; readonly channel: string; readonly values: readonly unknown[] }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown };

/** What the test asks the application, as Chromium or the user would. */
export type Question =
  | { readonly what: 'fetch'; readonly url: string; readonly method: string; readonly headers: Record<string, string> }
  | { readonly what: 'navigate'; readonly windowId: number; readonly url: string; readonly isMainFrame: boolean }
  | { readonly what: 'open-window'; readonly windowId: number; readonly url: string }
  | { readonly what: 'attach-webview'; readonly windowId: number }
  | { readonly what: 'request'; readonly url: string }
  /** The resident set of the process, in bytes. */
  | { readonly what: 'memory' }
  | { readonly what: 'permission'; readonly windowId: number; readonly permission: string; readonly origin: string };

/** From the test to the application. */
export type ToApplication =
  | { readonly type: 'question'; readonly id: number; readonly question: Question }
  | {
      readonly type: 'page-event';
      readonly windowId: number;
      readonly event: 'committed' | 'loaded' | 'crashed';
      readonly url: string;
    }
  | {
      readonly type: 'ipc';
      readonly windowId: number;
      readonly frame: FrameFacts;
      readonly channel: string;
      readonly values: readonly unknown[];
    }
  | { readonly type: 'close-window'; readonly windowId: number }
  | { readonly type: 'power'; readonly event: PowerEvent }
  | { readonly type: 'activate' }
  /** The user clicks the banner with that title, or puts it away. */
  | { readonly type: 'notification'; readonly act: 'click' | 'dismiss'; readonly title: string }
  /** Seconds since the last input. */
  | { readonly type: 'idle'; readonly seconds: number }
  /** The user chooses that item of the application menu. */
  | { readonly type: 'menu'; readonly label: string }
  /** The user clicks the tray icon; with a label, chooses that item of its menu. */
  | { readonly type: 'tray'; readonly label?: string }
  /** Another program opens a link of ours, on macOS. */
  | { readonly type: 'open-url'; readonly url: string }
  /** What the user answers to save dialogs from now on; absent means that they cancel. */
  | { readonly type: 'save-to'; readonly path?: string }
  | { readonly type: 'quit' };

/** What the operating system announces. */
export type PowerEvent = 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen' | 'shutdown';

export interface FrameFacts {
  readonly isMainFrame: boolean;
  readonly url: string;
}

/** How a response of a protocol handler crosses: bytes as base64. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly bodyBase64: string;
}
