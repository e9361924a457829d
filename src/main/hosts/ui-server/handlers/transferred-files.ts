/** Serves the calls about files of transfers that are on this computer. */
import { basename } from 'node:path';
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { transferredFileCalls } from '../../../../shared/contract/transferred-files.ts';
import { maxSliceBytes } from '../../../../shared/contract/chosen-files.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { StoredTransfer } from '../../../core/transfers/ports.ts';
import { pathOfFile, readSlice, saveCopy, shownPath } from '../transferred-files.ts';
import { notAvailable, type Failure } from './failures.ts';

/** Calls of a host with a window about files. */
export interface FileHost {
  /** Opens the folder around that path, with the file selected. */
  showInFolder(path: string): void;
  /** Asks the user where to save a file. @returns undefined if they do not want to */
  askWhereToSave(name: string): Promise<string | undefined>;
}

type Emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void;

const gone: Failure = { ok: false, code: 'gone', message: say('failure.gone') };

/** @param host absent for a page in a browser */
export function transferredFileHandlers(
  { transfers, profile }: Pick<Hallway, 'transfers' | 'profile'>,
  host: FileHost | undefined,
  emit: Emit,
): HandlersOf<typeof transferredFileCalls> {
  const isOwn = ({ from }: StoredTransfer): boolean => from === profile.self().peerId;

  function pathOf(transferId: string, file: number): string | undefined {
    const transfer = transfers?.get(transferId);
    return transfer && pathOfFile(transfer, isOwn(transfer), file);
  }

  return {
    async readTransferred({ transferId, file, offset }) {
      const path = pathOf(transferId, file);
      const read = path === undefined ? undefined : await readSlice(path, offset, maxSliceBytes);
      if (!read?.ok) return gone;
      return { ok: true, output: { data: Buffer.from(read.bytes).toString('base64'), sizeBytes: read.sizeBytes } };
    },
    showTransferred({ transferId }) {
      const transfer = transfers?.get(transferId);
      const path = transfer && shownPath(transfer, isOwn(transfer));
      if (!host) return notAvailable;
      if (path === undefined) return gone;
      host.showInFolder(path);
      return { ok: true, output: {} };
    },
    saveTransferred({ transferId, file }) {
      const path = pathOf(transferId, file);
      if (!host) return notAvailable;
      if (path === undefined) return gone;
      void save(host, path).then((problem) => emit('transferredSaved', { transferId, file, problem }));
      return { ok: true, output: {} };
    },
  };
}

/** @returns the problem, null if there is none. Never rejects */
async function save(host: FileHost, path: string): Promise<string | null> {
  try {
    const target = await host.askWhereToSave(basename(path));
    return target === undefined || (await saveCopy(path, target)) ? null : say('failure.not-saved');
  } catch {
    return say('failure.no-dialog');
  }
}
