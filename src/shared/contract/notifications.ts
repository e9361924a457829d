/**
 * Banners as a page shows them where no program does, and its report on what the user looks at. The
 * core decides about both (docs/spec/notifications.md).
 */
import { conversationIdSchema, cursorSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';

const bannerSchema = z.object({
  conversation: conversationIdSchema,
  /** Where a click leads. */
  cursor: cursorSchema,
  /** Plain texts for people; the body may be empty. */
  title: z.string(),
  body: z.string(),
  /** Messages that it stands for. */
  count: z.number(),
  hasSound: z.boolean(),
});
export type PageBanner = z.infer<typeof bannerSchema>;

export const notificationCalls = {
  /**
   * The place that the user looks at in this page: whether its window has the focus and a sign of life was
   * seen lately, and the conversation whose end is in view, if any.
   */
  setAttention: {
    input: z.strictObject({ isFocused: z.boolean(), conversation: conversationIdSchema.nullable() }),
    output: z.object({}),
  },
  /** There was input in this page. Pages report it now and then while the user works in them. */
  reportActivity: { input: z.strictObject({}), output: z.object({}) },
  /**
   * Shows a banner that says that it works. `page`: this page must show it itself. Fails with
   * `do-not-disturb`, `permission-denied`, `not-supported` or `turned-off-in-system`.
   */
  testNotification: { input: z.strictObject({}), output: z.object({ shownBy: z.enum(['host', 'page']) }) },
  /** The user opened the banner of that conversation, or put it away. */
  dismissNotification: { input: z.strictObject({ conversation: conversationIdSchema }), output: z.object({}) },
} as const;

export const notificationEvents = {
  /** Only for the page that shows banners. One of the same conversation replaces the one before. */
  notification: bannerSchema,
  notificationCleared: z.object({ conversation: conversationIdSchema }),
} as const;
