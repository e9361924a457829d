/**
 * The kind of control for a setting, from the schema in its row of the table. Pure. A new row gets
 * its control without a change here.
 */
import { momentSchema, quietHoursSchema, settingsTable, type SettingKey } from '../../../shared/contract/settings.ts';
import { z } from '../../../shared/lib/zod.ts';

export type SettingControl =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** `mayBeEmpty`: an empty field means null. */
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly mayBeEmpty: boolean }
  | { readonly kind: 'text'; readonly mayBeEmpty: boolean }
  | { readonly kind: 'list' }
  /** The end of something, in milliseconds since 1970; null for none. */
  | { readonly kind: 'moment' }
  | { readonly kind: 'hours' };

export function controlOf(key: SettingKey): SettingControl {
  const schema: z.ZodType = settingsTable[key].schema;
  if (schema === momentSchema) return { kind: 'moment' };
  const isNullable = schema instanceof z.ZodNullable;
  const inner: unknown = isNullable ? schema.unwrap() : schema;
  if (inner === quietHoursSchema) return { kind: 'hours' };
  if (inner instanceof z.ZodBoolean) return { kind: 'switch' };
  if (inner instanceof z.ZodEnum) return { kind: 'choice', values: inner.options.map(String) };
  if (inner instanceof z.ZodNumber)
    return { kind: 'number', min: inner.minValue ?? 0, max: inner.maxValue ?? Number.MAX_SAFE_INTEGER, mayBeEmpty: isNullable };
  if (inner instanceof z.ZodArray) return { kind: 'list' };
  if (inner instanceof z.ZodString) return { kind: 'text', mayBeEmpty: isNullable };
  throw new Error(`no control for the setting "${key}"`);
}
