/**
 * Makes a sentence from an entry of the catalogue. Entries are ICU messages; the compiler reads their arguments, so that a wrong key and a
 * missing, extra or mistyped argument do not compile. Only this file imports the ICU formatter, which parses and never evaluates code.
 *
 * Two kinds of arguments go beyond ICU. A list is written out, and cut after a few items. A number whose name ends in `Ms` is a duration.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import type { GetICUArgs } from '@schummar/icu-type-parser';
import { commonMessages } from './common.ts';

/** The language of the catalogue. */
const locale = 'en';
/** Longer lists are cut: a sentence must stay a sentence. */
const maxListed = 5;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

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

/** Each message is parsed once, when it is first said. */
export function createSay<const Messages extends Catalogue>(messages: Messages): Say<Messages> {
  return (key, ...values) => formatMessage(messages[key] ?? String(key), values[0]);
}

const parsed = new Map<string, IntlMessageFormat>();

/** For messages that are known only at run time; `createSay` checks the arguments. */
export function formatMessage(message: string, values: Values = {}): string {
  if (!message.includes('{')) return message;
  let format = parsed.get(message);
  if (!format) {
    format = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
    parsed.set(message, format);
  }
  const written = Object.entries(values).map(([name, value]) => [name, write(name, value)] as const);
  return String(format.format(Object.fromEntries(written)));
}

function write(name: string, value: Value): string | number {
  if (typeof value === 'object') return listText(value);
  return typeof value === 'number' && name.endsWith('Ms') ? durationText(value) : value;
}

const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' });

/** `a`, `a and b`, `a, b, and c`; of a long list the first few and how many more. */
export function listText(items: readonly string[]): string {
  const rest = items.length - maxListed;
  const shown = rest > 0 ? [...items.slice(0, maxListed), formatMessage(commonMessages['list.more'], { count: rest })] : items;
  return conjunction.format(shown);
}

/** A duration without its sign: `0.8 s`, `12 s`, `3 min`, `2 h`, `5 d`. */
export function durationText(durationMs: number): string {
  const passedMs = Math.abs(durationMs);
  if (passedMs < 10 * secondMs) return durationIn('duration.seconds', Math.round(passedMs / 100) / 10);
  if (passedMs < minuteMs) return durationIn('duration.seconds', Math.floor(passedMs / secondMs));
  if (passedMs < hourMs) return durationIn('duration.minutes', Math.floor(passedMs / minuteMs));
  if (passedMs < dayMs) return durationIn('duration.hours', Math.floor(passedMs / hourMs));
  return durationIn('duration.days', Math.floor(passedMs / dayMs));
}

function durationIn(unit: keyof typeof commonMessages & `duration.${string}`, count: number): string {
  return formatMessage(commonMessages[unit], { count });
}
