/** Peers by address: reads what a person typed, resolves it, has it called and waits for an answer (rules CALL-1, CALL-2). */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { parseEndpoint } from '../lib/parse-endpoint.ts';
import { pause } from '../lib/delay.ts';
import type { Clock, Endpoint, Resolver } from '../ports.ts';
import { formatEndpoint, isCallable, type Presence } from '../presence/index.ts';

export type ConnectResult =
  | { readonly ok: true; readonly peerId: PeerId }
  | { readonly ok: false; readonly code: 'bad-address' | 'unknown-host' | 'too-many' | 'no-answer'; readonly message: string };

/** A call, its repetitions and a handshake take about a second. */
const answerDeadlineMs = 3_000;
const lookEveryMs = 50;

interface Deps {
  readonly clock: Clock;
  readonly resolver: Resolver;
  readonly presence: Pick<Presence, 'connect' | 'registry' | 'addresses' | 'unicastPort'>;
}

/** @param address `HOST:PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT` */
export async function connectTo(address: string, { clock, resolver, presence }: Deps): Promise<ConnectResult> {
  const endpoint = await resolve(address, resolver);
  if (!('family' in endpoint)) return endpoint;
  const unfit = unfitness(endpoint, presence);
  if (unfit !== undefined) return refuse('bad-address', unfit);
  if (!presence.connect(endpoint)) return refuse('too-many', 'No more addresses can be remembered. Forget one first.');
  const endMs = clock.monotonicMs() + answerDeadlineMs;
  while (clock.monotonicMs() < endMs) {
    const found = holderOf(endpoint, presence);
    if (found !== undefined) return { ok: true, peerId: found };
    await pause(clock, lookEveryMs, new AbortController().signal);
  }
  return refuse(
    'no-answer',
    `Nobody answered at ${formatEndpoint(endpoint)}. The address is remembered, and called again from time to time.`,
  );
}

/** Reads and resolves. @returns what is wrong with the address, if anything is */
export async function resolve(address: string, resolver: Resolver): Promise<Endpoint | Extract<ConnectResult, { ok: false }>> {
  const parsed = parseEndpoint(address);
  if (!parsed)
    return refuse('bad-address', `"${address}" is not an address. Write HOST:PORT, with the port that the other Hallway shows.`);
  if (parsed.family) return { family: parsed.family, address: parsed.host, port: parsed.port };
  const [found] = await resolver.lookup(parsed.host);
  if (!found) return refuse('unknown-host', `There is no computer called "${parsed.host}" here.`);
  return { ...found, port: parsed.port };
}

/** What can never be somebody else's unicast address must not be remembered, nor called for ever. */
function unfitness(endpoint: Endpoint, presence: Pick<Presence, 'addresses' | 'unicastPort'>): string | undefined {
  const text = formatEndpoint(endpoint);
  if (!isCallable(endpoint))
    return `Nobody can be reached at ${text}. Write HOST:PORT, with the unicast port that the other Hallway shows.`;
  if (/^fe[89ab][^%]*$/i.test(endpoint.address)) return `${text} needs an adapter, as in [fe80::1%eth0]:${endpoint.port}.`;
  const isOwn =
    endpoint.port === presence.unicastPort() &&
    presence.addresses().some(({ interface: { address } }) => address === endpoint.address.split('%')[0]);
  return isOwn ? `${text} is your own address. Others may use it to add you.` : undefined;
}

function holderOf(endpoint: Endpoint, { registry }: Pick<Presence, 'registry'>): string | undefined {
  const text = formatEndpoint(endpoint);
  const holder = registry
    .list()
    .find(({ addresses, announcement }) =>
      addresses.some((address) => formatEndpoint({ ...address, port: announcement.unicastPort }) === text),
    );
  return holder?.peerId;
}

function refuse(code: Extract<ConnectResult, { ok: false }>['code'], message: string): Extract<ConnectResult, { ok: false }> {
  return { ok: false, code, message };
}
