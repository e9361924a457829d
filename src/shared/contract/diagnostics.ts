/** The network doctor's diagnostics and findings, and the calls that query them. */
import { peerIdSchema } from '../lib/ids.ts';
import { z } from '../lib/zod.ts';
import { firewallTools } from '../lib/firewall-lines.ts';
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
  /** The destination, `ADDRESS:PORT`: the group or one peer. */
  lastSendFailureTo: z.string().nullable(),
  heard: z.number(),
  ownBeaconHeardMsAgo: z.number().nullable(),
  /** The system's code for why it cannot be used now. */
  failure: z.string().nullable(),
});
export type InterfaceReport = z.infer<typeof interfaceReportSchema>;

/**
 * The facts that the network doctor examines: `diagnostics` of docs/AUTOMATION.md. Wall-clock times
 * in milliseconds since 1970.
 */
export const diagnosticsSchema = z.object({
  atMs: z.number(),
  /** Of this program; absent if it is unknown. */
  version: z.string().optional(),
  unicastPort: z.number(),
  /** The port that accepts sessions; 0 if none does. */
  tcpPort: z.number(),
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
      /** As it claims. */
      version: z.string().optional(),
    }),
  ),
  restarts: z.array(z.object({ atMs: z.number(), service: z.string(), cause: z.string(), delayMs: z.number() })),
  /** Stalls: the process stood still. */
  stalls: z.array(z.object({ atMs: z.number(), lateMs: z.number() })),
  /**
   * Jumps of the wall clock against the monotonic one: the computer slept, or its clock was set.
   */
  clockJumps: z.array(z.object({ atMs: z.number(), byMs: z.number() })),
  /** The address of another node that signs with our key; null if none was heard. */
  ownKeyHeardFrom: z.string().nullable(),
  /** Peers of another host, heard from one of our own addresses. */
  addressConflicts: z.array(z.object({ address: z.string(), host: z.string() })),
  /**
   * A pair of which one does not hear the other in rooms: nothing that this author says reaches this hearer by multicast.
   * Either may be this node.
   */
  unheard: z.array(z.object({ author: peerIdSchema, hearer: peerIdSchema })),
  network: networkSettingsSchema,
  teamKey: z.boolean(),
  health: z.array(healthSchema),
});
export type Diagnostics = z.infer<typeof diagnosticsSchema>;

/** A finding of the network doctor: the catalogue has a sentence for its code, and a remedy. */
export const findingSchema = healthSchema.omit({ sinceMs: true });
export type Finding = z.infer<typeof findingSchema>;

export const doctorReportSchema = z.object({ findings: z.array(findingSchema), diagnostics: diagnosticsSchema });
export type DoctorReport = z.infer<typeof doctorReportSchema>;

export const problemReportSchema = z.object({
  /** A file name without a folder. */
  fileName: z.string().regex(/^[\w-]+\.txt$/),
  text: z.string(),
});
export type ProblemReport = z.infer<typeof problemReportSchema>;

export const diagnosticsCalls = {
  /** Examines the network from this node. */
  doctor: { input: z.strictObject({}), output: doctorReportSchema },
  /**
   * Writes a report for support: versions, health, diagnostics, findings and the end of the log. It
   * contains no messages, notes or keys.
   */
  problemReport: { input: z.strictObject({}), output: problemReportSchema },
  /** How this computer's firewall lets Hallway through. */
  firewallHelp: {
    input: z.strictObject({}),
    output: z.object({
      /** Null if none is known here. */
      tool: z.enum(firewallTools).nullable(),
      /** To be run by the user, one after the other. */
      lines: z.array(z.string()),
      /** Whether `fixFirewall` can do something. */
      canFix: z.boolean(),
    }),
  },
  /**
   * Changes the firewall or opens its settings, because the user pressed a button for it. The
   * system asks the user meanwhile, so the answer comes before the effect. Fails with
   * `not-available`.
   */
  fixFirewall: { input: z.strictObject({}), output: z.object({}) },
} as const;
