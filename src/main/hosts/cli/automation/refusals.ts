/** How commands of the automation interface are refused: a code for programs, a sentence for people. The codes are in docs/AUTOMATION.md. */
import { say } from '../../../../shared/text/messages/host.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { ResolvedPerson } from '../../../core/contacts/resolve-contact.ts';
import type { AutomationCommand, CommandId } from './automation-command.ts';
import type { AutomationObject } from './automation-objects.ts';

export function refusal(id: CommandId, code: string, message: string): AutomationObject {
  return { reply: id, ok: false, code, message };
}

/** By the core, which answers a code and values. */
export function refused(id: CommandId, { code, values }: Refusal): AutomationObject {
  return refusal(id, code, describeRefusal({ code, values }));
}

/** To somebody who may not ask for that. */
export function notAvailable({ id, cmd }: AutomationCommand): AutomationObject {
  return refusal(id, 'not-available', say('automation.not-here', { command: cmd }));
}

export function notAvailableYet(id: CommandId, what: string): AutomationObject {
  return refusal(id, 'not-available', say('automation.not-yet', { what }));
}

export function unknownMessage(id: CommandId): AutomationObject {
  return refusal(id, 'unknown-message', say('automation.no-message'));
}

export function unresolved(
  id: CommandId,
  { code, values, candidates }: Extract<ResolvedPerson, { ok: false }>,
): AutomationObject {
  const message = describeRefusal({ code, values });
  if (candidates.length === 0) return refusal(id, code, message);
  const listed = candidates.map(({ peerId, name, isHere }) => ({ peerId, name, here: isHere }));
  const named = candidates.map(({ peerId, isHere }) => say('automation.candidate', { peerId, where: isHere ? 'here' : 'away' }));
  return {
    reply: id,
    ok: false,
    code,
    message: say('automation.candidates', { refusal: message, candidates: named.join(', ') }),
    candidates: listed,
  };
}
