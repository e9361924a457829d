/** What is wrong, as people notice it. It reaches a user interface with the snapshot and its deltas. */
import { z } from '../lib/zod.ts';

const severitySchema = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof severitySchema>;

/** A problem in a plain sentence, with its remedy: HEALTH of docs/AUTOMATION.md, to the letter. No entry means healthy. */
export const healthSchema = z.object({
  code: z.string(),
  severity: severitySchema,
  title: z.string(),
  remedy: z.string(),
  /** Wall clock, milliseconds since 1970, of when it began. */
  sinceMs: z.number(),
});
export type Health = z.infer<typeof healthSchema>;
