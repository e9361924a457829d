/** Shows in a terminal chat which problems begin, and which are over. */
import type { Health } from '../../../../shared/contract/health.ts';
import { describeHealth } from '../../../../shared/text/messages/describe-problem.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { ChatScreen } from './chat-screen.ts';
import { healthText } from './chat-text.ts';

/** @returns takes all problems of now */
export function createHealthNotices(screen: ChatScreen): (health: readonly Health[]) => void {
  let shown = new Map<string, string>();
  return (health) => {
    for (const entry of health) if (!shown.has(entry.code)) screen.say(healthText(entry));
    for (const [code, title] of shown)
      if (!health.some((entry) => entry.code === code)) screen.say(say('chat.problem-over', { title }));
    shown = new Map(health.map((entry) => [entry.code, describeHealth(entry).title]));
  };
}
