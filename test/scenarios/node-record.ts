/**
 * Records the events of a node, and derives from them the listed peers and the health. Both worlds
 * feed it with automation events. Its schemas are a second, independent definition of their format.
 */
import * as z from 'zod';
import { healthSchema } from '../../src/shared/contract/health.ts';
import { boundInterfaceSchema } from '../../src/shared/contract/network.ts';
import { leaveReasonSchema, peerSchema } from '../../src/shared/contract/presence.ts';
import { peerIdSchema } from '../../src/shared/lib/ids.ts';
import { deliveryStateSchema } from '../../src/shared/contract/messages.ts';
import { transferStateSchema } from '../../src/shared/contract/transfers.ts';
import type { Peer } from '../../src/shared/contract/presence.ts';
import type { PeerId } from '../../src/shared/lib/ids.ts';

/** HEALTH of docs/AUTOMATION.md, with its sentences. */
const describedHealthSchema = healthSchema.omit({ values: true }).extend({ title: z.string(), remedy: z.string() }).strict();
type DescribedHealth = z.infer<typeof describedHealthSchema>;

const portSchema = z.number().int().min(0).max(65_535);

const readySchema = z.strictObject({
  event: z.literal('ready'),
  peerId: peerIdSchema,
  name: z.string(),
  tcpPort: portSchema,
  unicastPort: portSchema,
  interfaces: z.array(boundInterfaceSchema.strict()),
});

/** MESSAGE of docs/AUTOMATION.md. Only own messages in a history have `state`. */
export const automationMessageSchema = z.strictObject({
  messageId: z.uuidv7(),
  from: peerIdSchema,
  fromName: z.string(),
  to: peerIdSchema,
  text: z.string(),
  sentAtMs: z.number().int(),
  receivedAtMs: z.number().int(),
  state: deliveryStateSchema.optional(),
});
export type AutomationMessage = z.infer<typeof automationMessageSchema>;

/** `#` and a name. */
export const roomNameSchema = z.string().startsWith('#');

/** MESSAGE of a room. */
export const roomMessageSchema = automationMessageSchema.extend({ to: roomNameSchema, late: z.boolean(), ahead: z.boolean() });
export type RoomMessage = z.infer<typeof roomMessageSchema>;

/** All current events. Others are rejected, so that a change of the format is noticed. */
export const nodeEventSchema = z.discriminatedUnion('event', [
  readySchema,
  z.strictObject({ event: z.literal('peer-joined'), peer: peerSchema.strict() }),
  z.strictObject({ event: z.literal('peer-updated'), peer: peerSchema.strict() }),
  z.strictObject({ event: z.literal('peer-left'), peerId: peerIdSchema, name: z.string(), reason: leaveReasonSchema }),
  z.strictObject({
    event: z.literal('message'),
    message: z.union([automationMessageSchema.omit({ state: true }), roomMessageSchema.omit({ state: true })]),
  }),
  z.strictObject({ event: z.literal('room'), room: roomNameSchema, members: z.array(peerIdSchema), topic: z.string() }),
  z.strictObject({ event: z.literal('delivery'), messageId: z.uuidv7(), state: deliveryStateSchema }),
  z.strictObject({
    event: z.literal('notification'),
    conversation: z.string(),
    title: z.string(),
    body: z.string(),
    count: z.int().positive(),
  }),
  z.strictObject({
    ...{ event: z.literal('transfer'), transferId: z.uuidv7(), conversation: z.string(), from: peerIdSchema },
    state: transferStateSchema,
    files: z.array(z.strictObject({ name: z.string(), sizeBytes: z.number().int() })),
    ...{ totalBytes: z.number().int(), doneBytes: z.number().int(), paths: z.array(z.string()) },
    code: z.string().optional(),
    haveIt: z.strictObject({ count: z.number().int(), of: z.number().int() }).optional(),
  }),
  z.strictObject({ event: z.literal('health'), health: z.array(describedHealthSchema) }),
  z.strictObject({ event: z.literal('error'), code: z.string(), message: z.string() }),
]);

export type NodeEvent = z.infer<typeof nodeEventSchema>;
export type ReadyEvent = z.infer<typeof readySchema>;

export interface StampedEvent {
  /** On the clock of the world. */
  readonly atMs: number;
  readonly event: NodeEvent;
}

export interface NodeRecord {
  readonly events: readonly StampedEvent[];
  readonly ready: { readonly atMs: number; readonly event: ReadyEvent } | undefined;
  readonly peers: ReadonlyMap<PeerId, Peer>;
  readonly health: readonly DescribedHealth[];
  /** Messages that were received and reported, in that order. */
  readonly messages: readonly AutomationMessage[];
  /** The same, of rooms. */
  readonly roomMessages: readonly RoomMessage[];
  /** Sentences about events that contradict the format or each other. */
  readonly violations: readonly string[];
}

export interface WritableNodeRecord extends NodeRecord {
  add(event: unknown, atMs: number): void;
}

export function createNodeRecord(): WritableNodeRecord {
  const events: StampedEvent[] = [];
  const peers = new Map<PeerId, Peer>();
  const violations: string[] = [];
  const messages: AutomationMessage[] = [];
  const roomMessages: RoomMessage[] = [];
  /** By author and ID. */
  const emittedMessages = new Set<string>();
  let ready: NodeRecord['ready'];
  let health: readonly DescribedHealth[] = [];

  function contradiction(event: NodeEvent): string | undefined {
    const peerId = event.event === 'peer-joined' || event.event === 'peer-updated' ? event.peer.peerId : undefined;
    if (event.event.startsWith('peer-') && !ready) return 'came before "ready"';
    if (event.event === 'ready' && ready) return 'came a second time';
    if (peerId !== undefined && peerId === ready?.event.peerId) return 'lists the node itself';
    if (event.event === 'peer-joined' && peers.has(event.peer.peerId)) return 'joined twice';
    if (event.event === 'peer-updated' && !peers.has(event.peer.peerId)) return 'updates a peer that is not here';
    if (event.event === 'peer-left' && !peers.has(event.peerId)) return 'takes away a peer that is not here';
    if (event.event === 'message') return contradictionOfMessage(event.message);
    if (event.event === 'room' && event.members.some((member) => member === ready?.event.peerId)) return 'counts the node itself';
    return undefined;
  }

  function contradictionOfMessage({ from, to, messageId }: AutomationMessage | RoomMessage): string | undefined {
    if (!to.startsWith('#') && to !== ready?.event.peerId) return 'is for another peer';
    if (from === ready?.event.peerId) return 'is our own';
    if (emittedMessages.has(`${from} ${messageId}`)) return 'was emitted before';
    return undefined;
  }

  function apply(event: NodeEvent, atMs: number): void {
    switch (event.event) {
      case 'ready':
        ready ??= { atMs, event };
        break;
      case 'peer-joined':
      case 'peer-updated':
        peers.set(event.peer.peerId, event.peer);
        break;
      case 'peer-left':
        peers.delete(event.peerId);
        break;
      case 'health':
        health = event.health;
        break;
      case 'message':
        if ('late' in event.message) roomMessages.push(event.message);
        else messages.push(event.message);
        emittedMessages.add(`${event.message.from} ${event.message.messageId}`);
        break;
      case 'room':
      case 'delivery':
      case 'notification':
      case 'transfer':
      case 'error':
        break;
    }
  }

  return {
    events,
    peers,
    messages,
    roomMessages,
    violations,
    get ready() {
      return ready;
    },
    get health() {
      return health;
    },
    add(value, atMs) {
      const decoded = nodeEventSchema.safeParse(value);
      if (!decoded.success) {
        violations.push(`${JSON.stringify(value)}: ${z.prettifyError(decoded.error)}`);
        return;
      }
      const wrong = contradiction(decoded.data);
      if (wrong) violations.push(`${JSON.stringify(value)} ${wrong}`);
      apply(decoded.data, atMs);
      events.push({ atMs, event: decoded.data });
    },
  };
}
