/**
 * `Notification`, with the limits of each system: Linux has no IDs, no replies, and desktops that read a body as markup; Windows and macOS
 * replace a banner by its ID. It is typed against Electron's own class, so that a change of Electron does not compile here.
 */
import { EventEmitter } from 'node:events';
import type { PlayedPlatform } from './platform.ts';
import type { Notification as ElectronNotification, NotificationConstructorOptions } from 'electron';

export type StubPlatform = PlayedPlatform;

/** A banner that is on the screen, as the user sees it. */
export interface SeenBanner {
  readonly title: string;
  readonly body: string;
  readonly isSilent: boolean;
  readonly hasReply: boolean;
}

type Parts = Pick<ElectronNotification, 'show' | 'close' | 'title' | 'body' | 'silent' | 'hasReply' | 'id'>;

class StubNotification extends EventEmitter implements Parts {
  readonly title: string;
  readonly body: string;
  readonly silent: boolean;
  readonly hasReply: boolean;
  readonly id: string;
  readonly #center: Center;

  constructor(options: NotificationConstructorOptions, center: Center) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
    this.hasReply = center.platform !== 'linux' && (options.hasReply ?? false);
    center.made += 1;
    this.id = center.platform === 'linux' ? `random-${center.made}` : (options.id ?? `random-${center.made}`);
    this.#center = center;
  }
  show(): void {
    if (this.#center.failure !== undefined) {
      this.emit('failed', {}, this.#center.failure);
      return;
    }
    this.#center.shows += 1;
    const { title, body, silent, hasReply } = this;
    this.#center.open.set(this.id, { title, body, silent, hasReply, object: new WeakRef(this) });
    this.emit('show', {});
  }
  close(): void {
    if (this.#center.open.get(this.id)?.object.deref() !== this) return;
    this.#center.open.delete(this.id);
    this.emit('close', { reason: 'applicationHidden' });
  }
}

/** Electron holds no reference either: a banner whose object was collected stays, and its events are lost. */
interface OpenBanner {
  readonly title: string;
  readonly body: string;
  readonly silent: boolean;
  readonly hasReply: boolean;
  readonly object: WeakRef<StubNotification>;
}

interface Center {
  readonly platform: StubPlatform;
  /** By ID, the latest last. */
  readonly open: Map<string, OpenBanner>;
  made: number;
  shows: number;
  failure: string | undefined;
}

export interface NotificationCenter {
  readonly create: (options: NotificationConstructorOptions) => ElectronNotification;
  seen(): readonly SeenBanner[];
  /** How often a banner was shown or replaced. */
  shows(): number;
  /** The user clicks the banner with that title. */
  click(title: string): void;
  reply(title: string, text: string): void;
  /** The user puts it away. */
  dismiss(title: string): void;
  /** From now on the system shows nothing, with that text; undefined: it works again. */
  fail(failure: string | undefined): void;
}

export function createNotificationCenter(platform: StubPlatform): NotificationCenter {
  const center: Center = { platform, open: new Map(), made: 0, shows: 0, failure: undefined };

  function find(title: string): readonly [string, OpenBanner] {
    const found = [...center.open].find(([, banner]) => banner.title === title);
    if (found === undefined) throw new Error(`no banner has the title ${title}`);
    return found;
  }

  return {
    // Electron's class has members that Hallway does not use; a use of one fails here first.
    create: (options) => new StubNotification(options, center) as unknown as ElectronNotification,
    seen: () =>
      [...center.open.values()].map(({ title, body, silent, hasReply }) => {
        return { title, body: platform === 'linux' ? readMarkup(body) : body, isSilent: silent, hasReply };
      }),
    shows: () => center.shows,
    click: (title) => void find(title)[1].object.deref()?.emit('click', {}),
    reply(title, text) {
      const [, banner] = find(title);
      if (!banner.hasReply) throw new Error('this system takes no replies');
      banner.object.deref()?.emit('reply', { reply: text }, text);
    },
    dismiss(title) {
      const [id, banner] = find(title);
      center.open.delete(id);
      banner.object.deref()?.emit('close', { reason: 'userCanceled' });
    },
    fail: (failure) => void (center.failure = failure),
  };
}

/** As a desktop does that takes the body for markup: tags disappear, entities become characters. */
function readMarkup(body: string): string {
  return body
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
