/** Creates a private room: a title, and the people in it. */
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { maxTitleBytes } from '../../../shared/contract/private-rooms.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { closeOverlay, openRoom } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { PeoplePicker } from './people-picker.tsx';
import styles from './join-dialog.module.css';

interface NewPrivateDialogProps {
  /** Picked at the beginning. */
  readonly people?: readonly PeerId[];
}

export function NewPrivateDialog({ people = [] }: NewPrivateDialogProps): ReactNode {
  const { client, store } = useHallwayContext();
  const [title, setTitle] = useState('');
  const [picked, setPicked] = useState<ReadonlySet<PeerId>>(new Set(people));
  const [problem, setProblem] = useState<string>();
  const ids = useId();
  const field = useRef<HTMLInputElement>(null);
  // After the dialog gave the focus to its closing button.
  useEffect(() => field.current?.focus(), []);

  async function create(): Promise<void> {
    const result = await client.call('createPrivateRoom', { title, people: [...picked] });
    if (!result.ok) return setProblem(result.message);
    store.navigate(closeOverlay);
    store.navigate(openRoom(result.output.name));
  }

  return (
    <Dialog
      title={say('private.new')}
      closeLabel={say('join.cancel')}
      onClose={() => store.navigate(closeOverlay)}
      actions={
        <Button kind="main" form={`${ids}-form`} disabled={title.trim() === ''}>
          {say('private.create')}
        </Button>
      }
    >
      <form
        id={`${ids}-form`}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <TextField
          ref={field}
          className={styles.field}
          label={say('private.title')}
          placeholder={say('private.title')}
          aria-invalid={problem !== undefined}
          aria-describedby={`${ids}-about`}
          autoComplete="off"
          maxLength={maxTitleBytes}
          value={title}
          onText={(text) => {
            setTitle(text);
            setProblem(undefined);
          }}
        />
        <p className={styles.about} id={`${ids}-about`} role={problem === undefined ? undefined : 'alert'}>
          {problem ?? say('private.promise')}
        </p>
      </form>
      <PeoplePicker picked={picked} without={[]} onPick={setPicked} />
    </Dialog>
  );
}
