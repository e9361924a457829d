/**
 * Serves one user interface over one Link: a snapshot on request, then numbered deltas, at most one per `deltaIntervalMs`. The calls of
 * each area are in handlers/; this file joins them into one table, and the compiler refuses a table that lacks one.
 */
import type { EventName, EventPayload } from '../../../shared/contract/index.ts';
import type { Snapshot } from '../../../shared/contract/snapshot.ts';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import { serveRpc } from '../../../shared/rpc/rpc.ts';
import type { CallResult, Handlers, ReportDropped } from '../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { Clock } from '../../core/ports.ts';
import { aboutHandlers, type AboutHost } from './handlers/about.ts';
import { chosenFileHandlers, type ChosenFiles } from './handlers/chosen-files.ts';
import { contactHandlers } from './handlers/contacts.ts';
import { diagnosticsHandlers } from './handlers/diagnostics.ts';
import { draftHandlers, forwardDrafts } from './handlers/drafts.ts';
import { forwardShows, hostHandlers, type UiHost } from './handlers/host.ts';
import { forwardMarks, marksHandlers } from './handlers/marks.ts';
import { forwardMessages, messageHandlers } from './handlers/messages.ts';
import { networkHandlers } from './handlers/network.ts';
import { forwardNotifications, notificationHandlers } from './handlers/notifications.ts';
import { profileHandlers } from './handlers/profile.ts';
import { forwardRooms, roomHandlers } from './handlers/rooms.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { transferredFileHandlers, type FileHost } from './handlers/transferred-files.ts';
import { forwardTransfers, transferHandlers } from './handlers/transfers.ts';
import { createPageCopies, type PageCopies } from './page-copies.ts';
import { createPendingDelta, takeSnapshot, type ShownEvent } from './pending-delta.ts';

/** Least time between two deltas: 20 a second look immediate, and keep a burst of 1,000 events from being 1,000 messages. */
export const deltaIntervalMs = 50;

export interface ServeUiDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  readonly onDropped?: ReportDropped;
  /** Absent for a host without a window of its own. */
  readonly host?: UiHost;
  /** Asks the system to let this program through the firewall; absent where nothing can. */
  readonly fixFirewall?: (() => Promise<boolean>) | undefined;
  /** Files that the user chose in the page. Absent where none can be sent. */
  readonly chosenFiles?: ChosenFiles | undefined;
  /** Absent for a page in a browser. */
  readonly files?: FileHost;
  /** Absent for a page in a browser. */
  readonly about?: AboutHost;
}

type Emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void;

/** @returns its undo: ends the service, without closing the link */
export function serveUi(hallway: Hallway, link: Link, deps: ServeUiDeps): Unsubscribe {
  const { clock, host, onDropped } = deps;
  let revision = 0;
  // Nobody is told of changes before they have asked for a snapshot, nor after they have gone.
  let listening = false;
  let pending = createPendingDelta(hallway);
  let cancelTimer: Unsubscribe | undefined;
  let lastSentAtMs = Number.NEGATIVE_INFINITY;

  const copies = deps.chosenFiles && createPageCopies(deps.chosenFiles.copies, link);
  const emit: Emit = (name, payload) => void (listening && server.emit(name, payload));
  const shows = forwardShows(host, clock, emit);
  const server = serveRpc(
    link,
    { snapshot, ...handlersOf(hallway, link, { ...deps, copies }, emit) },
    onDropped === undefined ? {} : { onDropped },
  );

  function snapshot(): CallResult<Snapshot> {
    forgetPending();
    listening = true;
    // After the answer, so that the page can show the place with what it knows then.
    shows.start();
    return { ok: true, output: takeSnapshot(hallway, revision) };
  }

  function forgetPending(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    pending = createPendingDelta(hallway);
  }

  function hush(): void {
    listening = false;
    forgetPending();
    shows.stop();
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
    ...[hallway.presence, hallway.profile, hallway.health, hallway.settings].map((area) => area.subscribe(onEvent)),
    ...[forwardDrafts, forwardMarks, forwardMessages, forwardTransfers].map((forward) => forward(hallway, emit)),
    forwardRooms(hallway, { onListed: onEvent, emit }),
    forwardNotifications(hallway, link, emit),
    link.onClose(hush),
    () => copies?.close(),
    () => server.close(),
  ];

  return () => {
    hush();
    for (const stop of undo.splice(0)) stop();
  };
}

function handlersOf(
  hallway: Hallway,
  link: Link,
  { host, about, fixFirewall, files, chosenFiles, copies }: ServeUiDeps & { readonly copies: PageCopies | undefined },
  emit: Emit,
): Omit<Handlers, 'snapshot'> {
  return {
    ...profileHandlers(hallway),
    ...networkHandlers(hallway),
    ...messageHandlers(hallway),
    ...roomHandlers(hallway),
    ...marksHandlers(hallway),
    ...draftHandlers(hallway),
    ...transferHandlers(hallway),
    ...transferredFileHandlers(hallway, files, emit),
    ...chosenFileHandlers(hallway, copies && { ...chosenFiles, copies }, emit),
    ...contactHandlers(hallway),
    ...settingsHandlers(hallway),
    ...diagnosticsHandlers(hallway, fixFirewall),
    ...aboutHandlers(hallway, about),
    ...notificationHandlers(hallway, link),
    ...hostHandlers(host),
  };
}
