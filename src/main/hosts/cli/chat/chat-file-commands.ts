/** The commands of the terminal chat about files: `/send`, `/accept`, `/decline` (rule FILE-23). */
import { resolve } from 'node:path';
import { partsOf } from '../../../../shared/lib/ids.ts';
import { describeTransfer } from '../../../../shared/text/describe-transfer.ts';
import { formatBytes } from '../../../../shared/text/format-offer.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { ShownTransfer, TransferResult, TransfersArea } from '../../../core/transfers/transfers.ts';
import type { Chat, ChatCommand } from './chat-command.ts';

export const fileCommands: readonly ChatCommand[] = [
  {
    name: '/send',
    usage: '/send PATH',
    help: say('chat.help.send'),
    run: send,
  },
  {
    name: '/accept',
    usage: '/accept [DIR]',
    help: say('chat.help.accept'),
    run: (chat, directory) =>
      answer(chat, (area, { transferId }) => area.accept(transferId, directory === '' ? undefined : resolve(directory))),
  },
  {
    name: '/decline',
    usage: '/decline',
    help: say('chat.help.decline'),
    run: (chat) => answer(chat, (area, { transferId }) => area.decline(transferId)),
  },
];

async function send({ hallway: { transfers }, conversations, screen }: Chat, path: string): Promise<void> {
  const opened = conversations.opened();
  const to = opened === undefined ? undefined : partsOf(opened);
  if (!transfers) return screen.say(say('automation.no-files'));
  if (path === '') return screen.say(say('chat.send-what'));
  if (to === undefined) return screen.say(say('chat.send-whom'));
  const paths = [resolve(path)];
  const result = to.type === 'dm' ? await transfers.send(to.peerId, paths) : await transfers.sendToRoom(to.name, paths);
  if (!result.ok) screen.say(say('chat.error', { refusal: describeRefusal(result) }));
}

/** Answers the latest offer of the open conversation that waits. */
async function answer(
  { hallway: { transfers, profile }, conversations, screen }: Chat,
  act: (area: TransfersArea, transfer: ShownTransfer) => Promise<TransferResult<Refusal>>,
): Promise<void> {
  const own = profile.self().peerId;
  const waiting = transfers
    ?.list()
    .find(({ state, from, conversation }) => state === 'offered' && from !== own && conversation === conversations.opened());
  if (!transfers || !waiting) return screen.say(say('chat.no-offer'));
  const result = await act(transfers, waiting);
  if (!result.ok) screen.say(say('chat.error', { refusal: describeRefusal(result) }));
}

/**
 * A line about a transfer that changed; undefined for one that says nothing new.
 *
 * @param other the other end; in a room the author
 */
export function transferLine(
  transfer: ShownTransfer,
  other: { readonly name: string; readonly isHere: boolean },
): string | undefined {
  const { state, offer, paths, code, keptBy } = transfer;
  const name = offer.files[0]?.name ?? '';
  const isOpen = state === 'running' || state === 'offered';
  if (isOpen && keptBy && keptBy.count > 0) return say('chat.files-have-it', { name, count: keptBy.count, of: keptBy.of });
  if (isOpen) return undefined;
  const size = formatBytes(offer.totalBytes);
  const why = state === 'waiting' || state === 'failed' ? describeTransfer({ state, code, ...other }) : '';
  return say('chat.transfer', { state, name, others: offer.fileCount - 1, size, paths: paths.join(', '), why });
}
