/** Serves the calls about drafts, and sends their changes. */
import type { draftCalls } from '../../../../shared/contract/drafts.ts';
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { notAvailable, refused } from './failures.ts';
import { answerFromStore } from './messages.ts';

export function draftHandlers({ drafts }: Pick<Hallway, 'drafts'>): HandlersOf<typeof draftCalls> {
  return {
    drafts: () => (drafts ? answerFromStore(() => ({ drafts: [...drafts.starts()] })) : notAvailable),
    draft: ({ conversation }) => (drafts ? answerFromStore(() => drafts.get(conversation)) : notAvailable),
    async setDraft({ conversation, text }) {
      if (!drafts) return notAvailable;
      const set = await drafts.set(conversation, text);
      return set.ok ? { ok: true, output: set.draft } : refused(set);
    },
  };
}

/** @returns its undo */
export function forwardDrafts(
  { drafts }: Pick<Hallway, 'drafts'>,
  emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void,
): Unsubscribe {
  return drafts?.subscribe((draft) => emit('draft', draft)) ?? (() => undefined);
}
