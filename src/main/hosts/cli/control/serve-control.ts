/**
 * Serves the commands of the same user (`hallway send`, `hallway peers`, `hallway doctor`) while
 * this process has the profile (rules CTRL-1 to CTRL-4). Only its owner gets this far
 * (storage/profile/lock-socket.ts). Clients are limited all the same.
 */
import type { Duplex } from 'node:stream';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import { createLruMap } from '../../../core/lib/lru-map.ts';
import type { DeliveryState } from '../../../core/messaging/ports.ts';
import type { Clock, Log } from '../../../core/ports.ts';
import { runAutomation } from '../automation/automation.ts';
import { controlCommands } from './protocol.ts';

export interface ControlOptions {
  /** Clients at once. Each is a command that the user typed. */
  readonly maxClients: number;
  /** A client that sends nothing for this long, and waits for nothing, is closed. */
  readonly idleMs: number;
  /** The longest wait of a client for its messages: `hallway send --for` takes at most an hour. */
  readonly maxWaitMs: number;
}

export const defaultControlOptions: ControlOptions = { maxClients: 16, idleMs: 10_000, maxWaitMs: 3_660_000 };

/** Messages of one client whose delivery it gets. Beyond it, the oldest is dropped. */
const maxAwaited = 1_000;

export interface Control {
  /** Takes over a connection after its greeting, until its end. */
  accept(connection: Duplex): void;
  /** Counts the clients that failed to prove the pipe secret, and logs the first one. */
  onWrongProof(): void;
  /** Closes all connections. */
  close(): void;
}

export function serveControl(
  hallway: Hallway,
  { clock, log }: { readonly clock: Pick<Clock, 'setTimer' | 'monotonicMs'>; readonly log?: Log },
  options: ControlOptions = defaultControlOptions,
): Control {
  const clients = new Set<AbortController>();
  let wrongProofs = 0;

  return {
    accept(connection) {
      connection.on('error', () => connection.destroy());
      if (clients.size >= options.maxClients) {
        const message = say('cli.crowded');
        connection.resume();
        connection.end(`${JSON.stringify({ event: 'error', code: 'too-many', message })}\n`, () => connection.destroy());
        return;
      }
      const stopping = new AbortController();
      clients.add(stopping);
      void serve(connection, stopping).finally(() => clients.delete(stopping));
    },
    onWrongProof() {
      wrongProofs += 1;
      if (wrongProofs === 1) log?.write('warning', 'a program that does not know the pipe secret tried the control pipe');
    },
    close() {
      for (const client of clients) client.abort();
      if (wrongProofs > 1) log?.write('info', 'programs tried the control pipe without the pipe secret', { count: wrongProofs });
      wrongProofs = 0;
    },
  };

  async function serve(connection: Duplex, stopping: AbortController): Promise<void> {
    const awaited = createAwaited();
    const stopWatching = watchIdle(connection, () => awaited.size() > 0, stopping);
    await runAutomation(hallway, { clock, input: connection, output: connection }, stopping.signal, {
      mayRun: ({ cmd }) => (controlCommands as readonly string[]).includes(cmd),
      mayHear: awaited.concerns,
      onKept: awaited.add,
    });
    stopWatching();
    connection.destroy();
  }

  function watchIdle(connection: Duplex, isWaiting: () => boolean, stopping: AbortController): Unsubscribe {
    let heardAtMs = clock.monotonicMs();
    let cancel = clock.setTimer(look, options.idleMs);
    const onData = (): void => void (heardAtMs = clock.monotonicMs());
    connection.on('data', onData);
    // runAutomation resumes the stream.
    connection.pause();
    return () => {
      cancel();
      connection.off('data', onData);
    };

    function look(): void {
      const leftMs = heardAtMs + (isWaiting() ? options.maxWaitMs : options.idleMs) - clock.monotonicMs();
      if (leftMs <= 0) stopping.abort();
      else cancel = clock.setTimer(look, Math.min(leftMs, options.idleMs));
    }
  }
}

const ends: ReadonlySet<DeliveryState> = new Set(['delivered', 'read', 'failed', 'cancelled']);

interface Awaited {
  add(messageId: MessageId): void;
  /** @returns whether the event is about one of these. A final state ends the wait */
  concerns(event: HallwayEvent): boolean;
  size(): number;
}

/** The messages of one client without a final state. */
function createAwaited(): Awaited {
  const messageIds = createLruMap<string, true>(maxAwaited);
  return {
    add: (messageId) => void messageIds.set(messageId, true),
    concerns(event) {
      if (event.type !== 'delivery' || !messageIds.has(event.messageId)) return false;
      if (ends.has(event.state)) messageIds.delete(event.messageId);
      return true;
    },
    size: () => messageIds.size,
  };
}
