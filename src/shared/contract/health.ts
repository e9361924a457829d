/** Problems that the user can feel. The snapshot and its deltas carry them to a user interface. */
import { z } from '../lib/zod.ts';

const severitySchema = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof severitySchema>;

/**
 * The values that a sentence of the catalogue needs besides its code: texts, numbers, and lists of
 * texts.
 */
const valuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string()).readonly()])).readonly();

/** A problem: the catalogue has a sentence for its code, and a remedy. No entry means healthy. */
export const healthSchema = z.object({
  code: z.string(),
  severity: severitySchema,
  values: valuesSchema,
  /** The time when it began: wall clock, milliseconds since 1970. */
  sinceMs: z.number(),
});
export type Health = z.infer<typeof healthSchema>;
