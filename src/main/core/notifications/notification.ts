/**
 * One notification as hosts get it: the parts of a banner that may be seen, at the level that the
 * user chose (rule NOTIFY-13). Hosts make the sentences.
 */
import type { GetSetting, SettingValues } from '../../../shared/contract/settings.ts';
import { partsOf, type ConversationId, type Cursor, type PeerId } from '../../../shared/lib/ids.ts';
import { cleanText } from '../../../shared/text/clean-text.ts';
import { withoutMentionCodes } from '../../../shared/text/mentions.ts';
import type { BannerKind, ShownBanner } from './banners.ts';

/** In UTF-8: some four lines, more than systems show. */
const maxTextBytes = 240;

/** The parts that its level hides are absent. */
export interface Notification {
  readonly conversation: ConversationId;
  readonly kind: BannerKind;
  /** Where a click leads: the latest message that it counts. */
  readonly cursor: Cursor;
  readonly level: SettingValues['notificationContent'];
  /** The author of the latest message, cleaned. */
  readonly name?: string;
  /** Without `#`; of a private room its title. */
  readonly room?: string;
  readonly isPrivate?: boolean;
  /** Of a single message, cleaned, on one line. */
  readonly text?: string;
  /**
   * Files that a single message offers, or that have arrived. The name is that of the first,
   * cleaned.
   */
  readonly files?: { readonly name: string; readonly fileCount: number; readonly totalBytes: number };
  readonly count: number;
  /** It is no update of a banner that is shown already. */
  readonly isNew: boolean;
  readonly hasSound: boolean;
  /** Whether a reply can be sent from it. */
  readonly canReply: boolean;
}

interface Deps {
  readonly getSetting: GetSetting;
  /** Of a private room; undefined if it has none, or is no private room. */
  readonly titleOf: (conversation: ConversationId) => string | undefined;
  readonly contacts: {
    isVerified(peerId: PeerId): boolean;
    get(peerId: PeerId): { readonly name: string } | undefined;
    earlierHolder(peerId: PeerId): { readonly verified: boolean } | undefined;
  };
}

/** In UTF-8: a longer name is cut, and the rest of the sentence stays. */
const maxFileNameBytes = 120;

export function toNotification(
  { kind, latest, count, isNew, mayHaveSound }: ShownBanner,
  { getSetting, titleOf, contacts }: Deps,
): Notification {
  const level = getSetting('notificationContent');
  const { conversation, from, cursor, text, offer } = latest;
  const parts = partsOf(conversation);
  const title = titleOf(conversation);
  const fromName = kind === 'failed' && parts.type === 'dm' ? contacts.get(parts.peerId)?.name : latest.fromName;
  // A banner has no room to warn that someone uses the name of a verified person, so it quotes nothing.
  const isDoubtful = !contacts.isVerified(from) && contacts.earlierHolder(from)?.verified === true;
  const isSingle = (kind === 'messages' && count === 1) || kind === 'received';
  const quotes = level === 'text' && isSingle && !isDoubtful;
  return {
    conversation,
    kind,
    cursor,
    level,
    ...(level !== 'none' && { name: cleanText(fromName ?? '', maxTextBytes) }),
    ...(level !== 'none' && parts.type === 'room' && { room: title ?? parts.name, isPrivate: parts.name.startsWith('&') }),
    ...(quotes && !offer && { text: cleanText(parts.type === 'room' ? withoutMentionCodes(text) : text, maxTextBytes) }),
    ...(quotes && offer && { files: filesOf(offer) }),
    count,
    isNew,
    hasSound: getSetting('notificationSound') && mayHaveSound,
    canReply: parts.type === 'dm' && level !== 'none' && !isDoubtful,
  };
}

function filesOf({
  files,
  fileCount,
  totalBytes,
}: NonNullable<ShownBanner['latest']['offer']>): NonNullable<Notification['files']> {
  return { name: cleanText(files[0]?.name ?? '', maxFileNameBytes), fileCount, totalBytes };
}
