/**
 * Serves one user interface over one Link: a snapshot on request, then numbered deltas, at most one per `deltaIntervalMs`. The calls of
 * each area are in handlers/; this file joins them into one table, and the compiler refuses a table that lacks one.
 */
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import { serveRpc } from '../../../shared/rpc/rpc.ts';
import type { ReportDropped } from '../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { Clock } from '../../core/ports.ts';
import { contactHandlers } from './handlers/contacts.ts';
import { diagnosticsHandlers } from './handlers/diagnostics.ts';
import { forwardMessages, messageHandlers } from './handlers/messages.ts';
import { networkHandlers } from './handlers/network.ts';
import { profileHandlers } from './handlers/profile.ts';
import { forwardRooms, roomHandlers } from './handlers/rooms.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { createPendingDelta, takeSnapshot, type ShownEvent } from './pending-delta.ts';

/** Least time between two deltas: 20 a second look immediate, and keep a burst of 1,000 events from being 1,000 messages. */
export const deltaIntervalMs = 50;

export interface ServeUiDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  readonly onDropped?: ReportDropped;
}

/** @returns its undo: ends the service, without closing the link */
export function serveUi(hallway: Hallway, link: Link, { clock, onDropped }: ServeUiDeps): Unsubscribe {
  let revision = 0;
  // Nobody is told of changes before they have asked for a snapshot, nor after they have gone.
  let listening = false;
  let pending = createPendingDelta(hallway);
  let cancelTimer: Unsubscribe | undefined;
  let lastSentAtMs = Number.NEGATIVE_INFINITY;

  const server = serveRpc(
    link,
    {
      snapshot: () => {
        forgetPending();
        listening = true;
        return { ok: true, output: takeSnapshot(hallway, revision) };
      },
      ...profileHandlers(hallway),
      ...networkHandlers(hallway),
      ...messageHandlers(hallway),
      ...roomHandlers(hallway),
      ...contactHandlers(hallway),
      ...settingsHandlers(hallway),
      ...diagnosticsHandlers(hallway),
    },
    onDropped === undefined ? {} : { onDropped },
  );

  function forgetPending(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    pending = createPendingDelta(hallway);
  }

  function sendDelta(): void {
    revision += 1;
    lastSentAtMs = clock.monotonicMs();
    server.emit('changed', pending.take(revision));
    forgetPending();
  }

  function onEvent(event: ShownEvent): void {
    if (!listening) return;
    pending.add(event);
    // The first change after a pause goes out on the next turn, with all else that happened in this one.
    cancelTimer ??= clock.setTimer(sendDelta, Math.max(0, lastSentAtMs + deltaIntervalMs - clock.monotonicMs()));
  }

  const undo = [
    ...[hallway.presence, hallway.profile, hallway.health].map((area) => area.subscribe(onEvent)),
    forwardMessages(hallway, (name, payload) => void (listening && server.emit(name, payload))),
    forwardRooms(hallway, { onListed: onEvent, emit: (name, payload) => void (listening && server.emit(name, payload)) }),
    link.onClose(() => {
      listening = false;
      forgetPending();
    }),
    () => server.close(),
  ];

  return () => {
    listening = false;
    forgetPending();
    for (const stop of undo.splice(0)) stop();
  };
}
