/**
 * Lets Hallway through the firewall, after the user pressed a button for it (rule DESK-36). On
 * Windows the system asks the user first. The rule is for this program alone, in private and domain
 * networks. On macOS it only opens the settings where the user decides.
 */
import type { Shell } from 'electron';

/** The pane with the programs that may use the local network. */
const macSettings = 'x-apple.systempreferences:com.apple.preference.security?Privacy_LocalNetwork';

/**
 * After "Cancel" in the question of Windows Firewall, it has rules that block the program, and these
 * win over any that allows it. So they go first.
 */
export function netshCommand(program: string): string {
  const firewall = 'netsh advfirewall firewall';
  const rule = `name="Hallway" dir=in action=allow program="${program}" protocol=any profile=private,domain`;
  return `${firewall} delete rule name=all dir=in program="${program}" & ${firewall} add rule ${rule}`;
}

/** Arguments of PowerShell that run the command as an administrator and wait for it. */
export function elevatedArguments(program: string): readonly string[] {
  // cmd.exe takes off the outer quotes and leaves the inner ones.
  const list = `/d /s /c "${netshCommand(program)}"`.replaceAll("'", "''");
  const script = `exit (Start-Process -FilePath cmd.exe -Verb RunAs -WindowStyle Hidden -Wait -PassThru -ArgumentList '${list}').ExitCode`;
  return ['-NoProfile', '-NonInteractive', '-Command', script];
}

interface Deps {
  readonly platform: NodeJS.Platform;
  /** The path of this program. */
  readonly program: string;
  readonly shell: Pick<Shell, 'openExternal'>;
  /** Runs a program. @returns whether it ended with status 0 */
  run(program: string, args: readonly string[]): Promise<boolean>;
}

/** @returns undefined where there is nothing that one press could do */
export function createFirewallFix({ platform, program, shell, run }: Deps): (() => Promise<boolean>) | undefined {
  // cmd.exe would read these characters, quoted or not. No real path of a program has them.
  if (platform === 'win32' && !/["%\n\r]/u.test(program)) return () => run('powershell.exe', elevatedArguments(program));
  if (platform === 'darwin')
    return () =>
      shell.openExternal(macSettings).then(
        () => true,
        () => false,
      );
  return undefined;
}
