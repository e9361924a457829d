/** Hands what happens on sessions and connections to the parts of transfers. */
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { TransferSessions } from '../messaging/messages.ts';
import type { DataSessionEvent } from '../messaging/session-manager/data-sessions.ts';
import type { Session } from '../messaging/session/session.ts';
import type { FileDataFrame } from '../messaging/wire/frames.ts';
import type { FileReceiver } from './receiving/receive.ts';
import type { RoomTransfers } from './rooms/room-transfers.ts';
import type { FileServer } from './serve.ts';
import type { Telling } from './tell.ts';

interface Deps {
  readonly sessions: TransferSessions;
  readonly server: FileServer;
  readonly receiver: FileReceiver;
  readonly telling: Telling;
  readonly rooms: Pick<RoomTransfers, 'asked' | 'answered' | 'askedForPreviews' | 'previews'>;
  /** Whether that peer may fetch that transfer. */
  readonly mayServe: (peerId: PeerId, transferId: MessageId) => boolean;
  /** The other end says that a transfer goes on. */
  readonly called: (peerId: PeerId, transferId: MessageId) => void;
}

export function followSessions({ sessions, server, receiver, telling, rooms, mayServe, called }: Deps): Unsubscribe {
  const undo = [
    sessions.subscribe({
      onOpened(peerId) {
        telling.tell(peerId);
        receiver.review();
      },
      onFrame(peerId, frame) {
        if (frame.type === 'transferAsk') return rooms.asked(peerId, frame.transferId);
        if (frame.type === 'transferHolders') return rooms.answered(peerId, frame);
        if (frame.type === 'previewAsk') return rooms.askedForPreviews(peerId, frame.transferId);
        if (frame.type === 'previewAnswer') return rooms.previews.answered(peerId, frame);
        if (frame.type !== 'transferCall') return telling.received(peerId, frame);
        // Otherwise any peer could make us dial.
        if (mayServe(peerId, frame.transferId)) sessions.data.serve(peerId);
        else called(peerId, frame.transferId);
      },
    }),
    sessions.data.subscribe((event) => (event.direction === 'in' ? receive(event) : serve(event))),
  ];
  return () => {
    for (const stop of undo) stop();
  };

  function receive(event: DataSessionEvent): void {
    switch (event.type) {
      case 'opened':
        return receiver.opened();
      case 'closed':
        return receiver.closed(event.session);
      case 'drained':
        return;
      case 'frame':
        return arrive(event.session, event.frame);
    }
  }

  function arrive(session: Session, frame: FileDataFrame): void {
    if (frame.type === 'piece') return receiver.piece(session, frame);
    // Nobody fetches on a connection that brings files.
    return frame.type === 'noPiece' ? receiver.refused(session, frame) : session.close('unexpected');
  }

  function serve(event: DataSessionEvent): void {
    switch (event.type) {
      case 'opened':
        return server.opened(event.session);
      case 'drained':
        return server.drained(event.session);
      case 'closed':
        return server.closed(event.session);
      case 'frame':
        return event.frame.type === 'pull' ? server.asked(event.session, event.frame) : event.session.close('unexpected');
    }
  }
}
