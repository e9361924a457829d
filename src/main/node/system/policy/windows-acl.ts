/**
 * Whether only administrators may change a file on Windows, from its security descriptor in SDDL
 * ([MS-DTYP] section 2.5.1). Names of groups depend on the language of the system; the codes of SDDL
 * do not.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Starting PowerShell takes half a second on a fast computer, and many on a slow one. */
const deadlineMs = 15_000;

/**
 * Administrators, the system, and the installer service of Windows. Administrators may take any
 * file, whatever it says.
 */
const administrators: ReadonlySet<string> = new Set([
  'BA',
  'SY',
  'S-1-5-32-544',
  'S-1-5-18',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
]);

/** Rights that change a file, its rules or its owner: generic, of files, and standard. */
const changingRights = /GA|GW|FA|FW|WD|WO|SD|DC|LC|CC|WP|DT|CR/;
/** The same as bits: write, append, extended attributes, attributes, delete, rules, owner, generic. */
const changingBits = 0x10000000 | 0x40000000 | 0x000f0000 | 0x2 | 0x4 | 0x10 | 0x40 | 0x100;
/** Read and execute, with the right to read rules and to wait, which change nothing. */
const harmlessBits = 0x00020000 | 0x00100000;

/** @param sddl such as `O:BAG:SYD:AI(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)` */
export function isAdminOnly(sddl: string): boolean {
  const owner = /^O:(S-[\d-]+|[A-Z]{2})/.exec(sddl)?.[1];
  // Without an access list, everyone may do everything. Entries with conditions are not understood.
  const list = /D:[A-Z]*((?:\([^()]*\))*)(?:S:|$)/.exec(sddl);
  if (owner === undefined || !administrators.has(owner) || list === null) return false;
  const entries = list[1]?.match(/\([^()]*\)/g) ?? [];
  return entries.every((entry) => isHarmless(entry.slice(1, -1).split(';')));
}

function isHarmless([type = '', flags = '', rights = '', , , trustee = '']: readonly string[]): boolean {
  if (type === 'D' || flags.includes('IO')) return true;
  if (type !== 'A') return false;
  return administrators.has(trustee) || !mayChange(rights);
}

function mayChange(rights: string): boolean {
  if (!/^0x[\da-f]+$/i.test(rights)) return changingRights.test(rights);
  return (Number.parseInt(rights, 16) & ~harmlessBits & changingBits) !== 0;
}

/** @returns undefined if Windows does not say */
export function readSecurityDescriptor(path: string): string | undefined {
  const shell = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const command = '(Get-Acl -LiteralPath $env:HALLWAY_POLICY_FILE).Sddl';
  const options = { env: { ...process.env, HALLWAY_POLICY_FILE: path }, timeout: deadlineMs, windowsHide: true };
  try {
    return execFileSync(shell, ['-NoProfile', '-NonInteractive', '-Command', command], {
      ...options,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
