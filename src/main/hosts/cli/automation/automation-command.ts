/**
 * What a line of the automation interface asks for: text in, a command or what is wrong with the line out. Total and pure. A line is
 * taken whole or not at all (rule AUTO-2 of docs/spec/automation.md).
 */
import * as z from 'zod';
import { say } from '../../../../shared/text/messages/host.ts';
import { profileChangeSchema } from '../../../../shared/contract/profile.ts';

/** An identifier is for matching replies, not for carrying data. */
const maxIdLength = 200;

/** Longer is no `HOST:PORT`: a DNS name has at most 253 characters. */
const maxAddressLength = 300;

/** Longer than any name or peerId. */
const maxWhoLength = 200;

/** Longer than any key of a setting. */
const maxKeyLength = 100;

/** What nobody types to look for. */
const maxSearchLength = 500;

/** Messages in one reply: with the longest texts, some 16 MB. More is asked for page by page. */
const maxMessages = 1_000;

const idSchema = z.union([z.int(), z.string().max(maxIdLength)]);
export type CommandId = z.infer<typeof idSchema>;

const whoSchema = z.string().max(maxWhoLength);
const messageIdSchema = z.string().max(maxIdLength);
const keySchema = z.string().max(maxKeyLength);
/** Null too, but not nothing. */
const anyValueSchema = z.unknown().refine((value) => value !== undefined);
const limitSchema = z.int().min(1).max(maxMessages);

/** Commands that scripts may already send, and that are answered `not-available` for now. */
const laterCommands = ['say', 'join', 'leave'] as const;

const commandSchema = z.discriminatedUnion('cmd', [
  z.strictObject({ id: idSchema, cmd: z.literal('peers') }),
  // How long a text may be is said in the refusal: the line is well-formed all the same.
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
    // Everything is never meant by saying less.
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
  // Their fields are not looked at: nothing is done with them.
  z.looseObject({ id: idSchema, cmd: z.enum(laterCommands) }),
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

/** The first fault is enough to find the line by. It never repeats what the line said: that may be long, or a secret. */
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
