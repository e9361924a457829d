/**
 * Makes the two texts of a banner from its parts. The core decided already which parts may be seen
 * (rule NOTIFY-13), so an absent part is a hidden one.
 */
import { commonMessages } from './messages/common.ts';
import { createSay } from './messages/say.ts';

export interface BannerParts {
  readonly kind: 'messages' | 'failed';
  readonly level: 'text' | 'sender' | 'none';
  readonly name?: string;
  readonly room?: string;
  readonly isPrivate?: boolean;
  readonly text?: string;
  readonly count: number;
}

export interface BannerTexts {
  readonly title: string;
  /** Empty where the level hides everything. */
  readonly body: string;
}

const say = createSay(commonMessages);

export function describeNotification({ kind, level, name = '', room, isPrivate = false, text, count }: BannerParts): BannerTexts {
  if (level === 'none') return { title: say('notification.app'), body: '' };
  const title = (room === undefined ? name : isPrivate ? room : say('notification.room', { room })) || say('notification.app');
  if (kind === 'failed') return { title, body: say('notification.not-delivered') };
  const news = text ?? say('notification.count', { count });
  const hasAuthor = room !== undefined && count === 1 && name !== '';
  return { title, body: hasAuthor ? say('notification.line', { name, text: news }) : news };
}
