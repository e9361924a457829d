/**
 * Makes a sentence from an entry of the catalogue. Entries are ICU messages, and the compiler reads
 * their arguments. A wrong key and a missing, extra or mistyped argument do not compile. Only this
 * file imports the ICU formatter, which parses and never evaluates code.
 *
 * Two kinds of arguments extend ICU. A list is written out, and cut after a few items. A number
 * with a name that ends in `Ms` is a duration.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import type { GetICUArgs } from '@schummar/icu-type-parser';
import { formatDuration, formatList } from '../format.ts';

/** The language of the catalogue. */
const locale = 'en';
/** Longer lists are cut, to keep a sentence readable. */
const maxListed = 5;

export type Catalogue = Readonly<Record<string, string>>;
export type Value = string | number | readonly string[];
export type Values = Readonly<Record<string, Value>>;

interface ArgumentTypes {
  readonly ICUArgument: Value;
  readonly ICUNumberArgument: number;
  readonly ICUDateArgument: never;
}

/** The arguments of a message, by name. */
export type ArgumentsOf<Message extends string> =
  GetICUArgs<Message, ArgumentTypes> extends infer Found
    ? { readonly [Name in keyof Found]: Name extends `${string}Ms` ? number : Found[Name] }
    : never;

type ArgumentList<Message extends string> = keyof ArgumentsOf<Message> extends never ? [] : [values: ArgumentsOf<Message>];

export interface Say<Messages extends Catalogue> {
  /** @returns the sentence in the language of the catalogue */
  <Key extends keyof Messages>(key: Key, ...values: ArgumentList<Messages[Key]>): string;
}

/** Parses each message once, at its first use. */
export function createSay<const Messages extends Catalogue>(messages: Messages): Say<Messages> {
  return (key, ...values) => formatMessage(messages[key] ?? String(key), values[0]);
}

/** The arguments of a message, each a value or a part such as an element. */
export type PartsOf<Message extends string, Part> = {
  readonly [Name in keyof ArgumentsOf<Message>]: ArgumentsOf<Message>[Name] | Part;
};

export interface SayParts<Messages extends Catalogue> {
  /** @returns the sentence in pieces, with the given parts in place of their arguments */
  <Part extends object, Key extends keyof Messages>(key: Key, values: PartsOf<Messages[Key], Part>): readonly (string | Part)[];
}

export function createSayParts<const Messages extends Catalogue>(messages: Messages): SayParts<Messages> {
  return <Part extends object>(key: keyof Messages, values: object) =>
    format<Part>(messages[key] ?? String(key), values as Readonly<Record<string, Value | Part>>);
}

const parsed = new Map<string, IntlMessageFormat>();

/** For messages known only at run time; `createSay` checks the arguments. */
export function formatMessage(message: string, values: Values = {}): string {
  return format<never>(message, values).join('');
}

function format<Part extends object>(
  message: string,
  values: Readonly<Record<string, Value | Part>>,
): readonly (string | Part)[] {
  if (!message.includes('{')) return [message];
  let parsedMessage = parsed.get(message);
  if (!parsedMessage) {
    parsedMessage = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
    parsed.set(message, parsedMessage);
  }
  const written = Object.entries(values).map(([name, value]) => [name, write(name, value)] as const);
  const formatted = parsedMessage.format<Part>(Object.fromEntries(written));
  return Array.isArray(formatted) ? formatted : [formatted];
}

function write<Part extends object>(name: string, value: Value | Part): string | number | Part {
  if (Array.isArray(value)) return formatList(value as readonly string[], maxListed);
  return typeof value === 'number' && name.endsWith('Ms') ? formatDuration(value) : (value as string | number | Part);
}
