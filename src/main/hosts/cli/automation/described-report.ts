/**
 * Health and the doctor's report in the form of the automation interface, with sentences in place
 * of values. For readers of its replies.
 */
import * as z from 'zod';
import { diagnosticsSchema } from '../../../../shared/contract/diagnostics.ts';
import { healthSchema } from '../../../../shared/contract/health.ts';

/** HEALTH of docs/AUTOMATION.md. */
export const describedHealthSchema = healthSchema.omit({ values: true }).extend({ title: z.string(), remedy: z.string() });
export type DescribedHealth = z.infer<typeof describedHealthSchema>;

/** The reply to `doctor`. */
export const describedReportSchema = z.object({
  findings: z.array(describedHealthSchema.omit({ sinceMs: true })),
  diagnostics: diagnosticsSchema.extend({ health: z.array(describedHealthSchema) }),
});
export type DescribedReport = z.infer<typeof describedReportSchema>;
