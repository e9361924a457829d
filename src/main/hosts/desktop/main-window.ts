/**
 * The one window, and life without it (rules DESK-10 to DESK-14). Closing it hides it, and destroys
 * it soon after: nobody looks at the page, so it needs no memory. If nothing on this desktop could
 * bring the window back, closing it quits.
 */
import type { BrowserWindow } from 'electron';
import type { HostNotice, Place } from '../../../shared/contract/host.ts';
import type { ConversationId, Cursor } from '../../../shared/lib/ids.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../../core/ports.ts';
import type { UiHost } from '../ui-server/handlers/host.ts';

/**
 * A window that is reopened within this time appears at once. A new one takes about a second, and
 * the old one some 150 MB.
 */
export const hiddenLimitMs = 5 * 60_000;

export interface MainWindow {
  /** The page's side, for `serveUi`. */
  readonly host: UiHost;
  /** Brings the window to the front, or opens one where the last one was. */
  show(): void;
  /** Opens the window at that place. */
  showAt(place: Place): void;
  /** The same for a conversation; with a cursor, at that message. */
  showWindowAt(conversation: ConversationId, cursor?: Cursor): void;
  /**
   * Gives a notice in the page, once the user looks at one.
   *
   * @returns when a page has it
   */
  tell(notice: HostNotice): Promise<void>;
  /** The window, unless it is destroyed. It may be hidden. */
  current(): BrowserWindow | undefined;
  /** Calls `listener` with each new window. */
  onOpened(listener: (window: BrowserWindow) => void): Unsubscribe;
  /** Lets windows close: the application quits. */
  quitting(): void;
}

interface Deps {
  /** Opens a window and connects its page. */
  open(host: UiHost): BrowserWindow;
  readonly clock: Pick<Clock, 'setTimer'>;
  /** Whether the user wants Hallway to run on without a window. */
  wantsToStay(): boolean;
  /** Whether something on this desktop can bring the window back. Must not reject. */
  canComeBack(): Promise<boolean>;
  /** Hallway runs on without a window. */
  onStay(): void;
  /** Quits. `isUnwanted` if the user wants Hallway to stay, but nothing can bring it back. */
  leave(isUnwanted: boolean): void;
}

export interface MainWindowOptions {
  /** On Wayland a hidden window may never appear again, so none is hidden for long. */
  readonly isWayland: boolean;
}

export function createMainWindow(deps: Deps, { isWayland }: MainWindowOptions): MainWindow {
  const { open, clock } = deps;
  const shows = createEmitter<Place>();
  const opened = createEmitter<BrowserWindow>();
  let window: BrowserWindow | undefined;
  let cancelDestroy: Unsubscribe | undefined;
  let isQuitting = false;
  /** The listeners of `shows`, of which there is at most one: the page. */
  let hasPage = false;
  let pending: Place | undefined;
  let giveNotice: ((notice: HostNotice) => void) | undefined;
  /** Notices that no page has yet. */
  const untold = new Map<HostNotice, () => void>();
  let lastConversation: ConversationId | undefined;

  const host: UiHost = {
    setPlace: (conversation) => void (lastConversation = conversation ?? undefined),
    onShow(listener) {
      const undo = shows.subscribe(listener);
      hasPage = true;
      const place = pending;
      pending = undefined;
      if (place !== undefined) listener(place);
      return () => {
        hasPage = false;
        undo();
      };
    },
    onNotice(listener) {
      giveNotice = listener;
      giveNotices();
      return () => void (giveNotice = undefined);
    },
  };

  function giveNotices(): void {
    if (giveNotice === undefined) return;
    for (const [notice, onGiven] of untold) {
      giveNotice(notice);
      onGiven();
    }
    untold.clear();
  }

  function current(): BrowserWindow | undefined {
    return window === undefined || window.isDestroyed() ? undefined : window;
  }

  function show(): void {
    cancelDestroy?.();
    cancelDestroy = undefined;
    const shown = current();
    if (shown === undefined) return openNew();
    bringToFront(shown);
    giveNotices();
  }

  function openNew(): void {
    hasPage = false;
    if (lastConversation !== undefined) pending ??= { page: 'conversation', conversation: lastConversation };
    const created = open(host);
    window = created;
    created.on('close', (event) => {
      if (isQuitting) return;
      event.preventDefault();
      hide(created);
      void afterClose(created);
    });
    opened.emit(created);
  }

  async function afterClose(closed: BrowserWindow): Promise<void> {
    const wants = deps.wantsToStay();
    const stays = wants && (await deps.canComeBack());
    // The user may have opened it again meanwhile.
    if (isQuitting || closed.isDestroyed() || closed.isVisible()) return;
    if (!stays) return deps.leave(wants);
    deps.onStay();
    cancelDestroy?.();
    if (isWayland) closed.destroy();
    else cancelDestroy = clock.setTimer(() => closed.destroy(), hiddenLimitMs);
  }

  function showAt(place: Place): void {
    if (hasPage && current() !== undefined) shows.emit(place);
    else pending = place;
    show();
  }

  return {
    host,
    show,
    showAt,
    showWindowAt: (conversation, cursor) =>
      showAt({ page: 'conversation', conversation, ...(cursor !== undefined && { cursor }) }),
    tell: (notice) =>
      new Promise((resolve) => {
        untold.set(notice, resolve);
        // A hidden page may go before anybody sees it.
        if (current()?.isVisible() === true) giveNotices();
      }),
    current,
    onOpened: (listener) => opened.subscribe(listener),
    quitting: () => void (isQuitting = true),
  };
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** macOS would leave a black screen behind a window that is hidden in full screen. */
function hide(window: BrowserWindow): void {
  if (!window.isFullScreen()) return window.hide();
  window.once('leave-full-screen', () => window.hide());
  window.setFullScreen(false);
}
