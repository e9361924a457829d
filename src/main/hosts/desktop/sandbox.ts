/**
 * Says in the health of Hallway that Chromium's sandbox is off (rule PACK-25). Hallway never turns
 * it off, but its user, a wrapper or a launcher can. Then a fault in Chromium endangers the
 * account.
 */
import type { CommandLine } from 'electron';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { problem } from '../../../shared/text/messages/problem-values.ts';
import type { Hallway } from '../../core/hallway.ts';

/** Each of them leaves the page without a sandbox. */
const switches = ['no-sandbox', 'disable-namespace-sandbox', 'disable-seccomp-filter-sandbox'];

/** Electron adds `--no-sandbox` itself if this variable is set. */
const variable = 'ELECTRON_DISABLE_SANDBOX';

interface Deps {
  readonly commandLine: Pick<CommandLine, 'hasSwitch'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly health: Pick<Hallway['health'], 'report'>;
}

/** @returns its undo, or nothing if the sandbox is on */
export function reportLostSandbox({ commandLine, environment, health }: Deps): Unsubscribe | undefined {
  const isOff = switches.some((name) => commandLine.hasSwitch(name)) || environment[variable] !== undefined;
  return isOff ? health.report(problem('sandbox-off', 'warning')) : undefined;
}
