/** The commands of the terminal chat about files: `/send`, `/accept`, `/decline` (rule FILE-23). */
import { resolve } from 'node:path';
import { partsOf } from '../../../../shared/lib/ids.ts';
import { formatBytes } from '../../../../shared/text/format-offer.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { StoredTransfer } from '../../../core/transfers/ports.ts';
import type { TransferResult, TransfersArea } from '../../../core/transfers/transfers.ts';
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
  if (to?.type !== 'dm') return screen.say(say('chat.send-whom'));
  const result = await transfers.send(to.peerId, [resolve(path)]);
  if (!result.ok) screen.say(say('chat.error', { refusal: describeRefusal(result) }));
}

/** Answers the latest offer of the open conversation that waits. */
async function answer(
  { hallway: { transfers, profile }, conversations, screen }: Chat,
  act: (area: TransfersArea, transfer: StoredTransfer) => Promise<TransferResult<Refusal>>,
): Promise<void> {
  const own = profile.self().peerId;
  const waiting = transfers
    ?.list()
    .find(({ state, from, conversation }) => state === 'offered' && from !== own && conversation === conversations.opened());
  if (!transfers || !waiting) return screen.say(say('chat.no-offer'));
  const result = await act(transfers, waiting);
  if (!result.ok) screen.say(say('chat.error', { refusal: describeRefusal(result) }));
}

/** A line about a transfer that changed; undefined for one that says nothing new. */
export function transferLine(transfer: StoredTransfer): string | undefined {
  const { state, offer, paths, code } = transfer;
  const name = offer.files[0]?.name ?? '';
  if (state === 'running' || state === 'offered') return undefined;
  const size = formatBytes(offer.totalBytes);
  return say('chat.transfer', { state, name, others: offer.fileCount - 1, size, paths: paths.join(', '), code: code ?? '' });
}
