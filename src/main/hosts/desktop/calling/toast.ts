/**
 * A banner of Windows as its own XML (rule NOTIFY-30). The XML names the conversation, so that a
 * click or a reply in the Action Center still has its place after Hallway was closed, when no
 * object of the banner is left. `notifications.ts` acts on it.
 */
import {
  conversationIdSchema,
  cursorSchema,
  peerIdSchema,
  type ConversationId,
  type Cursor,
  type PeerId,
} from '../../../../shared/lib/ids.ts';
import { z } from '../../../../shared/lib/zod.ts';

/** Any program of the user may activate us, so the texts are checked before anything else. */
const maxArgumentsLength = 1_000;
/** Of the field for a reply. Electron itself uses this name. */
const replyField = 'reply';

interface Toast {
  readonly title: string;
  readonly body: string;
  readonly isSilent: boolean;
  /** The words of the field and the button for a reply; absent where none is taken. */
  readonly reply?: string;
  readonly target: ToastTarget;
}

/** The message of a banner. */
interface ToastTarget {
  readonly conversation: ConversationId;
  readonly cursor: Cursor;
  /** The profile that showed it: Windows starts us with the default one. */
  readonly self: PeerId;
}

/** As `Notification.handleActivation` of Electron has them. */
export interface ActivationDetails {
  readonly arguments: string;
  readonly reply?: string;
  readonly userInputs?: Readonly<Record<string, string>>;
}

interface Activation extends ToastTarget {
  /** The text of a reply; undefined for a click. */
  readonly reply?: string;
}

const argumentsSchema = z.object({
  type: z.enum(['click', 'reply']),
  conversation: conversationIdSchema,
  cursor: cursorSchema,
  self: peerIdSchema,
});

/** The title and the body may have any characters. */
export function writeToast({ title, body, isSilent, reply, target }: Toast): string {
  const texts = [title, body].map((text) => `<text>${escapeXml(text)}</text>`).join('');
  const answer =
    reply === undefined
      ? ''
      : `<actions><input id="${replyField}" type="text" placeHolderContent="${escapeXml(reply)}"/>` +
        `<action content="${escapeXml(reply)}" arguments="${argumentsOf('reply', target)}"` +
        ` activationType="foreground" hint-inputId="${replyField}"/></actions>`;
  return (
    `<toast activationType="foreground" launch="${argumentsOf('click', target)}">` +
    `<visual><binding template="ToastGeneric">${texts}</binding></visual>` +
    `${isSilent ? '<audio silent="true"/>' : ''}${answer}</toast>`
  );
}

/** @returns undefined for anything that `writeToast` did not write */
export function readActivation(details: ActivationDetails): Activation | undefined {
  if (details.arguments.length > maxArgumentsLength) return undefined;
  const read = argumentsSchema.safeParse(Object.fromEntries(new URLSearchParams(details.arguments)));
  if (!read.success) return undefined;
  const { type, ...target } = read.data;
  return type === 'click' ? target : { ...target, reply: details.reply ?? details.userInputs?.[replyField] ?? '' };
}

/** Electron reads the type from the same text. */
function argumentsOf(type: 'click' | 'reply', target: ToastTarget): string {
  return escapeXml(new URLSearchParams({ type, ...target }).toString());
}

function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
