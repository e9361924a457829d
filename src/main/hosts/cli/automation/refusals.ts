/** How commands of the automation interface are refused: a code for programs, a sentence for people. The codes are in docs/AUTOMATION.md. */
import { describeRefusal } from '../../../../shared/text/messages/describe-problem.ts';
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
  return refusal(id, 'not-available', `"${cmd}" is not available here.`);
}

export function notAvailableYet(id: CommandId, what: string): AutomationObject {
  return refusal(id, 'not-available', `${what} not available yet in this version.`);
}

export function unknownMessage(id: CommandId): AutomationObject {
  return refusal(id, 'unknown-message', 'There is no such message.');
}

export function unresolved(
  id: CommandId,
  { code, values, candidates }: Extract<ResolvedPerson, { ok: false }>,
): AutomationObject {
  const message = describeRefusal({ code, values });
  if (candidates.length === 0) return refusal(id, code, message);
  const listed = candidates.map(({ peerId, name, isHere }) => ({ peerId, name, here: isHere }));
  const named = candidates.map(({ peerId, isHere }) => `${peerId} (${isHere ? 'here' : 'not here'})`);
  return { reply: id, ok: false, code, message: `${message} ${named.join(', ')}`, candidates: listed };
}
