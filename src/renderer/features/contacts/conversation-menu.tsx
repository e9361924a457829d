/** Actions on a conversation and its place in the list: pin, move, archive, read, mute. */
import { Ellipsis } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { CallInput, CallName } from '../../../shared/contract/index.ts';
import { say } from '../../../shared/text/messages/page.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectMayMute, selectTitle } from '../../state/message-selectors.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { endOf, type EndChoice } from '../../../shared/lib/end-choices.ts';
import { useMute } from './use-mute.ts';
import { Menu, type MenuAction } from './menu.tsx';

interface ConversationMenuProps {
  readonly conversation: ConversationId;
  readonly at: { readonly x: number; readonly y: number };
  onClose(): void;
}

export function ConversationMenu({ conversation, at, onClose }: ConversationMenuProps): ReactNode {
  const name = useHallway((state) => selectTitle(state, conversation));
  const [problem, setProblem] = useState<string>();
  const actions = useActions(conversation, (failure) => (failure === undefined ? onClose() : setProblem(failure)));
  return <Menu label={say('list.menu', { name })} at={at} actions={actions} problem={problem} onClose={onClose} />;
}

/** The same menu for the header of a conversation. */
export function ConversationMenuButton({ conversation }: Pick<ConversationMenuProps, 'conversation'>): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<ConversationMenuProps['at']>();

  function open(): void {
    const box = button.current?.getBoundingClientRect();
    setAt({ x: box?.left ?? 0, y: box?.bottom ?? 0 });
  }

  return (
    <>
      <IconButton
        ref={button}
        size={34}
        label={say('list.more')}
        title={say('list.more')}
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        onPress={open}
      >
        <Ellipsis size={18} aria-hidden="true" />
      </IconButton>
      {at !== undefined && <ConversationMenu conversation={conversation} at={at} onClose={() => setAt(undefined)} />}
    </>
  );
}

function useActions(conversation: ConversationId, onDone: (failure: string | undefined) => void): readonly MenuAction[] {
  const { client, ticker } = useHallwayContext();
  const { isMuted, mute, unmute } = useMute(conversation);
  const mayMute = useHallway((state) => selectMayMute(state, conversation));
  const pinned = useHallway(({ messages }) => messages.pinned);
  const summary = useHallway(({ messages }) => messages.conversations.get(conversation));
  const place = pinned.indexOf(conversation);

  function call<Name extends CallName>(name: Name, input: CallInput<Name>): void {
    finish(client.call(name, input));
  }

  function finish(asked: Promise<CallResult<object>>): void {
    void asked.then((result) => onDone(result.ok ? undefined : result.message));
  }

  const pin = (label: string, to: number | null, isDisabled = false): MenuAction => ({
    label,
    isDisabled,
    onChoose: () => call('pinConversation', { conversation, place: to }),
  });
  const pins =
    place < 0
      ? [pin(say('list.pin'), pinned.length)]
      : [
          pin(say('list.unpin'), null),
          pin(say('list.move-up'), place - 1, place === 0),
          pin(say('list.move-down'), place + 1, place === pinned.length - 1),
        ];
  const muteUntil = (label: string, choice?: EndChoice): MenuAction => ({
    label,
    onChoose: () => finish(mute(choice && endOf(choice, ticker.nowMs()))),
  });
  const mutes = !mayMute
    ? []
    : isMuted
      ? [{ label: say('list.unmute'), onChoose: () => finish(unmute()) }]
      : [muteUntil(say('list.mute-hour'), 'hour'), muteUntil(say('list.mute-tomorrow'), 'tomorrow'), muteUntil(say('list.mute'))];
  if (summary === undefined) return [...pins, ...mutes];
  const { archived, unread, last } = summary;
  return [
    ...pins,
    {
      label: archived ? say('list.unarchive') : say('list.archive'),
      onChoose: () => call('archiveConversation', { conversation, isArchived: !archived }),
    },
    ...(unread > 0
      ? [{ label: say('list.mark-read'), onChoose: () => call('markRead', { conversation, through: last.cursor }) }]
      : []),
    ...mutes,
  ];
}
