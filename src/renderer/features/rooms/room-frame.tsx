/** The frame of a room's details: beside the room, or a dialog where the window is narrow. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DetailsPanel } from '../contacts/details-panel.tsx';

interface RoomFrameProps {
  readonly isBeside: boolean;
  readonly title: ReactNode;
  readonly actions: ReactNode;
  readonly children: ReactNode;
  onClose(): void;
}

export function RoomFrame({ isBeside, ...frame }: RoomFrameProps): ReactNode {
  return isBeside ? <DetailsPanel {...frame} /> : <Dialog {...frame} closeLabel={say('room.close')} />;
}
