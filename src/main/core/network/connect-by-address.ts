/**
 * Connects to a manual address: parses it, resolves it, stores it and waits for its peer (rules
 * CALL-1, CALL-2).
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import { parseEndpoint } from '../lib/parse-endpoint.ts';
import { pause } from '../lib/delay.ts';
import type { Clock, Endpoint, Resolver } from '../ports.ts';
import { formatEndpoint, isCallable, type Presence } from '../presence/index.ts';

export type ConnectResult =
  { readonly ok: true; readonly peerId: PeerId } | Refusal<'bad-address' | 'unknown-host' | 'too-many' | 'no-answer'>;

/** Deadline for an answer. Beacons, their repetitions and a handshake take about a second. */
const answerDeadlineMs = 3_000;
const lookEveryMs = 50;

interface Deps {
  readonly clock: Clock;
  readonly resolver: Resolver;
  readonly presence: Pick<Presence, 'connect' | 'registry' | 'isOwnEndpoint'>;
}

/**
 * Stores the address, sends beacons to it and waits for its peer.
 * @param address `HOST:PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT`
 */
export async function connectTo(address: string, { clock, resolver, presence }: Deps): Promise<ConnectResult> {
  const endpoint = await resolve(address, resolver);
  if (!('family' in endpoint)) return endpoint;
  const unfit = unfitness(endpoint, presence);
  if (unfit) return unfit;
  if (!presence.connect(endpoint)) return refuse('too-many');
  const endMs = clock.monotonicMs() + answerDeadlineMs;
  while (clock.monotonicMs() < endMs) {
    const found = holderOf(endpoint, presence);
    if (found !== undefined) return { ok: true, peerId: found };
    await pause(clock, lookEveryMs, new AbortController().signal);
  }
  return refuse('no-answer', { address: formatEndpoint(endpoint) });
}

/** Parses and resolves an address. @returns the endpoint, or why the address is refused */
export async function resolve(address: string, resolver: Resolver): Promise<Endpoint | Extract<ConnectResult, { ok: false }>> {
  const parsed = parseEndpoint(address);
  if (!parsed) return refuse('bad-address', { reason: 'unreadable', address });
  if (parsed.family) return { family: parsed.family, address: parsed.host, port: parsed.port };
  const [found] = await resolver.lookup(parsed.host);
  if (!found) return refuse('unknown-host', { host: parsed.host });
  return { ...found, port: parsed.port };
}

/**
 * Checks whether a peer can be at that endpoint, before it is stored.
 * @returns the refusal, undefined if it can
 */
export function unfitness(endpoint: Endpoint, presence: Pick<Presence, 'isOwnEndpoint'>): Refusal<'bad-address'> | undefined {
  const address = formatEndpoint(endpoint);
  if (!isCallable(endpoint)) return refuse('bad-address', { reason: 'notUnicast', address });
  if (/^fe[89ab][^%]*$/i.test(endpoint.address)) return refuse('bad-address', { reason: 'noZone', address, port: endpoint.port });
  return presence.isOwnEndpoint(endpoint) ? refuse('bad-address', { reason: 'own', address }) : undefined;
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
