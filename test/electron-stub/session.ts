/** `session.defaultSession`: its handlers, which approve everything until they are set, as Electron's do. */
import type * as Electron from 'electron';
import { onQuestion, record } from './control.ts';

type RequestHandler = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: { requestingUrl: string },
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string, details: object) => boolean;
type BeforeRequest = (details: { readonly url: string }, answer: (response: { readonly cancel?: boolean }) => void) => void;

/** The part of Electron's Session that the stub has. */
type SessionPart = Pick<
  Electron.Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setSpellCheckerEnabled'
  | 'setSpellCheckerDictionaryDownloadURL'
> & { readonly webRequest: Pick<Electron.WebRequest, 'onBeforeRequest'> };

let requestHandler: RequestHandler = (_contents, _permission, answer) => answer(true);
let checkHandler: CheckHandler = () => true;
let beforeRequest: BeforeRequest = (_details, answer) => answer({});

const part: SessionPart = {
  setPermissionRequestHandler(handler) {
    record('session.setPermissionRequestHandler');
    requestHandler = handler as RequestHandler;
  },
  setPermissionCheckHandler(handler) {
    record('session.setPermissionCheckHandler');
    checkHandler = handler as CheckHandler;
  },
  setDevicePermissionHandler(_handler) {
    record('session.setDevicePermissionHandler');
  },
  setSpellCheckerEnabled(enable) {
    record('session.setSpellCheckerEnabled', enable);
  },
  setSpellCheckerDictionaryDownloadURL(url) {
    record('session.setSpellCheckerDictionaryDownloadURL', url);
  },
  webRequest: {
    onBeforeRequest(...values: readonly unknown[]) {
      record('webRequest.onBeforeRequest');
      beforeRequest = values.at(-1) as BeforeRequest;
    },
  },
};

export const defaultSession = {
  ...part,
  /** For the Electron stub itself: what the handlers of the application decide. */
  async decidePermission(contents: unknown, permission: string, origin: string): Promise<{ checked: boolean; granted: boolean }> {
    const checked = checkHandler(contents, permission, origin, { isMainFrame: true });
    const granted = await new Promise<boolean>((resolve) => {
      requestHandler(contents, permission, resolve, { requestingUrl: `${origin}/index.html` });
    });
    return { checked, granted };
  },
  /** @returns whether the request may go on */
  decideRequest: (url: string): Promise<boolean> =>
    new Promise((resolve) => beforeRequest({ url }, ({ cancel = false }) => resolve(!cancel))),
};

export const session = { defaultSession };

onQuestion('request', ({ url }) => defaultSession.decideRequest(url));
