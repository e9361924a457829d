/**
 * Saves the settings that the user chose, and both ports of this run, in the profile. A name from
 * `--name` or a default is not a choice and is not saved. Reports problems of the profile as health
 * entries (rules SET-3 and SET-7). The file itself is node/storage/profile/settings-file.ts.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { Hallway } from '../core/hallway.ts';
import type { SettingsFile } from '../core/ports.ts';
import type { Profile } from '../node/storage/profile/profile-folder.ts';
import type { ProfileProblem } from '../node/storage/profile/profile-problems.ts';
import type { SettingsChange } from '../node/storage/profile/settings-file.ts';

/** Entries that go when a save succeeds. */
const clearedBySaving = ['setting-invalid', 'profile-not-writable'];

export interface SettingsSaver extends SettingsFile {
  /**
   * Reports problems to the health of that node from now on, and saves its ports.
   *
   * @returns its undo
   */
  attach(hallway: Hallway, problems: readonly ProfileProblem[]): Unsubscribe;
}

export function createSettingsSaver({ settings }: Pick<Profile, 'settings'>): SettingsSaver {
  const undoByCode = new Map<string, Unsubscribe>();
  let health: Hallway['health'] | undefined;

  return {
    save,
    attach(hallway, problems) {
      health = hallway.health;
      report([...problems, ...settings.problems()], []);
      return hallway.subscribe((event) => {
        if (event.type === 'ready') savePorts(event);
      });
    },
  };

  function savePorts({ unicastPort, tcpPort }: { readonly unicastPort: number; readonly tcpPort: number }): void {
    // Without messages there is no TCP port, and the remembered one stays.
    const ports = { unicastPort, ...(tcpPort !== 0 && { tcpPort }) };
    const isNews = unicastPort !== settings.unicastPort || (tcpPort !== 0 && tcpPort !== settings.tcpPort);
    if (isNews) void save(ports);
  }

  async function save(change: SettingsChange): Promise<boolean> {
    const problem = await settings.save(change);
    report([...settings.problems(), ...(problem ? [problem] : [])], clearedBySaving);
    return problem === undefined;
  }

  /** @param cleared codes to withdraw unless they are among `problems` */
  function report(problems: readonly ProfileProblem[], cleared: readonly string[]): void {
    for (const code of cleared) {
      if (problems.some((problem) => problem.code === code)) continue;
      undoByCode.get(code)?.();
      undoByCode.delete(code);
    }
    for (const problem of problems) if (health) undoByCode.set(problem.code, health.report(problem));
  }
}
