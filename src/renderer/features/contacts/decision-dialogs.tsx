/** Asks before what cannot be taken back, or has consequences that one does not see. */
import type { ReactNode } from 'react';
import { useState } from 'react';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { closeOverlay } from '../../state/route.ts';
import { selectOverlay } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SafetyDialog } from './safety-dialog.tsx';
import { useDecision } from './use-decision.ts';
import type { ContactView } from './use-contact.ts';

interface DecisionDialogProps {
  readonly contact: ContactView;
  onClose(): void;
}

/** The dialog that lies above the page of a contact, if one does. */
export function ContactDialogs({ contact }: { readonly contact: ContactView }): ReactNode {
  const { store } = useHallwayContext();
  const overlay = useHallway(selectOverlay);
  const onClose = (): void => store.navigate(closeOverlay);
  switch (overlay) {
    case undefined:
      return null;
    case 'compare-codes':
      return <SafetyDialog contact={contact} onClose={onClose} />;
    case 'block':
      return <BlockDialog contact={contact} onClose={onClose} />;
    case 'clear-history':
      return <ClearDialog contact={contact} onClose={onClose} />;
  }
}

function BlockDialog({ contact, onClose }: DecisionDialogProps): ReactNode {
  const { peerId, name, isBlocked } = contact;
  const { isPending, problem, decide } = useDecision();

  async function change(): Promise<void> {
    if (await decide((client) => client.call('setBlocked', { peerId, blocked: !isBlocked }))) onClose();
  }

  return (
    <Dialog
      title={
        <>
          {isBlocked ? 'Unblock' : 'Block'} <bdi>{name}</bdi>?
        </>
      }
      onClose={onClose}
      actions={
        <>
          <Button kind={isBlocked ? 'main' : 'danger'} disabled={isPending} onPress={() => void change()}>
            {isBlocked ? 'Unblock' : 'Block'}
          </Button>
          <Button kind="boxed" onPress={onClose}>
            Keep as it is
          </Button>
        </>
      }
    >
      <p>
        {isBlocked
          ? 'Messages can go both ways again. What they wrote meanwhile may still arrive.'
          : 'Their messages are refused and yours are not sent. They are not told, but their messages stay undelivered. What was said so far is kept. You can unblock them at any time.'}
      </p>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </Dialog>
  );
}

function ClearDialog({ contact, onClose }: DecisionDialogProps): ReactNode {
  const { client } = useHallwayContext();
  const [problem, setProblem] = useState<string>();

  async function clear(): Promise<void> {
    const result = await client.call('clearConversation', { conversation: conversationOf(contact.peerId) });
    if (result.ok) onClose();
    else setProblem(result.message);
  }

  return (
    <Dialog
      title={
        <>
          Clear what was said with <bdi>{contact.name}</bdi>?
        </>
      }
      onClose={onClose}
      actions={
        <>
          <Button kind="danger" onPress={() => void clear()}>
            Clear history
          </Button>
          <Button kind="boxed" onPress={onClose}>
            Keep it
          </Button>
        </>
      }
    >
      <p>
        It is deleted from this computer and cannot be brought back. Their computer keeps its own. What is not delivered yet
        stays.
      </p>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </Dialog>
  );
}
