/**
 * Decodes a line of the automation interface: text in, a command or a refusal out. Total and pure.
 * It takes a line whole or not at all (rule AUTO-2 of docs/spec/automation.md).
 */
import * as z from 'zod';
import { say } from '../../../../shared/text/messages/host.ts';
import { maxPrivateMembers } from '../../../../shared/contract/private-rooms.ts';
import { maxPaths } from '../../../../shared/contract/transfers.ts';
import { maxTypedRoomName } from '../../../../shared/contract/rooms.ts';
import { profileChangeSchema } from '../../../../shared/contract/profile.ts';

/** An id matches replies. It is not for data. */
const maxIdLength = 200;

/** A `HOST:PORT` is shorter: a DNS name has at most 253 characters. */
const maxAddressLength = 300;

/** Longer than any name or peer ID. */
const maxWhoLength = 200;

/** Longer than any key of a setting. */
const maxKeyLength = 100;

/** Longer than any sensible query. */
const maxSearchLength = 500;

/** Messages in one reply: with the longest texts, some 16 MB. More take several pages. */
const maxMessages = 1_000;

const idSchema = z.union([z.int(), z.string().max(maxIdLength)]);
export type CommandId = z.infer<typeof idSchema>;

const whoSchema = z.string().max(maxWhoLength);
/** Whether it is a name is said in the refusal. */
const roomSchema = z.string().max(maxTypedRoomName);
const peopleSchema = z.array(whoSchema).min(1).max(maxPrivateMembers);
const messageIdSchema = z.string().max(maxIdLength);
/** Longer than any path that a system opens. */
const maxPathLength = 4_096;
const pathSchema = z.string().min(1).max(maxPathLength);
const keySchema = z.string().max(maxKeyLength);
/** Null too, but not nothing. */
const anyValueSchema = z.unknown().refine((value) => value !== undefined);
const limitSchema = z.int().min(1).max(maxMessages);

const commandSchema = z.discriminatedUnion('cmd', [
  z.strictObject({ id: idSchema, cmd: z.literal('peers') }),
  // The core limits the length: the line is well-formed either way.
  z.strictObject({ id: idSchema, cmd: z.literal('send'), to: whoSchema, text: z.string() }),
  z.strictObject({ id: idSchema, cmd: z.literal('cancel'), messageId: messageIdSchema }),
  z.strictObject({
    id: idSchema,
    cmd: z.literal('history'),
    with: whoSchema,
    limit: limitSchema,
    before: messageIdSchema.optional(),
  }),
  z.strictObject({
    id: idSchema,
    cmd: z.literal('search'),
    text: z.string().max(maxSearchLength),
    limit: limitSchema,
    with: whoSchema.optional(),
  }),
  z.strictObject({ id: idSchema, cmd: z.literal('read'), messageId: messageIdSchema }),
  z.strictObject({
    id: idSchema,
    cmd: z.literal('export'),
    limit: limitSchema,
    /** The position of a message. */
    after: z.int().min(0).optional(),
    with: whoSchema.optional(),
  }),
  z
    .strictObject({ id: idSchema, cmd: z.literal('clear'), with: whoSchema.optional(), all: z.literal(true).optional() })
    // A missing name never means all messages.
    .refine(({ with: who, all }) => (who === undefined) !== (all === undefined), say('automation.with-or-all')),
  profileChangeSchema.extend({ id: idSchema, cmd: z.literal('profile') }),
  z.strictObject({ id: idSchema, cmd: z.literal('connect'), address: z.string().max(maxAddressLength) }),
  z.strictObject({ id: idSchema, cmd: z.literal('settings') }),
  // Whether key and value fit is said in the refusal.
  z.strictObject({ id: idSchema, cmd: z.literal('set'), key: keySchema, value: anyValueSchema }),
  z.strictObject({ id: idSchema, cmd: z.literal('reset'), key: keySchema }),
  z.strictObject({ id: idSchema, cmd: z.literal('diagnostics') }),
  z.strictObject({ id: idSchema, cmd: z.literal('doctor') }),
  z.strictObject({ id: idSchema, cmd: z.literal('report') }),
  z.strictObject({ id: idSchema, cmd: z.literal('quit') }),
  z.strictObject({ id: idSchema, cmd: z.literal('rooms') }),
  z.strictObject({ id: idSchema, cmd: z.literal('say'), room: roomSchema, text: z.string() }),
  z.strictObject({ id: idSchema, cmd: z.literal('create'), title: z.string(), people: peopleSchema }),
  z.strictObject({ id: idSchema, cmd: z.enum(['invite', 'remove', 'admin']), room: roomSchema, people: peopleSchema }),
  z.strictObject({ id: idSchema, cmd: z.literal('title'), room: roomSchema, text: z.string() }),
  z.strictObject({ id: idSchema, cmd: z.literal('join'), room: roomSchema }),
  z.strictObject({ id: idSchema, cmd: z.literal('leave'), room: roomSchema }),
  z.strictObject({ id: idSchema, cmd: z.literal('topic'), room: roomSchema, text: z.string() }),
  z.strictObject({ id: idSchema, cmd: z.literal('send-files'), to: whoSchema, paths: z.array(pathSchema).min(1).max(maxPaths) }),
  z.strictObject({ id: idSchema, cmd: z.literal('accept'), transferId: messageIdSchema, directory: pathSchema.optional() }),
  z.strictObject({ id: idSchema, cmd: z.enum(['decline', 'cancel-transfer']), transferId: messageIdSchema }),
  z.strictObject({ id: idSchema, cmd: z.enum(['pause-transfer', 'resume-transfer']), transferId: messageIdSchema }),
  z.strictObject({ id: idSchema, cmd: z.literal('transfers') }),
]);
export type AutomationCommand = Readonly<z.infer<typeof commandSchema>>;

export type CommandOf<Name extends AutomationCommand['cmd']> = Extract<AutomationCommand, { cmd: Name }>;

export type DecodedCommand =
  { readonly ok: true; readonly command: AutomationCommand } | { readonly ok: false; readonly message: string };

export function decodeCommand(text: string): DecodedCommand {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, message: say('automation.not-json') };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, message: say('automation.not-object') };
  const result = commandSchema.safeParse(value);
  return result.success ? { ok: true, command: result.data } : { ok: false, message: describe(result.error.issues) };
}

/** Describes the first fault only. Never repeats the line, which may be long or secret. */
function describe(issues: readonly z.core.$ZodIssue[]): string {
  const issue = issues[0];
  if (issue?.code === 'unrecognized_keys') return say('automation.extra-field');
  switch (issue?.path[0]) {
    case 'id':
      return say('automation.bad-id', { limit: maxIdLength });
    case 'cmd':
      return say('automation.unknown-command');
    case undefined:
      return issue?.code === 'custom' ? issue.message : say('automation.malformed');
    default:
      return say('automation.bad-field', { field: String(issue?.path[0]) });
  }
}
