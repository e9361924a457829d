/**
 * Problems and refusals as codes and values, without a sentence, for the core and src/main/node.
 * The types derive from the catalogue. A code without a sentence, or a missing value of a sentence,
 * does not compile.
 */
import type { Finding } from '../../contract/diagnostics.ts';
import type { Severity } from '../../contract/health.ts';
import type { doctorMessages } from './doctor.ts';
import type { healthMessages } from './health.ts';
import type { refusalMessages } from './refusals.ts';
import type { ArgumentsOf, Catalogue, Values } from './say.ts';

type CodeIn<Messages, Prefix extends string> = keyof Messages extends infer Key
  ? Key extends `${Prefix}.${infer Code}.title`
    ? Code
    : never
  : never;

/** The values of title and remedy together. */
type ProblemValues<Messages extends Catalogue, Prefix extends string, Code extends string> = ArgumentsOf<
  Messages[`${Prefix}.${Code}.title`]
> &
  ArgumentsOf<Messages[`${Prefix}.${Code}.remedy`]>;

type Given<Found> = keyof Found extends never ? [] : Partial<Found> extends Found ? [values?: Found] : [values: Found];

export type HealthCode = CodeIn<typeof healthMessages, 'health'>;
export type GivenHealthValues<Code extends HealthCode> = Given<ProblemValues<typeof healthMessages, 'health', Code>>;

type FindingCode = CodeIn<typeof doctorMessages, 'doctor'>;

export type RefusalCode = keyof typeof refusalMessages extends `refusal.${infer Code}` ? Code : never;

/** An expected failure: a code for programs, and the values that its sentence needs. */
export interface Refusal<Code extends RefusalCode = RefusalCode> {
  readonly ok: false;
  readonly code: Code;
  readonly values: Values;
}

/** A health entry before it has a time. */
export function problem<Code extends HealthCode>(code: Code, severity: Severity, ...values: GivenHealthValues<Code>): Finding {
  return { code, severity, values: values[0] ?? {} };
}

/** The system's own message, for reports; no sentence uses it. */
interface SystemAnswer {
  readonly systemCode?: string;
}

/** A finding of the network doctor. */
export function finding<Code extends FindingCode>(
  code: Code,
  severity: Severity,
  ...values: Given<ProblemValues<typeof doctorMessages, 'doctor', Code> & SystemAnswer>
): Finding {
  return { code, severity, values: values[0] ?? {} };
}

export function refuse<Code extends RefusalCode>(
  code: Code,
  ...values: Given<ArgumentsOf<(typeof refusalMessages)[`refusal.${Code}`]>>
): Refusal<Code> {
  return { ok: false, code, values: values[0] ?? {} };
}
