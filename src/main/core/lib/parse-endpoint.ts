/** Parses `HOST:PORT` as users type it, into the form that systems use. Pure. */
import { isLinkLocal } from './endpoint.ts';
import { formatIpv6, ipv6Number } from './ipv6.ts';
import type { AddressFamily, Endpoint } from '../ports.ts';

export interface EndpointText {
  /** Absent if the host is a name to be resolved. */
  readonly family: AddressFamily | undefined;
  readonly host: string;
  readonly port: number;
}

/** Without leading zeros, which some programs read as octal. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const ipv6 = /^([0-9a-f]*:[0-9a-f:.]*)(%[\w.-]{1,32})?$/i;
/** RFC 1123 §2.1, plus the underscore that some networks use. */
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const maxHostNameLength = 253;

/** @returns undefined unless the text is `HOST:PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT` */
export function parseEndpoint(text: string): EndpointText | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) return undefined;
  const [, bracketed, plain] = match;
  if (bracketed !== undefined) {
    const address = parseIpv6(bracketed);
    return address === undefined ? undefined : { family: 'ipv6', host: address, port };
  }
  const host = plain ?? '';
  if (ipv4.test(host)) return { family: 'ipv4', host, port };
  return isHostName(host) ? { family: undefined, host, port } : undefined;
}

/** Like `parseEndpoint`, but rejects host names. */
export function parseNumericEndpoint(text: string): Endpoint | undefined {
  const parsed = parseEndpoint(text);
  return parsed?.family ? { family: parsed.family, address: parsed.host, port: parsed.port } : undefined;
}

function parseIpv6(text: string): string | undefined {
  const [, address = '', zone = ''] = ipv6.exec(text) ?? [];
  const value = ipv6Number(address);
  if (value === undefined) return undefined;
  const written = formatIpv6(value);
  // Only a link-local address has a zone among the sources of datagrams.
  return isLinkLocal(written) ? `${written}${zone}` : written;
}

/** Checks each label by itself. One expression for the whole name could backtrack for ever. */
function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  return text.length <= maxHostNameLength && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
