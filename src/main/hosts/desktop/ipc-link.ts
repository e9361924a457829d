/**
 * The Link of the Electron host: one IPC channel each way between the core and the page of our
 * window, through the preload. It accepts messages of the main frame of that window on our own
 * origin only. The link opens with the first message of a document. It closes when the document
 * goes: a reload, a crash, the end of the window.
 */
import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { ipcChannels } from '../../../shared/rpc/ipc-channels.ts';
import type { Link } from '../../../shared/rpc/link.ts';
import { logListenerErrors } from '../../core/lib/listener-errors.ts';
import type { Log } from '../../core/ports.ts';

/**
 * The largest message of a page, in UTF-16 units of its JSON: several times a call with the longest
 * text.
 */
export const maxMessageLength = 256 * 1024;

/** Longest ID of a choice, in UTF-16 units: that of a UUID. */
const maxIdLength = 36;

/** Refusals to log, so that a page in a loop cannot fill the disk. */
const maxLoggedRefusals = 10;

export interface IpcLinkDeps {
  readonly ipcMain: Pick<IpcMain, 'on' | 'removeListener'>;
  readonly webContents: WebContents;
  readonly log: Log;
  /** The user chose a file, and the page got that ID for its path. */
  readonly onChosen?: (chosenId: string, path: string) => void;
}

export interface IpcLinkOptions {
  /** The origin of our own page: `app://hallway`, or the development server's. */
  readonly origin: string;
}

export interface IpcLink extends Link {
  /** Stops listening, closes the link. Idempotent. */
  dispose(): void;
}

export function createIpcLink({ ipcMain, webContents, log, onChosen }: IpcLinkDeps, { origin }: IpcLinkOptions): IpcLink {
  const onListenerError = logListenerErrors(log);
  const messages = createEmitter<unknown>(onListenerError);
  const openings = createEmitter<void>(onListenerError);
  const closings = createEmitter<void>(onListenerError);
  /** The current document, and the one before it, whose late messages must not reopen it. */
  let current: string | undefined;
  let former: string | undefined;
  let refusals = 0;

  function refuse(reason: string): void {
    refusals += 1;
    if (refusals <= maxLoggedRefusals) log.write('warning', 'refused a message of a page', { reason, refusals });
  }

  function end(): void {
    if (current === undefined) return;
    former = current;
    current = undefined;
    closings.emit();
  }

  function receive(event: IpcMainEvent, documentId: unknown, text: unknown): void {
    const refusal = refusalOf(event, { webContents, origin }, documentId, text);
    if (refusal !== undefined) return refuse(refusal);
    const message = parse(text as string);
    if (message === undefined) return refuse('not-json');
    if (documentId === former) return;
    if (documentId !== current) {
      end();
      current = documentId as string;
      openings.emit();
    }
    messages.emit(message.value);
  }

  function choose(event: IpcMainEvent, documentId: unknown, chosenId: unknown, path: unknown): void {
    const refusal = refusalOf(event, { webContents, origin }, documentId, path);
    if (refusal !== undefined) return refuse(refusal);
    if (documentId === current && typeof chosenId === 'string' && chosenId.length <= maxIdLength)
      onChosen?.(chosenId, path as string);
  }

  function dispose(): void {
    end();
    ipcMain.removeListener(ipcChannels.toCore, receive);
    ipcMain.removeListener(ipcChannels.chosen, choose);
    if (webContents.isDestroyed()) return;
    webContents.removeListener('render-process-gone', end);
    webContents.removeListener('destroyed', dispose);
  }

  ipcMain.on(ipcChannels.toCore, receive);
  ipcMain.on(ipcChannels.chosen, choose);
  webContents.on('render-process-gone', end);
  webContents.on('destroyed', dispose);

  return {
    send(message) {
      if (current !== undefined && !webContents.isDestroyed()) webContents.send(ipcChannels.toInterface, current, message);
    },
    onMessage: (listener) => messages.subscribe(listener),
    onOpen(listener) {
      if (current !== undefined) listener();
      return openings.subscribe(listener);
    },
    onClose: (listener) => closings.subscribe(listener),
    dispose,
  };
}

/** Checks the sender first. It never reads a message of a foreign frame. */
function refusalOf(
  event: IpcMainEvent,
  own: { readonly webContents: WebContents; readonly origin: string },
  documentId: unknown,
  text: unknown,
): string | undefined {
  const frame = event.senderFrame;
  if (event.sender !== own.webContents) return 'foreign-window';
  // null: the frame has navigated or gone since.
  if (frame === null || frame !== own.webContents.mainFrame) return 'foreign-frame';
  if (frame.origin !== own.origin) return 'foreign-origin';
  if (typeof documentId !== 'string' || typeof text !== 'string') return 'malformed';
  if (text.length > maxMessageLength) return 'too-large';
  return undefined;
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
