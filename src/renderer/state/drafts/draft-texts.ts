/** How the texts of a draft from two places become one. Pure. */
import type { Draft } from '../../../shared/contract/drafts.ts';

/** Whether the core only repeats what this page gave it. */
export function isOwnAnswer({ pushed }: { readonly pushed: string | undefined }, { text }: Draft): boolean {
  return text === pushed;
}

/** The first text, and the second one after it. */
export function joinTexts(first: string, second: string): string {
  if (first === '' || second === '') return first + second;
  return `${first}\n${second}`;
}

/** @returns what was typed behind a text that was sent after all */
export function takeSentText(typed: string, sent: string): string {
  return typed === sent ? '' : typed.startsWith(`${sent}\n`) ? typed.slice(sent.length + 1) : typed;
}
