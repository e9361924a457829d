/** Creates a private room: a title, and the people in it. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { maxTitleBytes } from '../../../shared/contract/private-rooms.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { closeOverlay, openRoom } from '../../state/route.ts';
import { NameDialog } from './name-dialog.tsx';
import { PeoplePicker } from './people-picker.tsx';

interface NewPrivateDialogProps {
  /** Picked at the beginning. */
  readonly people?: readonly PeerId[];
  /** Back to where it was opened. */
  onClose(): void;
}

export function NewPrivateDialog({ people = [], onClose }: NewPrivateDialogProps): ReactNode {
  const { client, store } = useHallwayContext();
  const [picked, setPicked] = useState<ReadonlySet<PeerId>>(new Set(people));
  const [problem, setProblem] = useState<string>();

  async function create(title: string): Promise<void> {
    const result = await client.call('createPrivateRoom', { title, people: [...picked] });
    if (!result.ok) return setProblem(result.message);
    onClose();
    store.navigate(closeOverlay);
    store.navigate(openRoom(result.output.name));
  }

  return (
    <NameDialog
      title={say('private.new')}
      label={say('private.title')}
      hint={say('private.promise')}
      maxLength={maxTitleBytes}
      done={say('private.create')}
      problem={problem}
      isProse
      onEdit={() => setProblem(undefined)}
      onSubmit={(title) => void create(title)}
      onClose={onClose}
    >
      <PeoplePicker picked={picked} without={[]} onPick={setPicked} />
    </NameDialog>
  );
}
