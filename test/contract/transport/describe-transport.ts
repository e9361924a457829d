/**
 * The contract of secure transports, as one suite for the real and the simulated one (rules TLS-2,
 * TLS-4 and TLS-8).
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../src/main/core/ports.ts';
import { ampleRoom } from '../../fakes/ample-room.ts';
import type { SecureListener, SecureStream, SecureTransport, StreamEnd } from '../../../src/main/core/messaging/ports.ts';

export interface TransportNode {
  readonly transport: SecureTransport;
  readonly peerId: string;
}

export interface TransportWorld {
  readonly caller: TransportNode;
  readonly called: TransportNode;
  /** The endpoint of `called`. */
  endpoint(port: number, family?: 'ipv4' | 'ipv6'): Endpoint;
  /** An endpoint that accepts data and never answers. */
  silentEndpoint(): Promise<Endpoint>;
  /** How a call to it ends: whether TCP connects there depends on the world. */
  readonly silentEnd: 'deadline' | 'stalled';
  /** Waits until the condition holds. Rejects if it never does. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void> | void;
}

const ample = 60_000;
const chunkBytes = 65_536;
/** More than all buffers between the two ends hold. */
const floodBytes = 64 * 1_048_576;

interface Pair {
  readonly out: SecureStream;
  readonly into: SecureStream;
}

export function describeTransport(name: string, makeWorld: () => Promise<TransportWorld> | TransportWorld): void {
  describe(`${name}: streams`, () => {
    let world: TransportWorld;
    let listener: SecureListener;
    let accepted: SecureStream[];
    const open: SecureStream[] = [];

    beforeEach(async () => {
      world = await makeWorld();
      accepted = [];
      listener = await world.called.transport.listen(
        (stream) => void accepted.push(stream),
        () => undefined,
        ampleRoom,
      );
    });

    afterEach(async () => {
      for (const stream of [...open.splice(0), ...accepted]) stream.destroy();
      await listener.close();
      await world.close();
    });

    async function settled<Value>(promise: Promise<Value>): Promise<Value> {
      let isSettled = false;
      void promise.finally(() => (isSettled = true));
      await world.until(() => isSettled);
      return promise;
    }

    function connect(
      endpoint: Endpoint,
      options: { readonly expectedPeerId?: string; readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
    ): ReturnType<SecureTransport['connect']> {
      return settled(
        world.caller.transport.connect(endpoint, {
          expectedPeerId: world.called.peerId,
          deadlineMs: ample,
          signal: new AbortController().signal,
          ...options,
        }),
      );
    }

    async function makePair(family?: 'ipv4' | 'ipv6'): Promise<Pair> {
      const count = accepted.length;
      const result = await connect(world.endpoint(listener.port, family));
      if (!result.ok) throw new Error(`no stream: ${result.end}`);
      open.push(result.stream);
      await world.until(() => accepted.length > count);
      return { out: result.stream, into: accepted[count] as SecureStream };
    }

    async function refusal(...args: Parameters<typeof connect>): Promise<StreamEnd | undefined> {
      const result = await connect(...args);
      return result.ok ? undefined : result.end;
    }

    test.each(['ipv4', 'ipv6'] as const)('[TLS-2, TLS-9] both ends of a stream know each other, over %s', async (family) => {
      const { out, into } = await makePair(family);
      expect({
        out: out.peerId,
        into: into.peerId,
        isOutgoing: [out.isOutgoing, into.isOutgoing],
        from: into.remote.family,
      }).toEqual({
        out: world.called.peerId,
        into: world.caller.peerId,
        isOutgoing: [true, false],
        from: family,
      });
    });

    test('[TLS-2] a stream to another peer than the expected one fails', async () => {
      expect(await refusal(world.endpoint(listener.port), { expectedPeerId: world.caller.peerId })).toBe('wrong-peer');
      // The called peer may have seen the stream begin; then it sees the end.
      const heard = accepted.map(follow);
      await world.until(() => heard.every(({ end }) => end() !== undefined));
      expect(heard.map(({ bytes }) => bytes())).toEqual(heard.map(() => 0));
    });

    test('an endpoint without a listener refuses', async () => {
      await listener.close();
      expect(await refusal(world.endpoint(listener.port))).toBe('refused');
    });

    test('[TLS-5] a silent endpoint costs at most the deadline', async () => {
      expect(await refusal(await world.silentEndpoint(), { deadlineMs: 50 })).toBe(world.silentEnd);
    });

    test('an attempt can be aborted before or after it begins', async () => {
      const abort = new AbortController();
      const silent = await world.silentEndpoint();
      const options = { expectedPeerId: world.called.peerId, deadlineMs: ample, signal: abort.signal };
      const attempt = world.caller.transport.connect(silent, options);
      abort.abort();
      expect(await settled(attempt)).toEqual({ ok: false, end: 'aborted' });
      expect(await refusal(world.endpoint(listener.port), { signal: abort.signal })).toBe('aborted');
    });

    test('data arrives in order, in both directions', async () => {
      const { out, into } = await makePair();
      const [there, back] = [follow(into), follow(out)];
      for (let number = 0; number < 200; number += 1) {
        out.write(numbered(number, 1_000));
        into.write(numbered(number, 10));
      }
      await world.until(() => there.bytes() === 200_000 && back.bytes() === 2_000);
      expect(there.digest()).toBe(digestOf(Array.from({ length: 200 }, (_, number) => numbered(number, 1_000))));
      expect(back.digest()).toBe(digestOf(Array.from({ length: 200 }, (_, number) => numbered(number, 10))));
    });

    test('[TLS-8] data that arrives before there is a listener is not lost', async () => {
      const { out, into } = await makePair();
      out.write(numbered(1, 10));
      const marker = await makePair();
      const second = follow(marker.into);
      marker.out.write(numbered(2, 10));
      await world.until(() => second.bytes() === 10);
      const first = follow(into);
      await world.until(() => first.bytes() === 10);
      expect(first.digest()).toBe(digestOf([numbered(1, 10)]));
    });

    test('[XFER-73] bytes that arrived and were released are gone, and the next ones come', async () => {
      const { out, into } = await makePair();
      const kept: Uint8Array[] = [];
      const copies: Uint8Array[] = [];
      let released = 0;
      into.onData((bytes) => {
        // Not a kind of array whose copies are views.
        expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
        copies.push(bytes.slice());
        if (bytes.length < 10_000) return void kept.push(bytes);
        into.release?.(bytes);
        if (bytes.length === 0) released += 1;
      });
      const sent = Array.from({ length: 40 }, (_, number) => numbered(number, number % 4 === 0 ? 20 : 100_000));
      for (const bytes of sent) out.write(bytes);
      const count = (): number => copies.reduce((sum, { length }) => sum + length, 0);
      const total = sent.reduce((sum, { length }) => sum + length, 0);
      await world.until(() => count() === total);
      expect(digestOf(copies)).toBe(digestOf(sent));
      expect(kept.every(({ length }) => length > 0)).toBe(true);
      expect(released > 0).toBe(into.release !== undefined);
    });

    test('[TLS-8] a paused reader slows the writer down, and nothing is lost', async () => {
      const { out, into } = await makePair();
      const reader = follow(into);
      into.pause();
      let drained = 0;
      out.onDrain(() => (drained += 1));
      let written = 0;
      // A turn between the writes, to let the systems fill their buffers.
      while (written < floodBytes && out.bufferedBytes < 1_048_576) {
        while (out.write(new Uint8Array(chunkBytes)) && written < floodBytes) written += chunkBytes;
        written += chunkBytes;
        const before = drained;
        let turns = 0;
        await world.until(() => drained > before || (turns += 1) > 50);
      }
      expect(written).toBeLessThan(floodBytes);
      const [heldByReader, held] = [reader.bytes(), out.bufferedBytes];
      into.resume();
      await world.until(() => reader.bytes() === written);
      await world.until(() => out.bufferedBytes === 0);
      // Data in transit at the pause may still arrive, and no more.
      expect(heldByReader).toBeLessThan(2 * 1_048_576);
      expect({ held: held > 0, drained: drained > 0, left: out.bufferedBytes }).toEqual({ held: true, drained: true, left: 0 });
    });

    test('[TLS-8] an orderly end arrives after all data', async () => {
      const { out, into } = await makePair();
      const [reader, writer] = [follow(into), follow(out)];
      for (let number = 0; number < 16; number += 1) out.write(numbered(number, chunkBytes));
      out.end();
      out.end();
      expect(out.write(numbered(99, 10))).toBe(false);
      await world.until(() => reader.end() !== undefined && writer.end() !== undefined);
      expect({ bytes: reader.bytes(), reader: reader.ends, writer: writer.ends }).toEqual({
        bytes: 16 * chunkBytes,
        reader: ['closed'],
        writer: ['closed'],
      });
      expect(reader.digest()).toBe(digestOf(Array.from({ length: 16 }, (_, number) => numbered(number, chunkBytes))));
    });

    test('destroying a stream ends both ends at once; a second time does nothing', async () => {
      const { out, into } = await makePair();
      const [here, there] = [follow(out), follow(into)];
      out.destroy();
      out.destroy();
      out.end();
      expect(out.write(numbered(1, 10))).toBe(false);
      await world.until(() => here.end() !== undefined && there.end() !== undefined);
      expect(here.ends).toEqual(['aborted']);
      expect(['closed', 'lost']).toContain(there.end());
      expect(there.ends).toHaveLength(1);
    });

    test('a listener added after the end gets the end at once', async () => {
      const { out } = await makePair();
      const first = follow(out);
      out.destroy();
      await world.until(() => first.end() !== undefined);
      expect(follow(out).ends).toEqual(['aborted']);
    });

    test('a removed listener gets no more events', async () => {
      const { out, into } = await makePair();
      const heard: string[] = [];
      const undo = into.onData(() => heard.push('data'));
      const undoEnd = into.onEnd(() => heard.push('end'));
      const other = follow(into);
      undo();
      undo();
      undoEnd();
      out.write(numbered(1, 10));
      await world.until(() => other.bytes() === 10);
      out.end();
      await world.until(() => other.end() !== undefined);
      expect(heard).toEqual([]);
    });

    test('[TLS-4] the two ends export the same key; other streams and labels export others', async () => {
      const [one, two] = [await makePair(), await makePair()];
      const key = (stream: SecureStream, label: string): string => stream.exportKey(label, 32).join();
      expect(one.out.exportKey('EXPERIMENTAL a', 32)).toHaveLength(32);
      expect(key(one.out, 'EXPERIMENTAL a')).toBe(key(one.into, 'EXPERIMENTAL a'));
      expect(key(two.out, 'EXPERIMENTAL a')).toBe(key(two.into, 'EXPERIMENTAL a'));
      const keys = [one, two].flatMap(({ out }) => [key(out, 'EXPERIMENTAL a'), key(out, 'EXPERIMENTAL b')]);
      expect(new Set(keys).size).toBe(4);
    });

    test('ten concurrent streams do not interfere', async () => {
      const pairs: Pair[] = [];
      for (let count = 0; count < 10; count += 1) pairs.push(await makePair());
      const readers = pairs.map(({ into }) => follow(into));
      for (let number = 0; number < 20; number += 1) {
        for (const [index, { out }] of pairs.entries()) out.write(numbered(1_000 * index + number, 5_000));
      }
      await world.until(() => readers.every(({ bytes }) => bytes() === 100_000));
      const expected = pairs.map((_, index) =>
        digestOf(Array.from({ length: 20 }, (_unused, number) => numbered(1_000 * index + number, 5_000))),
      );
      expect(readers.map(({ digest }) => digest())).toEqual(expected);
    });

    test('a closed listener accepts no more streams; open ones stay', async () => {
      const { out, into } = await makePair();
      const reader = follow(into);
      await settled(listener.close());
      await settled(listener.close());
      expect(await refusal(world.endpoint(listener.port))).toBe('refused');
      out.write(numbered(7, 10));
      await world.until(() => reader.bytes() === 10);
      expect(reader.ends).toEqual([]);
    });
  });
}

interface Followed {
  bytes(): number;
  digest(): number;
  readonly ends: readonly StreamEnd[];
  end(): StreamEnd | undefined;
}

/** Counts the received bytes, and computes a digest of them. */
function follow(stream: SecureStream): Followed {
  let bytes = 0;
  let digest = 0;
  const ends: StreamEnd[] = [];
  stream.onData((part) => {
    bytes += part.length;
    digest = digestOf([part], digest);
  });
  stream.onEnd((end) => ends.push(end));
  return { bytes: () => bytes, digest: () => digest, ends, end: () => ends[0] };
}

function digestOf(parts: readonly Uint8Array[], start = 0): number {
  let digest = start;
  for (const part of parts) for (const byte of part) digest = (Math.imul(digest, 31) + byte + 1) | 0;
  return digest;
}

function numbered(number: number, sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (number * 7 + index) & 255);
}
