/** One window of the Electron stub: a real Chromium page that fetches from, speaks to and asks the application instead of the network. */
import type { BrowserContext, Page, Request, Route } from '@playwright/test';
import type { FetchAnswer, Question, ToApplication } from './control-messages.ts';
import { isMapped, toAppUrl, toPageUrl } from './origin-map.ts';
import { pageScript, receiveProperty, sendBinding } from './page-script.ts';

export interface DriveOptions {
  readonly windowId: number;
  readonly preloadSource: string;
  readonly notify: (message: ToApplication) => void;
  readonly ask: (question: Question) => Promise<unknown>;
  readonly onOutsideRequest: (url: string) => void;
}

export interface DrivenPage {
  readonly page: Page;
  load(url: string): void;
  reload(): void;
  deliver(channel: string, values: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export async function createDrivenPage(context: BrowserContext, options: DriveOptions): Promise<DrivenPage> {
  const { windowId, preloadSource, notify, ask } = options;
  const page = await context.newPage();
  /** Navigations that the application itself started: Electron asks nobody about them. */
  let ownNavigations = 0;

  await page.exposeBinding(sendBinding, ({ frame }, channel: string, values: readonly unknown[]) => {
    const facts = { isMainFrame: frame === page.mainFrame(), url: toAppUrl(frame.url()) };
    notify({ type: 'ipc', windowId, frame: facts, channel, values });
  });
  await page.addInitScript({ content: pageScript(preloadSource) });
  await context.route('**/*', (route) => answerRequest(route).catch(() => route.abort().catch(() => undefined)));
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame() && isMapped(frame.url())) pageEvent('committed');
  });
  page.on('load', () => pageEvent('loaded'));
  page.on('crash', () => pageEvent('crashed'));
  // It has been decided on already, when it asked for its address.
  page.on('popup', (popup) => void popup.close().catch(() => undefined));

  function pageEvent(event: 'committed' | 'loaded' | 'crashed'): void {
    notify({ type: 'page-event', windowId, event, url: toAppUrl(page.url()) });
  }

  async function answerRequest(route: Route): Promise<void> {
    const request = route.request();
    const url = toAppUrl(request.url());
    const place = placeOf(request, page);
    if (place === 'popup') {
      await ask({ what: 'open-window', windowId, url });
      return route.abort('aborted');
    }
    if (request.isNavigationRequest() && !(await mayNavigate(url, place === 'main'))) return route.abort('aborted');
    if ((await ask({ what: 'request', url })) !== true) return route.abort('blockedbyclient');
    if (!isMapped(request.url())) {
      options.onOutsideRequest(url);
      return route.abort('aborted');
    }
    const answer = (await ask({ what: 'fetch', url, method: request.method(), headers: request.headers() })) as FetchAnswer;
    return route.fulfill({ status: answer.status, headers: answer.headers, body: Buffer.from(answer.bodyBase64, 'base64') });
  }

  async function mayNavigate(url: string, isMainFrame: boolean): Promise<boolean> {
    if (isMainFrame && ownNavigations > 0) {
      ownNavigations -= 1;
      return true;
    }
    return (await ask({ what: 'navigate', windowId, url, isMainFrame })) === true;
  }

  return {
    page,
    load(url) {
      ownNavigations += 1;
      // Its end is told by the page's events; a page that is closed meanwhile makes it fail.
      page.goto(toPageUrl(url)).catch(() => undefined);
    },
    reload() {
      ownNavigations += 1;
      page.reload().catch(() => undefined);
    },
    async deliver(channel, values) {
      const give = ({ property, on, what }: { property: string; on: string; what: readonly unknown[] }): void => {
        const receive: unknown = Reflect.get(window, property);
        if (typeof receive === 'function') receive(on, what);
      };
      // What is sent while the page navigates or is gone is lost, as in Electron.
      await page.evaluate(give, { property: receiveProperty, on: channel, what: values }).catch(() => undefined);
    },
    async close() {
      await page.close().catch(() => undefined);
    },
  };
}

function placeOf(request: Request, page: Page): 'main' | 'inner' | 'popup' {
  try {
    const frame = request.frame();
    if (frame.page() !== page) return 'popup';
    return frame === page.mainFrame() ? 'main' : 'inner';
  } catch {
    // Playwright has no frame yet for the first request of a page that has just been opened.
    return 'popup';
  }
}
