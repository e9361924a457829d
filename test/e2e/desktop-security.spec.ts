/**
 * Electron's security checklist, as far as a running application shows it
 * (docs/decisions/0002-electron-security.md). The stub records the calls to Electron; the page is
 * real, under the real policy.
 */
import type { Page } from '@playwright/test';
import type { AppInstance } from './app-instance.ts';
import { expect, test } from './fixtures.ts';
import { desktopHosts, hosts } from './hosts.ts';

for (const host of hosts) {
  test.describe(`the policy on ${host}`, () => {
    test.use({ host });

    test('blocks foreign code and foreign addresses', async ({ launch }) => {
      const { page, complaints } = await launch({ name: 'Ana' });
      await expect(page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
      expect(complaints).toEqual([]);
      const outcomes = await page.evaluate(tryForbiddenThings);
      expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== 'refused')).toEqual([]);
      expect(Object.keys(outcomes)).toHaveLength(10);
    });

    test('hides Node and Electron from the page', async ({ launch }) => {
      const { page } = await launch({ name: 'Ana' });
      const found = await page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
      );
      expect(found).toEqual([]);
    });
  });
}

for (const host of desktopHosts) {
  test.describe(`the bridge on ${host}`, () => {
    test.use({ host });

    test('has three functions, and is immutable', async ({ launch }) => {
      const { page } = await launch({ name: 'Ana' });
      const bridge = await page.evaluate(() => {
        const before = window.hallway;
        try {
          Reflect.set(window, 'hallway', { send: () => undefined });
        } catch {
          // A loud refusal is fine too.
        }
        return { names: Object.keys(before ?? {}).toSorted(), unchanged: window.hallway === before };
      });
      expect(bridge).toEqual({ names: ['chooseFile', 'onMessage', 'send'], unchanged: true });
    });

    test('[LINK-2] passes listeners the message, and nothing of Electron', async ({ launch }) => {
      const { page } = await launch({ name: 'Ana' });
      const heard = await page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            const undo = window.hallway?.onMessage((...values: unknown[]) => {
              const texts = values.map((value) => JSON.stringify(value));
              // The page itself may wait for answers.
              if (!texts.some((text) => text.includes('1000000'))) return;
              undo?.();
              resolve(texts);
            });
            window.hallway?.send({ type: 'call', id: 1_000_000, name: 'nothing', input: {} });
          }),
      );
      expect(heard).toHaveLength(1);
      expect(heard[0]).toContain('unknown-call');
    });

    test('[LINK-2] survives input that is not a call', async ({ launch }) => {
      const { page } = await launch({ name: 'Ana' });
      await page.evaluate(() => {
        for (const nonsense of [null, 1, 'text', [], {}, { type: 'call' }, 'x'.repeat(300_000)]) window.hallway?.send(nonsense);
      });
      await page.reload();
      await expect(page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    });
  });
}

test.describe('calls to Electron', () => {
  test.skip(!desktopHosts.includes('electron-stub'), 'real Electron keeps no record of it');
  test.use({ host: 'electron-stub' });

  test('the window is sandboxed, with every protection on', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const { preload, ...preferences } = webPreferences(ana);
    expect(preload).toMatch(/out[\\/]preload[\\/]index\.cjs$/);
    // Everything else keeps Electron's safe default. Check a new entry here against the checklist.
    expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
  });

  test('all handlers are set, and the sandbox is on for every page', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const emitted = new Set(ana.electronStub?.records.map(({ what }) => what));
    for (const what of [
      'app.enableSandbox',
      'protocol.registerSchemesAsPrivileged',
      'session.setPermissionRequestHandler',
      'session.setPermissionCheckHandler',
      'session.setDevicePermissionHandler',
      'webContents.setWindowOpenHandler',
    ]) {
      expect(emitted).toContain(what);
    }
  });

  test('[DESK-1] [DESK-2] [DESK-3] Chromium stays on this computer, before the first window', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const records = ana.electronStub?.records ?? [];
    const firstWindow = records.findIndex(({ what }) => what === 'new BrowserWindow');
    const before = records.slice(0, firstWindow).map(({ what, value }) => `${what} ${String(value)}`);
    expect(before).toEqual(
      expect.arrayContaining([
        'commandLine.appendSwitch host-resolver-rules=MAP * ~NOTFOUND',
        'commandLine.appendSwitch disable-background-networking',
        'session.setSpellCheckerEnabled false',
        'session.setSpellCheckerDictionaryDownloadURL http://127.0.0.1:9/',
        'webRequest.onBeforeRequest null',
      ]),
    );
    expect(recorded(ana, 'session.setSpellCheckerEnabled')).not.toContain(true);
    const may = (url: string): Promise<unknown> | undefined => ana.electronStub?.ask({ what: 'request', url });
    expect(await may('app://hallway/index.html')).toBe(true);
    expect(await may('https://redirector.gvt1.com/edgedl/chrome/dict/en-us-10-2.bdic')).toBe(false);
    // Ten words in the page, as when the checker would have asked for its dictionary.
    await ana.page.getByRole('searchbox').first().pressSequentially('one two thre four five six sevn eight nine ten');
    expect(ana.electronStub?.outsideRequests).toEqual([]);
  });

  test('grants only the notification permission, and only to our own page', async ({ launch }) => {
    const { electronStub } = await launch({ name: 'Ana' });
    const ask = (permission: string, origin: string): Promise<unknown> =>
      electronStub?.ask({ what: 'permission', windowId: 1, permission, origin }) ??
      Promise.reject(new Error('not the Electron stub'));
    expect(await ask('notifications', 'app://hallway')).toEqual({ checked: true, granted: true });
    expect(await ask('notifications', 'https://evil.example')).toEqual({ checked: false, granted: false });
    for (const permission of [
      'media',
      'geolocation',
      'clipboard-read',
      'openExternal',
      'fullscreen',
      'local-network-access',
      'usb',
      'unknown',
    ]) {
      expect(await ask(permission, 'app://hallway')).toEqual({ checked: false, granted: false });
    }
  });

  test('the page stays on its address, and only web links open outside', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const { page } = ana;
    await expect(page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    const home = page.url();
    for (const address of ['https://example.com/', 'http://example.com/', 'https://hallway.app.invalid.example.com/']) {
      await page.evaluate((to) => window.location.assign(to), address);
      await click(page, address, '_self');
    }
    await click(page, 'https://example.com/page', '_blank');
    await click(page, 'https://hallway.app.invalid/index.html', '_blank');
    await expect
      .poll(() => recorded(ana, 'window open').toSorted(byUrl))
      .toEqual([
        { url: 'app://hallway/index.html', action: 'deny' },
        { url: 'https://example.com/page', action: 'deny' },
      ]);
    // Chromium blocks these as well, even if our own check failed.
    for (const url of ['file:///etc/passwd', 'smb://server/share', 'javascript:void 0', 'ms-settings:', 'no address']) {
      expect(await ana.electronStub?.ask({ what: 'open-window', windowId: 1, url })).toBe('deny');
    }
    expect(recorded(ana, 'shell.openExternal')).toEqual(['https://example.com/page']);
    expect(ana.electronStub?.windows()).toHaveLength(1);
    expect(page.url()).toBe(home);
    await expect(page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    expect(ana.electronStub?.outsideRequests).toEqual([]);
  });

  test('no webview can be attached', async ({ launch }) => {
    const { electronStub } = await launch({ name: 'Ana' });
    expect(await electronStub?.ask({ what: 'attach-webview', windowId: 1 })).toBe(false);
  });

  test('the menu has the usual entries, and developer tools only in development', async ({ launch }) => {
    const { electronStub } = await launch({ name: 'Ana' });
    const menu = JSON.stringify(electronStub?.records.find(({ what }) => what === 'Menu.setApplicationMenu')?.value);
    for (const role of ['editMenu', 'resetZoom', 'zoomIn', 'zoomOut', 'windowMenu']) expect(menu).toContain(role);
    expect(menu).not.toContain('toggleDevTools');
  });
});

function webPreferences({ electronStub }: AppInstance): Record<string, unknown> {
  const options = electronStub?.records.find(({ what }) => what === 'new BrowserWindow')?.value as {
    webPreferences?: Record<string, unknown>;
  };
  return options.webPreferences ?? {};
}

function recorded({ electronStub }: AppInstance, wanted: string): unknown[] {
  return electronStub?.records.filter(({ what }) => what === wanted).map(({ value }) => value) ?? [];
}

function byUrl(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

async function click(page: Page, address: string, target: string): Promise<void> {
  await page.evaluate(
    ([href = '', where = '']) => {
      const link = document.createElement('a');
      link.href = href;
      link.target = where;
      document.body.append(link);
      link.click();
      link.remove();
    },
    [address, target],
  );
}

/**
 * Runs in the page. Each attempt reports its outcome. `refused` means that the policy blocked it,
 * not that it failed for another reason.
 */
async function tryForbiddenThings(): Promise<Record<string, string>> {
  const target = 'https://example.com/';
  // DevTools lift the ban on eval while their own code runs without a pause.
  await new Promise((resolve) => setTimeout(resolve, 0));

  function violationOf(directive: string, attempt: () => void): Promise<string> {
    return new Promise((resolve) => {
      const listen = (event: SecurityPolicyViolationEvent): void => {
        if (event.effectiveDirective !== directive) return;
        document.removeEventListener('securitypolicyviolation', listen);
        resolve('refused');
      };
      // A policy refuses at once; this ends the wait for other outcomes.
      setTimeout(() => resolve('allowed'), 3_000);
      document.addEventListener('securitypolicyviolation', listen);
      attempt();
    });
  }

  function append<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, set: (element: HTMLElementTagNameMap[Tag]) => void): void {
    const element = document.createElement(tag);
    set(element);
    document.body.append(element);
  }

  return {
    eval: await violationOf('script-src', () => {
      try {
        // oxlint-disable-next-line no-eval -- that it fails is the point
        (0, eval)('1 + 1');
      } catch {
        // The event reports it.
      }
    }),
    inlineScript: await violationOf('script-src-elem', () => append('script', (script) => (script.textContent = 'void 0'))),
    inlineHandler: await violationOf('script-src-attr', () =>
      append('button', (button) => button.setAttribute('onclick', 'void 0')),
    ),
    inlineStyle: await violationOf('style-src-elem', () => append('style', (style) => (style.textContent = 'p { color: red }'))),
    fetch: await violationOf('connect-src', () => void fetch(target).catch(() => undefined)),
    webSocket: await violationOf('connect-src', () => {
      try {
        void new WebSocket('wss://example.com/');
      } catch {
        // The event reports it.
      }
    }),
    image: await violationOf('img-src', () => append('img', (image) => (image.src = `${target}pixel.png`))),
    frame: await violationOf('frame-src', () => append('iframe', (frame) => (frame.src = target))),
    base: await violationOf('base-uri', () => append('base', (base) => (base.href = target))),
    form: await violationOf('form-action', () => {
      append('form', (form) => {
        form.action = target;
        setTimeout(() => form.submit(), 0);
      });
    }),
  };
}
