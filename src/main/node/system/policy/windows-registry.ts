/**
 * The policies of Windows, from `HKLM\Software\Policies\Hallway` (rules POLICY-6 and POLICY-22).
 * Only administrators may write there, and Group Policy does. Values of the key lock their
 * settings; those of its subkey `Recommended` are defaults. The system's `reg` reads it, so that no
 * native module is needed.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { errorCode } from '../../storage/atomic-file.ts';
import { keyOfPolicy } from '../../../../shared/contract/policy.ts';
import { decodeSetting } from '../../../../shared/contract/settings.ts';
import type { PolicyText } from './policy-file.ts';

/** Windows always has it; the keys of programs are below. */
const allPolicies = 'HKLM\\Software\\Policies';
/** The key with the policies. */
export const policyKey = `${allPolicies}\\Hallway`;
/** Much more than every setting. */
const maxOutputBytes = 4 * 1024 * 1024;

export interface RegistryOptions {
  /** The `reg` to run. */
  readonly program: string;
  /** For each of two runs at most. */
  readonly deadlineMs: number;
}

export const systemRegistry: RegistryOptions = {
  program: join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'reg.exe'),
  deadlineMs: 10_000,
};

/** As a policy file has them; `decodePolicy` checks them. */
export type ManagedPolicies = Readonly<Record<string, { readonly value: unknown; readonly locked: boolean }>>;

interface RegistryValue {
  readonly name: string;
  readonly type: string;
  readonly data: string;
}

/**
 * Never throws.
 *
 * @returns what `reg query` prints, for `decodeRegistry`
 */
export function readRegistry(options: RegistryOptions): PolicyText {
  const read = query(options, [policyKey, '/s']);
  // Status 1 means that there is no such key, or that it cannot be read. The words depend on the
  // language.
  if (read.state !== 'refused') return read;
  const listed = query(options, [allPolicies]);
  if (listed.state === 'read' && !listed.text.split(/\r?\n/).some(isPolicyKey)) return { state: 'absent' };
  return { state: 'failed', reason: listed.state === 'failed' ? listed.reason : 'reg 1' };
}

type Answer = Extract<PolicyText, { readonly state: 'read' | 'failed' }> | { readonly state: 'refused' };

function query({ program, deadlineMs }: RegistryOptions, args: readonly string[]): Answer {
  const options = { timeout: deadlineMs, maxBuffer: maxOutputBytes, windowsHide: true, encoding: 'utf8' } as const;
  try {
    const text = execFileSync(program, ['query', ...args, '/reg:64'], { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
    return { state: 'read', text };
  } catch (error) {
    return error instanceof Error && 'status' in error && error.status === 1
      ? { state: 'refused' }
      : { state: 'failed', reason: whyUnread(error) };
  }
}

function whyUnread(error: unknown): string {
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  const code = status ?? errorCode(error);
  if (code === 'ENOBUFS') return 'tooLarge';
  // Without the name, it would say that the key is missing.
  return code === 'ETIMEDOUT' ? code : `reg ${code}`;
}

function isPolicyKey(line: string): boolean {
  return /^HKEY_LOCAL_MACHINE\\Software\\Policies\\Hallway$/i.test(line.trimEnd());
}

/** @param output of `reg query KEY /s` */
export function decodeRegistry(output: string): ManagedPolicies {
  const policies = new Map<string, { value: unknown; locked: boolean }>();
  for (const [path, values] of keysOf(output)) {
    const [first, second] = path;
    const isRecommended = first?.toLowerCase() === 'recommended';
    const list = isRecommended ? second : first;
    // Group Policy writes a list as a subkey with numbered values.
    if (list !== undefined) policies.set(list, { value: values.map(({ data }) => data), locked: !isRecommended });
    else for (const value of values) policies.set(value.name, { value: valueOf(value), locked: !isRecommended });
  }
  return Object.fromEntries(policies);
}

/** The keys below the root, each as its path from there, with its values. */
function keysOf(output: string): readonly (readonly [readonly string[], readonly RegistryValue[]])[] {
  const found: [readonly string[], RegistryValue[]][] = [];
  for (const line of output.split(/\r?\n/)) {
    const key = /^HKEY_LOCAL_MACHINE\\Software\\Policies\\Hallway(?:\\(.+))?$/i.exec(line.trimEnd());
    if (key !== null) found.push([key[1]?.split('\\') ?? [], []]);
    const value = /^ {4}(\S.*?) {4}(REG_\w+)(?: {4}(.*))?$/.exec(line);
    if (value !== null) found.at(-1)?.[1].push({ name: value[1] ?? '', type: value[2] ?? '', data: value[3] ?? '' });
  }
  return found;
}

/** A number stands for a switch, too. A text may be JSON, for hours and null. */
function valueOf({ name, type, data }: RegistryValue): unknown {
  switch (type) {
    case 'REG_DWORD':
    case 'REG_QWORD': {
      const number = Number(data);
      return isValid(name, number) || number > 1 ? number : number === 1;
    }
    case 'REG_MULTI_SZ':
      return data.split('\\0').filter((entry) => entry !== '');
    default:
      return isValid(name, data) ? data : parse(data);
  }
}

function isValid(name: string, value: unknown): boolean {
  const key = keyOfPolicy(name);
  return key !== undefined && decodeSetting(key, value).ok;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
