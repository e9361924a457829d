/** Facts about the running program, for the settings page. */
import { z } from '../lib/zod.ts';

const aboutSchema = z.object({
  /** The program around the core. Settings that it does not know are not shown. */
  host: z.enum(['desktop', 'browser']),
  /** Null for a system that no row of the settings names. */
  system: z.enum(['linux', 'macos', 'windows']).nullable(),
  /** Versions by name: Hallway first. */
  versions: z.record(z.string(), z.string()),
  /** Empty where the profile has no folder. */
  profileFolder: z.string(),
  /** Whether `openProfileFolder` can show it. */
  opensFolder: z.boolean(),
});
export type About = z.infer<typeof aboutSchema>;

export const aboutCalls = {
  about: { input: z.strictObject({}), output: aboutSchema },
  /** Shows the folder in the system's file manager. Fails with `not-available`. */
  openProfileFolder: { input: z.strictObject({}), output: z.object({}) },
} as const;
