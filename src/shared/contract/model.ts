/**
 * What the core tells the world about: peers, health, ourselves. Every schema here is a *value* from which the type is derived, so
 * that what is checked at run time and what the compiler believes cannot differ. Used on the wire to the user interface
 * and, for PEER and HEALTH, to the letter in the automation interface (docs/AUTOMATION.md).
 */
import * as z from 'zod';

// The Content-Security-Policy forbids `eval`, which zod's compiled parsers would try.
z.config({ jitless: true });

/** Longest name, host name and note of a peer, in UTF-8 bytes, so that a beacon stays small. */
export const maxNameBytes = 48;
export const maxHostBytes = 48;
export const maxNoteBytes = 96;

export const statusSchema = z.enum(['available', 'away', 'busy']);
export type Status = z.infer<typeof statusSchema>;

/** `online`: heard, fresh and both ways · `one-way`: we hear it, it does not hear us · `suspect`: silent, being probed. */
export const presenceSchema = z.enum(['online', 'one-way', 'suspect']);
export type Presence = z.infer<typeof presenceSchema>;

/** Why a peer left: it said so · it fell silent · it did not answer when asked. */
export const leaveReasonSchema = z.enum(['goodbye', 'expired', 'unreachable']);
export type LeaveReason = z.infer<typeof leaveReasonSchema>;

/** base32 (RFC 4648, lower case, unpadded) of SHA-256 of the public key in SPKI form: 52 characters. */
export const peerIdSchema = z.string().regex(/^[a-z2-7]{52}$/);
export type PeerId = z.infer<typeof peerIdSchema>;

export const peerSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  host: z.string(),
  status: statusSchema,
  note: z.string(),
  /** Where it was heard from, `ADDRESS:PORT` or `[ADDRESS]:PORT`, most recent first. */
  addresses: z.array(z.string()),
  presence: presenceSchema,
  /** Wall clock, milliseconds since 1970, of the last datagram that proved it alive. */
  lastSeenMs: z.number(),
  verified: z.boolean(),
});
export type Peer = z.infer<typeof peerSchema>;

/** A peer that was here and left: the list's "recently here". */
export const departedPeerSchema = peerSchema.omit({ presence: true }).extend({ reason: leaveReasonSchema });
export type DepartedPeer = z.infer<typeof departedPeerSchema>;

export const severitySchema = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof severitySchema>;

/** What a sentence of the catalogue needs besides its code: texts, numbers, and lists of texts. */
const valuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string()).readonly()])).readonly();

/** Something the user can feel: the catalogue has a sentence for its code, and what to do about it. Absence means healthy. */
export const healthSchema = z.object({
  code: z.string(),
  severity: severitySchema,
  values: valuesSchema,
  /** Wall clock, milliseconds since 1970, of when it began. */
  sinceMs: z.number(),
});
export type Health = z.infer<typeof healthSchema>;

export const boundInterfaceSchema = z.object({ name: z.string(), address: z.string() });
export type BoundInterface = z.infer<typeof boundInterfaceSchema>;

/** Ourselves, as others see us. */
export const selfSchema = z.object({
  peerId: peerIdSchema,
  name: z.string(),
  host: z.string(),
  status: statusSchema,
  note: z.string(),
  interfaces: z.array(boundInterfaceSchema),
});
export type Self = z.infer<typeof selfSchema>;

export const profileChangeSchema = z.strictObject({
  name: z.string().optional(),
  status: statusSchema.optional(),
  note: z.string().optional(),
});
export type ProfileChange = z.infer<typeof profileChangeSchema>;

/** How this node uses the network, as far as people may choose. */
export const networkSettingsSchema = z.object({
  /** Peers given by address, `ADDRESS:PORT` or `[ADDRESS]:PORT`. */
  manualAddresses: z.array(z.string()),
  /** Adapters that are never used, by name. */
  excludedInterfaces: z.array(z.string()),
  /** Answers, but sends no unicast to anybody who did not ask. */
  passive: z.boolean(),
});
export type NetworkSettings = Readonly<z.infer<typeof networkSettingsSchema>>;

export const networkChangeSchema = z.strictObject({
  excludedInterfaces: z.array(z.string().max(64)).max(64).optional(),
  passive: z.boolean().optional(),
});
export type NetworkChange = z.infer<typeof networkChangeSchema>;

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

/** What the network doctor found; the catalogue has a sentence and a remedy for its code. */
export const findingSchema = healthSchema.omit({ sinceMs: true });
export type Finding = z.infer<typeof findingSchema>;

export const doctorReportSchema = z.object({ findings: z.array(findingSchema), diagnostics: diagnosticsSchema });
export type DoctorReport = z.infer<typeof doctorReportSchema>;

/** All that a user interface shows, at one revision. */
export const snapshotSchema = z.object({
  revision: z.number().int(),
  self: selfSchema,
  peers: z.array(peerSchema),
  departed: z.array(departedPeerSchema),
  health: z.array(healthSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * What changed since `revision - 1`. A receiver that holds another revision asks for a new snapshot. A peer in `peers` replaces what was
 * known of it, and is no longer departed; one in `departed` is no longer here; `seen` only moves `lastSeenMs`.
 */
export const deltaSchema = z.object({
  revision: z.number().int(),
  self: selfSchema.optional(),
  peers: z.array(peerSchema).optional(),
  departed: z.array(departedPeerSchema).optional(),
  /** Departed peers that are no longer remembered at all. */
  forgotten: z.array(peerIdSchema).optional(),
  seen: z.array(z.tuple([peerIdSchema, z.number()])).optional(),
  health: z.array(healthSchema).optional(),
});
export type Delta = z.infer<typeof deltaSchema>;
