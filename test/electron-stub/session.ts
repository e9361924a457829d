/** `session.defaultSession`: its permission handlers, which approve everything until they are set, as Electron's do. */
import { record } from './control.ts';

type RequestHandler = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: { requestingUrl: string },
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string, details: object) => boolean;

let requestHandler: RequestHandler = (_contents, _permission, answer) => answer(true);
let checkHandler: CheckHandler = () => true;

export const defaultSession = {
  setPermissionRequestHandler(handler: RequestHandler): void {
    record('session.setPermissionRequestHandler');
    requestHandler = handler;
  },
  setPermissionCheckHandler(handler: CheckHandler): void {
    record('session.setPermissionCheckHandler');
    checkHandler = handler;
  },
  setDevicePermissionHandler(_handler: unknown): void {
    record('session.setDevicePermissionHandler');
  },
  /** For the Electron stub itself: what the handlers of the application decide. */
  async decidePermission(contents: unknown, permission: string, origin: string): Promise<{ checked: boolean; granted: boolean }> {
    const checked = checkHandler(contents, permission, origin, { isMainFrame: true });
    const granted = await new Promise<boolean>((resolve) => {
      requestHandler(contents, permission, resolve, { requestingUrl: `${origin}/index.html` });
    });
    return { checked, granted };
  },
};

export const session = { defaultSession };
