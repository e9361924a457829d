/** Serves the calls about the running program. */
import type { About, aboutCalls } from '../../../../shared/contract/about.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { notAvailable } from './failures.ts';

/** A host that is more than a page in a browser. */
export interface AboutHost {
  readonly host: About['host'];
  /** @returns whether the system shows the folder now */
  openFolder(path: string): Promise<boolean>;
}

const systems: ReadonlyMap<string, NonNullable<About['system']>> = new Map([
  ['linux', 'linux'],
  ['darwin', 'macos'],
  ['win32', 'windows'],
]);

/** @param own absent for a page in a browser */
export function aboutHandlers({ diagnostics }: Pick<Hallway, 'diagnostics'>, own?: AboutHost): HandlersOf<typeof aboutCalls> {
  const opensFolder = (): boolean => own !== undefined && diagnostics.source().folder !== '';
  return {
    about: () => ({
      ok: true,
      output: {
        host: own?.host ?? 'browser',
        system: systems.get(process.platform) ?? null,
        versions: diagnostics.source().versions,
        profileFolder: diagnostics.source().folder,
        opensFolder: opensFolder(),
      },
    }),
    async openProfileFolder() {
      const isShown = opensFolder() && (await own?.openFolder(diagnostics.source().folder));
      return isShown === true ? { ok: true, output: {} } : notAvailable;
    },
  };
}
