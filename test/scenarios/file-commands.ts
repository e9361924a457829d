/**
 * Files in rooms, as actions of a node: commands of the automation interface, and the files on the
 * disk of its host. Both worlds give the function that runs a command, and the disk.
 */
import * as z from 'zod';

export interface FileCommands {
  /**
   * Offers a file with that name and content to a room.
   *
   * @returns the ID of the transfer, once it is persisted
   */
  offerFile(room: string, name: string, bytes: Uint8Array): Promise<string>;
  acceptFiles(transferId: string): Promise<void>;
  /** The content of the first file of a transfer that arrived. */
  arrivedFile(transferId: string): Promise<Uint8Array>;
}

export interface HostFiles {
  /** Where files arrive. */
  readonly directory: string;
  /** @returns the path */
  put(name: string, bytes: Uint8Array): Promise<string>;
  take(path: string): Promise<Uint8Array>;
}

type Command = { readonly cmd: string } & Readonly<Record<string, unknown>>;

const sentReply = z.looseObject({ transferId: z.string() });
const listReply = z.looseObject({ transfers: z.array(z.looseObject({ transferId: z.string(), paths: z.array(z.string()) })) });

/** @param run rejects when the command is refused */
export function createFileCommands(run: (command: Command) => Promise<unknown>, files: HostFiles): FileCommands {
  return {
    async offerFile(room, name, bytes) {
      const path = await files.put(name, bytes);
      return sentReply.parse(await run({ cmd: 'send-files', to: room, paths: [path] })).transferId;
    },
    acceptFiles: async (transferId) => void (await run({ cmd: 'accept', transferId, directory: files.directory })),
    async arrivedFile(transferId) {
      const { transfers } = listReply.parse(await run({ cmd: 'transfers' }));
      const [path] = transfers.find((one) => one.transferId === transferId)?.paths ?? [];
      if (path === undefined) throw new Error(`nothing arrived of ${transferId}`);
      return files.take(path);
    },
  };
}
