/**
 * Keeps Chromium on this computer (rules DESK-1 to DESK-4). Only the core speaks to the network.
 * Chromium's own services would reach the internet: the spellchecker fetches dictionaries when the
 * first field gets the focus, and updates, reports and proxy discovery run in the background.
 */
import type { App, CommandLine, Session, WebContents } from 'electron';

/**
 * The switches of Chromium's background traffic. No name resolves and no proxy is looked for, so a
 * service that a later Chromium adds gets nowhere either.
 */
const switches: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['no-pings'],
  ['no-proxy-server'],
];
/** Names and addresses that Chromium may resolve in development: those of the page's server. */
const developmentHosts = ['localhost', '127.0.0.1'];

/** The discard port of this computer: no program answers there. */
const nowhere = 'http://127.0.0.1:9/';

export interface LocalOnlyOptions {
  /** The origin of our own page. */
  readonly origin: string;
  readonly platform: NodeJS.Platform;
  /** Then the development server and the developer tools may load. */
  readonly isDevelopment: boolean;
}

/** Restricts every session and page that is created later. Call it before the app is ready. */
export function keepLocal(app: App, options: LocalOnlyOptions): void {
  appendSwitches(app.commandLine, options);
  app.on('session-created', (session) => restrictSession(session, options));
  app.on('web-contents-created', (_event, contents) => restrictCalls(contents));
}

/** Repeating it does no harm. */
export function restrictSession(session: Session, options: LocalOnlyOptions): void {
  // macOS has a checker of its own, which needs no download.
  if (options.platform !== 'darwin') {
    session.setSpellCheckerEnabled(false);
    // Holds even if something enables the checker.
    session.setSpellCheckerDictionaryDownloadURL(nowhere);
  }
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url, options) }));
}

function appendSwitches(commandLine: Pick<CommandLine, 'appendSwitch'>, { isDevelopment }: LocalOnlyOptions): void {
  for (const [name, value] of switches) commandLine.appendSwitch(name, value);
  const exceptions = isDevelopment ? developmentHosts.map((host) => `, EXCLUDE ${host}`).join('') : '';
  commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${exceptions}`);
}

/** The Content-Security-Policy doesn't cover WebRTC, which sends datagrams to any address. */
function restrictCalls(contents: Pick<WebContents, 'setWebRTCIPHandlingPolicy'>): void {
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

function mayLoad(url: string, { origin, isDevelopment }: LocalOnlyOptions): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, pathname } = new URL(url);
  // The page saves the problem report from one.
  if (protocol === 'blob:') return mayLoad(pathname, { origin, platform: 'linux', isDevelopment: false });
  if (`${protocol}//${host}` === origin) return true;
  if (!isDevelopment) return false;
  return protocol === 'devtools:' || (protocol === 'ws:' && host === new URL(origin).host);
}
