/** Sends what a page shows as a draft, for the calls that send. */
import type { ConversationId } from '../../../../shared/lib/ids.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { Hallway } from '../../../core/hallway.ts';

/**
 * Sends a draft once, whatever page asks first.
 *
 * @param version absent: what is sent is no draft
 */
export async function sendDraft<Sent extends { readonly ok: boolean }>(
  { drafts }: Pick<Hallway, 'drafts'>,
  { conversation, version }: { readonly conversation: ConversationId; readonly version: number | undefined },
  send: (alongside?: () => void) => Promise<Sent>,
): Promise<Sent | Refusal<'draft-sent'>> {
  return drafts === undefined || version === undefined ? send() : drafts.send(conversation, version, send);
}
