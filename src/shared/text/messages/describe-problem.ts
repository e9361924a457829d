/**
 * Makes the sentences of health entries and findings from their codes and values. Only code that
 * shows them to users calls it.
 */
import type { Finding } from '../../contract/diagnostics.ts';
import type { Health } from '../../contract/health.ts';
import { doctorMessages } from './doctor.ts';
import { healthMessages } from './health.ts';
import { formatMessage, type Catalogue, type Values } from './say.ts';

export interface Described {
  /** The problem, without a full stop. */
  readonly title: string;
  /** The remedy, in sentences. */
  readonly remedy: string;
}

export function describeHealth({ code, values }: Pick<Health, 'code' | 'values'>): Described {
  return describe(healthMessages, `health.${code}`, values) ?? unknown(code);
}

/** The doctor also reports health entries. */
export function describeFinding(found: Pick<Finding, 'code' | 'values'>): Described {
  return describe(doctorMessages, `doctor.${found.code}`, found.values) ?? describeHealth(found);
}

function describe(messages: Catalogue, key: string, values: Values): Described | undefined {
  const [title, remedy] = [messages[`${key}.title`], messages[`${key}.remedy`]];
  if (title === undefined || remedy === undefined) return undefined;
  return { title: formatMessage(title, values), remedy: formatMessage(remedy, values) };
}

/** A newer core may send codes that this page does not know. */
function unknown(code: string): Described {
  return { title: code, remedy: '' };
}
