/** Serves the calls about pinned, archived and muted conversations, and says that they changed. */
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { marksCalls } from '../../../../shared/contract/marks.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { MarksArea, MarksResult } from '../../../core/marks/marks.ts';
import { notAvailable, refused } from './failures.ts';
import { answerFromStore } from './messages.ts';

type Done = CallResult<Record<string, never>>;

export function marksHandlers({ marks }: Pick<Hallway, 'marks'>): HandlersOf<typeof marksCalls> {
  return {
    pinConversation: ({ conversation, place }) => change((area) => area.pin(conversation, place)),
    archiveConversation: ({ conversation, isArchived }) => change((area) => area.archive(conversation, isArchived)),
    muteConversation: ({ conversation, untilMs }) => change((area) => area.mute(conversation, untilMs)),
    async markAllRead() {
      if (!marks) return notAvailable;
      const read = await answerFromStore(() => marks.markAllRead());
      return read.ok ? { ok: true, output: {} } : read;
    },
  };

  async function change(ask: (area: MarksArea) => MarksResult | Promise<MarksResult>): Promise<Done> {
    if (!marks) return notAvailable;
    const asked = await answerFromStore(() => ask(marks));
    if (!asked.ok) return asked;
    return asked.output.ok ? { ok: true, output: {} } : refused(asked.output);
  }
}

/** @returns its undo */
export function forwardMarks(
  { marks }: Pick<Hallway, 'marks'>,
  emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void,
): Unsubscribe {
  const undo = marks?.subscribe(({ conversation }) => emit('conversationChanged', { conversation }));
  return () => undo?.();
}
