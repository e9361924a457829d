/** What is wrong, as people notice it. It reaches a user interface with the snapshot and its deltas. */
import { z } from '../lib/zod.ts';

const severitySchema = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof severitySchema>;

/** What a sentence of the catalogue needs besides its code: texts, numbers, and lists of texts. */
const valuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string()).readonly()])).readonly();

/** A problem: the catalogue has a sentence for its code, and a remedy. No entry means healthy. */
export const healthSchema = z.object({
  code: z.string(),
  severity: severitySchema,
  values: valuesSchema,
  /** Wall clock, milliseconds since 1970, of when it began. */
  sinceMs: z.number(),
});
export type Health = z.infer<typeof healthSchema>;
