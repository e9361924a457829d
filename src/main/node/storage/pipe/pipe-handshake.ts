/**
 * The handshake on a pipe: both ends prove that they know the pipe secret, before anything else is
 * said (rule CTRL-8). The client sends a nonce. The server answers with a nonce and its proof. The
 * client answers with its proof. Each proof is bound to its end, so that nobody can reflect it; to
 * both nonces, so that nobody can replay it; and to the name of the pipe, so that nobody can relay
 * it from another pipe. Works on any stream. The limits of the server are in `pipe-admission.ts`.
 */
import type { Duplex } from 'node:stream';
import type { Random } from '../../../core/ports.ts';
import { isSameProof, proofSizeBytes, signWith } from '../../crypto/hmac-proof.ts';

const nonceSizeBytes = proofSizeBytes;

/** The pipe of one name, with what both ends prove on it. */
export interface PipeKey {
  readonly name: string;
  readonly secret: Uint8Array;
}

export interface HandshakeDeps {
  readonly random: Pick<Random, 'bytes'>;
}

type End = 'server' | 'client';

/**
 * The client's end. Sends nothing after its nonce unless the server proved itself.
 *
 * @returns whether the server proved itself; then the stream is paused and speaks the protocol
 */
export async function proveToServer(stream: Duplex, key: PipeKey, { random }: HandshakeDeps): Promise<boolean> {
  const client = random.bytes(nonceSizeBytes);
  stream.write(client);
  const answer = await readExactly(stream, nonceSizeBytes + proofSizeBytes);
  if (answer === undefined) return false;
  const nonces = { client, server: answer.subarray(0, nonceSizeBytes) };
  if (!isSameProof(answer.subarray(nonceSizeBytes), proofOf('server', key, nonces))) return false;
  stream.write(proofOf('client', key, nonces));
  return true;
}

/**
 * The server's end. Reads at most a nonce and a proof; the stream holds back what follows.
 *
 * @returns `left` if the client ended before its proof; after `proved` the stream is paused
 */
export async function awaitProof(stream: Duplex, key: PipeKey, { random }: HandshakeDeps): Promise<'proved' | 'wrong' | 'left'> {
  const client = await readExactly(stream, nonceSizeBytes);
  if (client === undefined) return 'left';
  const nonces = { client, server: random.bytes(nonceSizeBytes) };
  stream.write(Buffer.concat([nonces.server, proofOf('server', key, nonces)]));
  const proof = await readExactly(stream, proofSizeBytes);
  if (proof === undefined) return 'left';
  return isSameProof(proof, proofOf('client', key, nonces)) ? 'proved' : 'wrong';
}

function proofOf(end: End, { name, secret }: PipeKey, nonces: Readonly<Record<End, Uint8Array>>): Buffer {
  return signWith(secret, `hallway-pipe/1 ${end}\n${name}\n`, nonces.client, nonces.server);
}

/**
 * Gives what came beyond `sizeBytes` back to the stream, which is paused then.
 *
 * @returns undefined if the stream ends earlier
 */
function readExactly(stream: Duplex, sizeBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);

    function finish(result: Buffer | undefined): void {
      stream.off('data', take);
      stream.off('end', leave);
      stream.off('close', leave);
      stream.pause();
      resolve(result);
    }
    function take(bytes: Buffer): void {
      received = Buffer.concat([received, bytes]);
      if (received.length < sizeBytes) return;
      finish(received.subarray(0, sizeBytes));
      if (received.length > sizeBytes) stream.unshift(received.subarray(sizeBytes));
    }
    function leave(): void {
      finish(undefined);
    }

    if (stream.destroyed || stream.readableEnded) return resolve(undefined);
    stream.on('data', take);
    stream.on('end', leave);
    stream.on('close', leave);
    stream.resume();
  });
}
