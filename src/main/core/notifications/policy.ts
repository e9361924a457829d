/**
 * Decides about one message: a new banner, a replaced one, the badge alone, or nothing (rules
 * NOTIFY-1 to NOTIFY-12). A pure function of the message, its sender or room, the settings, the
 * pages, our own status and the time. `notifications.ts` acts on the decision.
 */
import type { Status } from '../../../shared/contract/profile.ts';
import type { SettingValues } from '../../../shared/contract/settings.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { LocalTime } from '../ports.ts';
import { isInQuietHours } from './quiet-hours.ts';

/**
 * A line of a room that took longer to arrive is history. More than a line takes that was lost and
 * repaired, and more than clocks of most computers differ.
 */
export const historyAfterMs = 2 * 60_000;

export type NotificationSettings = Pick<SettingValues, 'notifyMessages' | 'notifyRooms' | 'doNotDisturbUntilMs' | 'quietHours'>;

/** The news of one message. */
export interface News {
  readonly conversation: ConversationId;
  readonly isRoom: boolean;
  readonly isOwn: boolean;
  readonly isBlocked: boolean;
  /** The user wants no news of this conversation. */
  readonly isMuted: boolean;
  /** It has our name, or a word that the user watches for. */
  readonly isMention: boolean;
  readonly sentAtMs: number;
  /** In a room, it belongs before messages that were shown already. */
  readonly isLate: boolean;
}

/** One page that the user has open. */
export interface Attention {
  /** Its window has the focus, and the user gave a sign of life lately. */
  readonly isFocused: boolean;
  /** The conversation whose end is in view; null if none. */
  readonly conversation: ConversationId | null;
}

/** The banner of the conversation: none, one with fresh messages, one that sums up history. */
export type Banner = 'none' | 'fresh' | 'summary';

export interface Circumstances {
  readonly settings: NotificationSettings;
  /** Ours. Read only where it matters: this runs for every message. */
  readonly status: () => Status;
  readonly pages: readonly Attention[];
  readonly banner: Banner;
  /** Wall clock. */
  readonly nowMs: number;
  /** That time where the user is. Read only where it matters, too. */
  readonly localTime: LocalTime;
}

/**
 * `show`: a new banner · `replace`: the conversation's banner counts one more · `silent`: the badge
 * counts it, without a banner · `nothing`: not even the badge counts it.
 */
export type Decision = 'show' | 'replace' | 'silent' | 'nothing';

export function decide(news: News, circumstances: Circumstances): Decision {
  if (news.isOwn || news.isBlocked || news.isMuted) return 'nothing';
  if (isInView(news.conversation, circumstances.pages)) return 'nothing';
  if (!isWanted(news, circumstances.settings)) return 'silent';
  if (circumstances.pages.some(({ isFocused }) => isFocused)) return 'silent';
  if (isDisturbing(circumstances)) return 'silent';
  if (circumstances.banner === 'none') return 'show';
  // History is summed up once. It comes in thousands, and nothing in it is urgent.
  return circumstances.banner === 'summary' && isHistory(news, circumstances.nowMs) ? 'silent' : 'replace';
}

/** Whether the user wants no banners now: do not disturb, quiet hours, or busy. */
export function isDisturbing({
  settings: { doNotDisturbUntilMs, quietHours },
  status,
  nowMs,
  localTime,
}: Pick<Circumstances, 'settings' | 'status' | 'nowMs' | 'localTime'>): boolean {
  if (status() === 'busy') return true;
  if (doNotDisturbUntilMs !== null && nowMs < doNotDisturbUntilMs) return true;
  return quietHours !== null && isInQuietHours(localTime(nowMs), quietHours);
}

/**
 * Whether it is a line of a room that was written long before it came. A message to us alone never
 * is: those are few, and the clock of their author may be slow.
 */
export function isHistory({ isRoom, isLate, sentAtMs }: Pick<News, 'isRoom' | 'isLate' | 'sentAtMs'>, nowMs: number): boolean {
  return isRoom && (isLate || nowMs - sentAtMs > historyAfterMs);
}

function isInView(conversation: ConversationId, pages: readonly Attention[]): boolean {
  return pages.some((page) => page.isFocused && page.conversation === conversation);
}

function isWanted({ isRoom, isMention }: News, { notifyMessages, notifyRooms }: NotificationSettings): boolean {
  if (!isRoom) return notifyMessages;
  return notifyRooms === 'all' || (notifyRooms === 'mentions' && isMention);
}
