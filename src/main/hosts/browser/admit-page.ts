/**
 * The host's end of a link's opening: it proves that it knows the page's key, and lets the page
 * prove the same, before anything of Hallway is sent. Rules LINK-7 and LINK-32. `page-keys.ts` has the keys,
 * `websocket-link.ts` carries the messages afterwards.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import { helloSchema, proofSchema, proofText, refusalCodes } from '../../../shared/rpc/link-opening.ts';
import type { Clock, Random } from '../../core/ports.ts';
import type { PageKeys } from './page-keys.ts';

/** A page answers within milliseconds. A busy computer may take longer. */
export const openingLimitMs = 5_000;

/** The size of a nonce (RFC 2104 §3: as long as the hash). */
const nonceSizeBytes = 32;

/** A page that closes is given as much time as a link. */
const closeLimitMs = 1_000;

export interface AdmitPageDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: PageKeys;
  /** The port of the link. */
  readonly port: number;
  /** The origin of the page. */
  readonly origin: string;
}

export interface AdmitPageHandlers {
  /**
   * Called when both ends have proved themselves, with the name of the page's own key. The socket
   * has no listeners of ours any more.
   */
  onAdmitted(keyName: string): void;
  /** Called when the page failed, with the close code. */
  onRefused(code: number): void;
}

export function admitPage(
  socket: WebSocket,
  { clock, random, keys, port, origin }: AdmitPageDeps,
  { onAdmitted, onRefused }: AdmitPageHandlers,
): void {
  let expected: { readonly name: string; readonly key: string; readonly text: string } | undefined;
  let cancelTimer = clock.setTimer(() => refuse(refusalCodes.wrongProof), openingLimitMs);

  function finish(): void {
    cancelTimer();
    socket.off('message', onMessage);
    socket.off('close', finish);
  }

  function refuse(code: number): void {
    finish();
    onRefused(code);
    socket.close(code);
    cancelTimer = clock.setTimer(() => socket.terminate(), closeLimitMs);
    socket.on('close', cancelTimer);
  }

  function onMessage(data: RawData): void {
    const message = parse(data);
    const hello = helloSchema.safeParse(message);
    if (expected === undefined && hello.success) return challenge(hello.data.key, hello.data.nonce);
    const given = proofSchema.safeParse(message);
    if (expected === undefined || !given.success) return refuse(refusalCodes.wrongProof);
    if (!isSame(given.data.proof, sign(expected.key, expected.text))) return refuse(refusalCodes.wrongProof);
    const page = keys.admit(expected.name, origin);
    // Another page used the code meanwhile.
    if (page === undefined) return refuse(refusalCodes.unknownKey);
    finish();
    socket.send(JSON.stringify({ type: 'welcome', ...page.given }));
    onAdmitted(page.name);
  }

  function challenge(name: string, pageNonce: string): void {
    const key = keys.find(name, origin);
    if (key === undefined) return refuse(refusalCodes.unknownKey);
    const facts = { port, page: pageNonce, host: Buffer.from(random.bytes(nonceSizeBytes)).toString('base64url') };
    expected = { name, key, text: proofText('page', facts) };
    socket.send(JSON.stringify({ type: 'challenge', nonce: facts.host, proof: sign(key, proofText('host', facts)) }));
  }

  socket.on('message', onMessage);
  socket.on('close', finish);
  // `close` follows every error.
  socket.on('error', () => undefined);
}

function sign(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Takes the same time wherever the two differ. Both have the length of a proof. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

function parse(data: RawData): unknown {
  try {
    // By default, ws gives a frame as one Buffer.
    return JSON.parse((data as Buffer).toString('utf8'));
  } catch {
    return undefined;
  }
}
