/** Dialogs that confirm a decision that cannot be undone, or that has hidden consequences. */
import type { ReactNode } from 'react';
import { useState } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
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

/** The dialog above the contact's page, if one is open. */
export function ContactDialogs({ contact }: { readonly contact: ContactView }): ReactNode {
  const { store } = useHallwayContext();
  const overlay = useHallway(selectOverlay);
  const onClose = (): void => store.navigate(closeOverlay);
  switch (overlay) {
    case undefined:
    case 'profile':
    case 'join-room':
    case 'room-details':
    case 'palette':
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
        isBlocked
          ? said('decide.unblock.title', { name: <bdi>{name}</bdi> })
          : said('decide.block.title', { name: <bdi>{name}</bdi> })
      }
      onClose={onClose}
      closeLabel={say('decide.cancel')}
      actions={
        <Button kind={isBlocked ? 'main' : 'danger'} disabled={isPending} onPress={() => void change()}>
          {isBlocked ? say('decide.unblock') : say('decide.block')}
        </Button>
      }
    >
      <p>{isBlocked ? say('decide.unblock.details') : say('decide.block.details')}</p>
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
      title={said('decide.delete.title', { name: <bdi>{contact.name}</bdi> })}
      onClose={onClose}
      closeLabel={say('decide.cancel')}
      actions={
        <Button kind="danger" onPress={() => void clear()}>
          {say('decide.delete')}
        </Button>
      }
    >
      <p>{say('decide.delete.details')}</p>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </Dialog>
  );
}
