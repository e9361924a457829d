/** Makes the sentences of health entries and findings from their codes and values. Only what shows them to people does. */
import type { Finding } from '../../contract/diagnostics.ts';
import type { Health } from '../../contract/health.ts';
import { doctorMessages } from './doctor.ts';
import { healthMessages } from './health.ts';
import { formatMessage, type Catalogue, type Values } from './say.ts';

export interface Described {
  /** What is wrong, without a full stop. */
  readonly title: string;
  /** What to do about it, in sentences. */
  readonly remedy: string;
}

export function describeHealth({ code, values }: Pick<Health, 'code' | 'values'>): Described {
  return describe(healthMessages, `health.${code}`, values) ?? unknown(code);
}

/** The doctor also finds what is a health entry. */
export function describeFinding(found: Pick<Finding, 'code' | 'values'>): Described {
  return describe(doctorMessages, `doctor.${found.code}`, found.values) ?? describeHealth(found);
}

function describe(messages: Catalogue, key: string, values: Values): Described | undefined {
  const [title, remedy] = [messages[`${key}.title`], messages[`${key}.remedy`]];
  if (title === undefined || remedy === undefined) return undefined;
  return { title: formatMessage(title, values), remedy: formatMessage(remedy, values) };
}

/** A newer core may know more codes than this page. */
function unknown(code: string): Described {
  return { title: code, remedy: '' };
}
