/**
 * The only code that sees both Electron and the page: gives the page one pipe to the main process and nothing else. It knows
 * nothing of what is said over it, so it never grows when the contract does (contract.ts, rpc.ts). Other end: main/electron/ipc-link.ts.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { ipcChannels } from '../shared/rpc/ipc-channels.ts';

/** Names this one document, so that after a reload nothing that was meant for the former page reaches the new one. */
const documentId = crypto.randomUUID();

contextBridge.exposeInMainWorld('hallway', {
  send(message: unknown): void {
    // As text: the main process can then refuse by size before anything is parsed, and only what JSON carries gets through.
    ipcRenderer.send(ipcChannels.toCore, documentId, JSON.stringify(message));
  },
  onMessage(listener: (message: unknown) => void): () => void {
    const receive = (_event: unknown, addressee: unknown, message: unknown): void => {
      if (addressee === documentId) listener(message);
    };
    ipcRenderer.on(ipcChannels.toInterface, receive);
    return () => void ipcRenderer.removeListener(ipcChannels.toInterface, receive);
  },
});
