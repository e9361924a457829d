/**
 * Reads the values of options: a name, an address, a port, a time. `options.ts` reads the command
 * line and calls these.
 */
import { isIPv4 } from 'node:net';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { maxNameBytes } from '../../../../shared/contract/profile.ts';
import { isReservedName } from '../../../../shared/text/reserved-names.ts';
import { badRoom, readAnyRoomName } from '../../../../shared/text/room-names.ts';
import { cleanText } from '../../../core/presence/index.ts';

/** A longer time is a mistake, such as milliseconds for seconds. */
const maxForSeconds = 3_600;

/** Ends the parsing. Never leaves this folder. */
export class UsageError extends Error {}

/** The values of each option that was given. */
export type Values = Readonly<Record<string, readonly string[]>>;

export function single(values: Values, name: string): string | undefined {
  const given = values[name];
  if (given !== undefined && given.length > 1) throw new UsageError(say('cli.once', { option: `--${name}` }));
  return given?.[0];
}

export function readRoom(text: string): string {
  const name = readAnyRoomName(text);
  if (name === undefined) throw new UsageError(describeRefusal(badRoom(text)));
  return name;
}

export function readName(text: string): string {
  const name = cleanText(text, maxNameBytes);
  if (name === '') throw new UsageError(say('cli.bad-name'));
  if (isReservedName(name)) throw new UsageError(say('cli.reserved-name', { name }));
  return name;
}

export function readGroup(text: string): string {
  const first = Number(text.split('.')[0]);
  if (!isIPv4(text) || first < 224 || first > 239) {
    throw new UsageError(say('cli.bad-group', { text }));
  }
  return text;
}

export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError(say('cli.bad-port', { text }));
  return port;
}

export function readDuration(values: Values, defaultMs: number): number {
  const text = single(values, 'for');
  if (text === undefined) return defaultMs;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= maxForSeconds)) {
    throw new UsageError(say('cli.bad-seconds', { limit: maxForSeconds, text }));
  }
  return Math.ceil(seconds * 1_000);
}
