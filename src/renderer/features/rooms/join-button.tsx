/** Beside the search of the list: joins a room. A node without rooms shows nothing. */
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { openOverlay } from '../../state/route.ts';
import { selectOverlay } from '../../state/selectors.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { JoinDialog } from './join-dialog.tsx';

export function JoinButton(): ReactNode {
  const { store } = useHallwayContext();
  const hasRooms = useHallway(({ core }) => core.roomNames.length > 0);
  const isJoining = useHallway(selectOverlay) === 'join-room';
  if (!hasRooms) return null;
  return (
    <>
      <IconButton
        size={34}
        label={say('rooms.join')}
        title={say('rooms.join')}
        onPress={() => store.navigate(openOverlay('join-room'))}
      >
        <Plus size={17} aria-hidden="true" />
      </IconButton>
      {isJoining && <JoinDialog />}
    </>
  );
}
