/**
 * Makes the two texts of a banner from its parts. The core decided already which parts may be seen
 * (rule NOTIFY-13), so an absent part is a hidden one.
 */
import { formatBytes } from './format-offer.ts';
import { commonMessages } from './messages/common.ts';
import { createSay } from './messages/say.ts';

export interface BannerParts {
  readonly kind: 'messages' | 'received' | 'failed';
  readonly level: 'text' | 'sender' | 'none';
  readonly name?: string;
  readonly room?: string;
  readonly isPrivate?: boolean;
  readonly text?: string;
  /** Files that are offered, or that have arrived. */
  readonly files?: { readonly name: string; readonly fileCount: number; readonly totalBytes: number };
  readonly count: number;
}

export interface BannerTexts {
  readonly title: string;
  /** Empty where the level hides everything. */
  readonly body: string;
}

const say = createSay(commonMessages);

export function describeNotification(parts: BannerParts): BannerTexts {
  const { kind, level, name = '', room, isPrivate = false, count } = parts;
  if (level === 'none') return { title: say('notification.app'), body: '' };
  const title = (room === undefined ? name : isPrivate ? room : say('notification.room', { room })) || say('notification.app');
  if (kind === 'failed') return { title, body: say('notification.not-delivered') };
  if (kind === 'received') return { title, body: filesWords(parts) ?? say('notification.received-some') };
  const news = parts.text ?? filesWords(parts) ?? say('notification.count', { count });
  const hasAuthor = room !== undefined && count === 1 && name !== '';
  return { title, body: hasAuthor ? say('notification.line', { name, text: news }) : news };
}

function filesWords({ kind, files }: BannerParts): string | undefined {
  if (files === undefined) return undefined;
  const { name, fileCount, totalBytes } = files;
  return kind === 'received'
    ? say('notification.received', { name, count: fileCount })
    : say('notification.offer', { name, count: fileCount, size: formatBytes(totalBytes) });
}
