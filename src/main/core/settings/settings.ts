/**
 * The settings that the user chose, by the table of shared/contract/settings.ts (rules SET-1 to
 * SET-7). It holds their values, applies changes and emits them. Areas read a value at each use, or
 * subscribe, so a change applies at once. A port persists the values. The check of an area decides
 * if a value fits now, such as a name that no peer uses.
 */
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import {
  decodeSetting,
  isSettingKey,
  settingKeys,
  settingsTable,
  type ChosenSettings,
  type GetSetting,
  type SettingKey,
  type SettingStates,
  type SettingValues,
} from '../../../shared/contract/settings.ts';
import type { SettingsPolicy } from '../../../shared/contract/policy.ts';
import { maxNameBytes, maxNoteBytes } from '../../../shared/contract/profile.ts';
import { cleanText } from '../../../shared/text/clean-text.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { SettingsFile } from '../ports.ts';

/** From the table, or from the check of an area. */
export type SettingRefusal = Refusal<
  'unknown-setting' | 'bad-value' | 'setting-locked' | 'not-saved' | 'bad-name' | 'name-reserved' | 'name-in-use' | 'bad-address'
>;
export type SettingResult = { readonly ok: true } | SettingRefusal;

export interface SettingsEvent {
  readonly type: 'settings-changed';
  /** The settings that changed, with their new values. */
  readonly settings: ChosenSettings;
}

export interface SettingsArea {
  /** All settings of the table, in its order. */
  list(): SettingStates;
  /** The value in effect. */
  readonly get: GetSetting;
  /**
   * Checks, applies and persists a value. Resolves once it is persisted. After `not-saved` it
   * applies until the process ends.
   */
  set(key: string, value: unknown): Promise<SettingResult>;
  /** Restores the default, like `set`. */
  reset(key: string): Promise<SettingResult>;
  subscribe(listener: (event: SettingsEvent) => void): Unsubscribe;
}

/** The settings as areas of the core use them. */
export interface SettingsStore extends SettingsArea {
  /**
   * Applies and persists values that the caller has checked. Settings locked by policy stay
   * unchanged.
   */
  put(change: ChosenSettings): void;
}

/** @returns why the area cannot take the value now; undefined if it can */
type Check<Key extends SettingKey> = (value: SettingValues[Key]) => SettingRefusal | undefined;

interface Deps {
  /** If absent, settings last as long as the process. */
  readonly settingsFile?: SettingsFile;
  readonly checks: { readonly [Key in SettingKey]?: Check<Key> };
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

export interface SettingsOptions {
  /** Settings chosen in an earlier run. */
  readonly chosen?: ChosenSettings;
  /** Defaults that depend on the computer. They replace those of the table. */
  readonly defaults?: ChosenSettings;
  /**
   * Values for this run. They replace the chosen ones until the user chooses again, and are never
   * persisted.
   */
  readonly forThisRun?: ChosenSettings;
  /** An administrator's decisions. A locked value wins over all others; another is a default. */
  readonly policy?: SettingsPolicy;
}

export function createSettings({ settingsFile, checks, onListenerError }: Deps, options: SettingsOptions = {}): SettingsStore {
  const { policy = {} } = options;
  const events = createEmitter<SettingsEvent>(onListenerError);
  let chosen = cleaned(options.chosen ?? {});
  let forThisRun = cleaned(options.forThisRun ?? {});
  let saved: Promise<boolean> = Promise.resolve(true);

  return {
    list: () =>
      Object.fromEntries(
        settingKeys.map((key) => [key, { value: get(key), default: defaultOf(key), locked: isLocked(key) }]),
      ) as SettingStates,
    get,
    set: (key, value) => choose(key, () => ({ value })),
    reset: (key) => choose(key, (known) => ({ value: defaultOf(known), isReset: true })),
    put,
    subscribe: (listener) => events.subscribe(listener),
  };

  function get<Key extends SettingKey>(key: Key): SettingValues[Key] {
    const decided = policy[key];
    if (decided?.locked) return decided.value;
    // Null is a value of its own: the user may choose it where it is not the default.
    const ofThisRun = valueOf(forThisRun, key);
    const found = ofThisRun === undefined ? valueOf(chosen, key) : ofThisRun;
    return found === undefined ? defaultOf(key) : found;
  }

  function defaultOf<Key extends SettingKey>(key: Key): SettingValues[Key] {
    const found = policy[key] === undefined ? valueOf(options.defaults ?? {}, key) : policy[key].value;
    return found === undefined ? (settingsTable[key].default as SettingValues[Key]) : found;
  }

  function isLocked(key: SettingKey): boolean {
    return policy[key]?.locked === true;
  }

  async function choose(
    key: string,
    wanted: (key: SettingKey) => { readonly value: unknown; readonly isReset?: boolean },
  ): Promise<SettingResult> {
    if (!isSettingKey(key)) return refuse('unknown-setting', { key: key.slice(0, 100) });
    if (isLocked(key)) return refuse('setting-locked', { key });
    const { value, isReset } = wanted(key);
    const decoded = decodeSetting(key, value);
    if (!decoded.ok) return refuse('bad-value', { key });
    const fitting = cleaned({ [key]: decoded.value });
    const refused = (checks[key] as Check<SettingKey> | undefined)?.(fitting[key] as SettingValues[SettingKey]);
    if (refused) return refused;
    put({ [key]: isReset ? undefined : fitting[key] });
    if (await saved) return { ok: true };
    return refuse('not-saved', { key });
  }

  function put(change: ChosenSettings): void {
    const keys = settingKeys.filter((key) => Object.hasOwn(change, key) && !isLocked(key));
    if (keys.length === 0) return;
    const before = keys.map(get);
    const patch = cleaned(Object.fromEntries(keys.map((key) => [key, change[key]])));
    chosen = { ...chosen, ...patch };
    forThisRun = without(forThisRun, keys);
    // Persist even an unchanged value: the user has chosen it now.
    saved = settingsFile?.save(patch) ?? Promise.resolve(true);
    const changed = keys.filter((key, index) => !isSame(get(key), before[index]));
    if (changed.length === 0) return;
    events.emit({ type: 'settings-changed', settings: Object.fromEntries(changed.map((key) => [key, get(key)])) });
  }
}

/** Cleans texts as peers do, so that both see the same. */
function cleaned(values: ChosenSettings): ChosenSettings {
  const { name, note } = values;
  return {
    ...values,
    ...(name !== undefined && { name: cleanText(name, maxNameBytes) }),
    ...(note !== undefined && { note: cleanText(note, maxNoteBytes) }),
  };
}

function valueOf<Key extends SettingKey>(values: ChosenSettings, key: Key): SettingValues[Key] | undefined {
  return values[key];
}

function without(values: ChosenSettings, keys: readonly SettingKey[]): ChosenSettings {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key as SettingKey)));
}

/** Compares values that JSON can carry, with their keys in the same order. */
function isSame(value: unknown, other: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(other);
}
