/** Runs the commands about files of the automation interface. Part of run-command.ts. */
import { say } from '../../../../shared/text/messages/host.ts';
import { isAbsolute, resolve } from 'node:path';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { TransferResult } from '../../../core/transfers/transfers.ts';
import type { CommandId, CommandOf } from './automation-command.ts';
import { refusal, refused, transferObject, unresolved, type AutomationObject } from './automation-objects.ts';

export type TransferCommand = CommandOf<'send-files' | 'accept' | 'transfers' | TransferDecision>;
type TransferDecision = 'decline' | 'cancel-transfer' | 'pause-transfer' | 'resume-transfer';

export async function runTransferCommand(
  { transfers, contacts }: Pick<Hallway, 'transfers' | 'contacts'>,
  command: TransferCommand,
): Promise<AutomationObject> {
  const { id } = command;
  if (!transfers || !contacts) return refusal(id, 'not-available', say('automation.no-files'));
  switch (command.cmd) {
    case 'transfers':
      return { reply: id, ok: true, transfers: transfers.list().map(transferObject) };
    case 'send-files': {
      const paths = command.paths.map(absolute);
      if (isRoomSign(command.to)) {
        const offered = await transfers.sendToRoom(command.to, paths);
        return offered.ok ? { reply: id, ok: true, transferId: offered.transfer.transferId } : refused(id, offered);
      }
      const who = contacts.resolve(command.to);
      if (!who.ok) return unresolved(id, who);
      const sent = await transfers.send(who.peerId, paths);
      return sent.ok ? { reply: id, ok: true, transferId: sent.transfer.transferId } : refused(id, sent);
    }
    case 'accept':
      return replyTo(id, await transfers.accept(command.transferId, command.directory && absolute(command.directory)));
    case 'decline':
      return replyTo(id, await transfers.decline(command.transferId));
    case 'cancel-transfer':
      return replyTo(id, await transfers.cancel(command.transferId));
    case 'pause-transfer':
      return replyTo(id, await transfers.pause(command.transferId));
    case 'resume-transfer':
      return replyTo(id, await transfers.resume(command.transferId));
  }
}

function replyTo(id: CommandId, result: TransferResult<Refusal>): AutomationObject {
  return result.ok ? { reply: id, ok: true } : refused(id, result);
}

/** `#NAME`, and `&ID` of a private room: no name of a person begins so. */
function isRoomSign(to: string): boolean {
  return /^[#&]/u.test(to.trim());
}

/** From the folder of this process, which the user of the socket knows as well. */
function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(path);
}
