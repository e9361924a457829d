/**
 * The host around the page: where it leads the page, and what the page asks of it. A host without
 * a window of its own, as the browser's, leads nowhere and forgets where the page is.
 */
import { conversationIdSchema, cursorSchema, peerIdSchema } from '../lib/ids.ts';
import { menuShortcutNames } from '../lib/shortcuts.ts';
import { z } from '../lib/zod.ts';

/** Longest name of a settings section accepted from outside. */
const maxSectionLength = 40;
/** Longest address, as in `connect`. */
const maxAddressLength = 300;

/** A place of the page to which a notification, a link or the tray leads. */
export const placeSchema = z.discriminatedUnion('page', [
  z.strictObject({
    page: z.literal('conversation'),
    conversation: conversationIdSchema,
    /** The message to show; absent means the latest ones. */
    cursor: cursorSchema.optional(),
  }),
  /** `section` as in `#/settings/SECTION`; empty means the first one. */
  z.strictObject({ page: z.literal('settings'), section: z.string().max(maxSectionLength) }),
  /** The form for adding a peer by address, filled in. The user decides whether to add it. */
  z.strictObject({ page: z.literal('add'), address: z.string().max(maxAddressLength), peerId: peerIdSchema.optional() }),
  z.strictObject({ page: z.literal('network') }),
  /** As if the user pressed these keys in the page. */
  z.strictObject({ page: z.literal('shortcut'), name: z.enum(menuShortcutNames) }),
]);
export type Place = z.infer<typeof placeSchema>;

/** A notice that the page gives because the system shows no notifications. */
export const hostNoticeSchema = z.enum(['kept-running']);
export type HostNotice = z.infer<typeof hostNoticeSchema>;

export const hostCalls = {
  /** The page reports the open conversation, for a window that opens later; null if there is none. */
  setPlace: { input: z.strictObject({ conversation: conversationIdSchema.nullable() }), output: z.object({}) },
} as const;

export const hostEvents = {
  /** The user chose this place outside of the page. The page shows it, and does nothing else. */
  show: placeSchema,
  /** The page gives this notice until the user puts it away. */
  notice: z.strictObject({ notice: hostNoticeSchema }),
} as const;
