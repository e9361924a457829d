/**
 * `Notification`, with the limits of each system: Linux has no IDs, no replies, and desktops that
 * read a body as markup; Windows and macOS replace a banner by its ID. Windows shows its own XML,
 * and activates the application for it, also in a later run. It is typed against Electron's own
 * class, so that a change of Electron does not compile here.
 */
import { EventEmitter } from 'node:events';
import type { PlayedPlatform } from './platform.ts';
import type {
  ActivationArguments,
  Notification as ElectronNotification,
  NotificationAction,
  NotificationConstructorOptions,
} from 'electron';

export type StubPlatform = PlayedPlatform;

/** A banner that is on the screen, as the user sees it. */
export interface SeenBanner {
  readonly title: string;
  readonly body: string;
  readonly isSilent: boolean;
  readonly hasReply: boolean;
}

type Parts = Pick<ElectronNotification, 'show' | 'close' | 'title' | 'body' | 'silent' | 'hasReply' | 'id' | 'actions'>;

class StubNotification extends EventEmitter implements Parts {
  readonly title: string;
  readonly body: string;
  readonly silent: boolean;
  readonly hasReply: boolean;
  readonly id: string;
  readonly actions: NotificationAction[];
  readonly #toast: Toast | undefined;
  readonly #center: Center;

  constructor(options: NotificationConstructorOptions, center: Center) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
    this.hasReply = center.platform !== 'linux' && (options.hasReply ?? false);
    this.actions = options.actions ?? [];
    // The XML supersedes all other options but the ID.
    this.#toast = center.platform === 'win32' && options.toastXml !== undefined ? readToast(options.toastXml) : undefined;
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
    const { title, body, silent, hasReply } = this.#toast ?? this;
    const { launch, answer } = this.#toast ?? {};
    this.#center.open.set(this.id, { title, body, silent, hasReply, launch, answer, object: new WeakRef(this) });
    this.emit('show', {});
  }
  close(): void {
    if (this.#center.open.get(this.id)?.object?.deref() !== this) return;
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
  /** The arguments of the XML for a click and for a reply. */
  readonly launch: string | undefined;
  readonly answer: string | undefined;
  /** Undefined if an earlier run showed it. */
  readonly object: WeakRef<StubNotification> | undefined;
}

type Toast = Pick<OpenBanner, 'title' | 'body' | 'silent' | 'hasReply' | 'launch' | 'answer'>;

interface Center {
  readonly platform: StubPlatform;
  /** By ID, the latest last. */
  readonly open: Map<string, OpenBanner>;
  made: number;
  shows: number;
  failure: string | undefined;
  onActivated: ((details: ActivationArguments) => void) | undefined;
  /** An activation before anybody listens waits. */
  waiting: ActivationArguments | undefined;
}

export interface NotificationCenter {
  readonly create: (options: NotificationConstructorOptions) => ElectronNotification;
  seen(): readonly SeenBanner[];
  /** How often a banner was shown or replaced. */
  shows(): number;
  /** The user clicks the banner with that title. */
  click(title: string): void;
  reply(title: string, text: string): void;
  /** The user presses the button with that label. */
  press(title: string, label: string): void;
  /** The user puts it away. */
  dismiss(title: string): void;
  /** The application ends and starts again: Windows keeps the banners, the other systems do not. */
  restart(): void;
  /** As `Notification.handleActivation`. */
  handleActivation(callback: (details: ActivationArguments) => void): void;
  /** From now on the system shows nothing, with that text; undefined: it works again. */
  fail(failure: string | undefined): void;
}

export function createNotificationCenter(platform: StubPlatform): NotificationCenter {
  const center: Center = {
    platform,
    open: new Map(),
    made: 0,
    shows: 0,
    failure: undefined,
    onActivated: undefined,
    waiting: undefined,
  };

  function find(title: string): readonly [string, OpenBanner] {
    const found = [...center.open].find(([, banner]) => banner.title === title);
    if (found === undefined) throw new Error(`no banner has the title ${title}`);
    return found;
  }

  function activate(details: ActivationArguments): void {
    if (center.onActivated === undefined) center.waiting = details;
    else center.onActivated(details);
  }

  return {
    // Electron's class has members that Hallway does not use; a use of one fails here first.
    create: (options) => new StubNotification(options, center) as unknown as ElectronNotification,
    seen: () =>
      [...center.open.values()].map(({ title, body, silent, hasReply }) => {
        return { title, body: platform === 'linux' ? readMarkup(body) : body, isSilent: silent, hasReply };
      }),
    shows: () => center.shows,
    click(title) {
      const [id, { object, launch }] = find(title);
      if (platform === 'win32') center.open.delete(id);
      object?.deref()?.emit('click', {});
      if (launch !== undefined) activate({ type: 'click', arguments: launch });
    },
    reply(title, text) {
      const [id, { hasReply, object, answer }] = find(title);
      if (!hasReply) throw new Error('this system takes no replies');
      if (platform === 'win32') center.open.delete(id);
      object?.deref()?.emit('reply', { reply: text }, text);
      if (answer !== undefined) activate({ type: 'reply', arguments: answer, reply: text, userInputs: { reply: text } });
    },
    press(title, label) {
      const [id, { object }] = find(title);
      const banner = object?.deref();
      const actionIndex = banner?.actions.findIndex(({ text }) => text === label) ?? -1;
      if (actionIndex < 0) throw new Error(`no button has the label ${label}`);
      center.open.delete(id);
      banner?.emit('action', { actionIndex, selectionIndex: -1 }, actionIndex, -1);
    },
    restart() {
      center.onActivated = undefined;
      const left = [...center.open];
      center.open.clear();
      if (platform === 'win32') for (const [id, banner] of left) center.open.set(id, { ...banner, object: undefined });
    },
    handleActivation(callback) {
      if (platform !== 'win32') throw new TypeError('Notification.handleActivation is not a function');
      center.onActivated = callback;
      if (center.waiting !== undefined) callback(center.waiting);
      center.waiting = undefined;
    },
    dismiss(title) {
      const [id, banner] = find(title);
      center.open.delete(id);
      banner.object?.deref()?.emit('close', { reason: 'userCanceled' });
    },
    fail: (failure) => void (center.failure = failure),
  };
}

/** As Windows does: a text that is no XML of a toast is not shown. */
function readToast(xml: string): Toast {
  const value = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(xml)?.[1];
    return found?.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)));
  };
  const form =
    /^<toast [^<>]*><visual><binding template="ToastGeneric">(?:<text>[^<>]*<\/text>){2}<\/binding><\/visual>(?:<audio [^<>]*\/>)?(?:<actions>(?:<[^<>]*\/>)*<\/actions>)?<\/toast>$/;
  if (!form.test(xml) || /&(?!#\d+;)/.test(xml)) throw new Error(`not the XML of a toast: ${xml}`);
  return {
    title: value(/<text>([^<>]*)<\/text>/) ?? '',
    body: value(/<\/text><text>([^<>]*)<\/text>/) ?? '',
    silent: xml.includes('<audio silent="true"/>'),
    hasReply: xml.includes('hint-inputId='),
    launch: value(/^<toast [^<>]*launch="([^"]*)"/),
    answer: value(/<action [^<>]*arguments="([^"]*)"/),
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
