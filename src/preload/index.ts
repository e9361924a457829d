/**
 * The only code that sees both Electron and the page. It gives the page one pipe to the main process
 * and nothing else. It knows nothing of the messages on that pipe, so a larger contract
 * (shared/contract) never makes it grow. The other end is main/hosts/desktop/ipc-link.ts.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ipcChannels } from '../shared/rpc/ipc-channels.ts';

/** Names this document, so that messages for an earlier page do not reach it after a reload. */
const documentId = crypto.randomUUID();

contextBridge.exposeInMainWorld('hallway', {
  send(message: unknown): void {
    // As text: the main process can then refuse by size before anything is parsed, and only what JSON carries gets through.
    ipcRenderer.send(ipcChannels.toCore, documentId, JSON.stringify(message));
  },
  /** The page learns no path, and the host only those of files that the user chose. */
  chooseFile(file: File): string {
    const path = webUtils.getPathForFile(file);
    if (path === '') return '';
    const chosenId = crypto.randomUUID();
    ipcRenderer.send(ipcChannels.chosen, documentId, chosenId, path);
    return chosenId;
  },
  onMessage(listener: (message: unknown) => void): () => void {
    const receive = (_event: unknown, addressee: unknown, message: unknown): void => {
      if (addressee === documentId) listener(message);
    };
    ipcRenderer.on(ipcChannels.toInterface, receive);
    return () => void ipcRenderer.removeListener(ipcChannels.toInterface, receive);
  },
});
