/** What the network doctor looks at and what it finds. */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { healthSchema } from './health.ts';
import { networkSettingsSchema } from './network.ts';
import { presenceSchema } from './presence.ts';

const countersSchema = z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())]));

/** One interface address as presence uses it. Times in milliseconds. */
export const interfaceReportSchema = z.object({
  name: z.string(),
  address: z.string(),
  family: z.enum(['ipv4', 'ipv6']),
  prefixLength: z.number(),
  joined: z.boolean(),
  sent: z.number(),
  sendFailures: z.number(),
  /** The system's code of the last failed send, such as `EPERM`. */
  lastSendFailure: z.string().nullable(),
  lastSendFailureMsAgo: z.number().nullable(),
  /** Where to, `ADDRESS:PORT`: the group or one peer. */
  lastSendFailureTo: z.string().nullable(),
  heard: z.number(),
  ownBeaconHeardMsAgo: z.number().nullable(),
  /** Why it cannot be used now, as the system's code. */
  failure: z.string().nullable(),
});
export type InterfaceReport = z.infer<typeof interfaceReportSchema>;

/** What the network doctor looks at: `diagnostics` of docs/AUTOMATION.md. Wall-clock times in milliseconds since 1970. */
export const diagnosticsSchema = z.object({
  atMs: z.number(),
  unicastPort: z.number(),
  port: z.number(),
  group: z.string(),
  counters: countersSchema,
  interfaces: z.array(interfaceReportSchema),
  peers: z.array(
    z.object({
      peerId: peerIdSchema,
      name: z.string(),
      host: z.string(),
      presence: presenceSchema,
      /** Its beacons do not arrive by multicast. */
      unicastOnly: z.boolean(),
      /** When it was last heard by multicast; null if never. */
      multicastHeardMsAgo: z.number().nullable(),
      addresses: z.array(z.string()),
      lastSeenMs: z.number(),
    }),
  ),
  restarts: z.array(z.object({ atMs: z.number(), service: z.string(), cause: z.string(), delayMs: z.number() })),
  /** The process stood still. */
  stalls: z.array(z.object({ atMs: z.number(), lateMs: z.number() })),
  /** The wall clock moved against the monotonic one: sleep, or somebody set it. */
  clockJumps: z.array(z.object({ atMs: z.number(), byMs: z.number() })),
  /** Where somebody else was heard that signs with our key; null if nobody. */
  ownKeyHeardFrom: z.string().nullable(),
  /** Peers of another host that were heard from one of our own addresses. */
  addressConflicts: z.array(z.object({ address: z.string(), host: z.string() })),
  network: networkSettingsSchema,
  teamKey: z.boolean(),
  health: z.array(healthSchema),
});
export type Diagnostics = z.infer<typeof diagnosticsSchema>;

/** What the network doctor found: the catalogue has a sentence for its code, and a remedy. */
export const findingSchema = healthSchema.omit({ sinceMs: true });
export type Finding = z.infer<typeof findingSchema>;

export const doctorReportSchema = z.object({ findings: z.array(findingSchema), diagnostics: diagnosticsSchema });
export type DoctorReport = z.infer<typeof doctorReportSchema>;

export const problemReportSchema = z.object({
  /** A name for the file, without a folder. */
  fileName: z.string().regex(/^[\w-]+\.txt$/),
  text: z.string(),
});
export type ProblemReport = z.infer<typeof problemReportSchema>;

export const diagnosticsCalls = {
  /** Examines the network as this node meets it. */
  doctor: { input: z.strictObject({}), output: doctorReportSchema },
  /** Writes a text for somebody who helps: versions, health, diagnostics, findings, the end of the log. No messages, notes or keys. */
  problemReport: { input: z.strictObject({}), output: problemReportSchema },
} as const;
