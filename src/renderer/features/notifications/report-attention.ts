/**
 * Tells the core what the user looks at in this page, so that nothing calls them away from it (rules
 * NOTIFY-3 and NOTIFY-4), and that they are there (AWAY-5, AWAY-9).
 */
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import type { SignOfLife } from '../../state/sign-of-life.ts';
import type { HallwayStore } from '../../state/store.ts';
import { hasFocus, subscribeToFocus } from '../../ui/window-focus.ts';

/** Reports of input are at least so far apart: often enough for minutes of idle time. */
export const activityIntervalMs = 4_000;

const inputs = ['keydown', 'pointermove', 'pointerdown', 'wheel', 'touchstart'] as const;

interface Deps {
  readonly link: Pick<Link, 'onOpen'>;
  readonly client: Pick<RpcClient, 'call'>;
  readonly store: Pick<HallwayStore, 'getState' | 'subscribe'>;
  readonly signOfLife: SignOfLife;
  readonly monotonicMs: () => number;
}

export function reportAttention({ link, client, store, signOfLife, monotonicMs }: Deps): Unsubscribe {
  let reported: { readonly isFocused: boolean; readonly conversation: ConversationId | null } | undefined;
  let activeAtMs = Number.NEGATIVE_INFINITY;

  function report(): void {
    const { open, isAttended } = store.getState().messages;
    const isFocused = hasFocus() && signOfLife.isFresh();
    const conversation = isAttended && open !== undefined ? open.conversation : null;
    if (reported?.isFocused === isFocused && reported.conversation === conversation) return;
    reported = { isFocused, conversation };
    void client.call('setAttention', reported);
  }

  function reportInput(): void {
    const nowMs = monotonicMs();
    if (nowMs - activeAtMs < activityIntervalMs) return;
    activeAtMs = nowMs;
    void client.call('reportActivity', {});
  }

  for (const input of inputs) window.addEventListener(input, reportInput, { capture: true, passive: true });
  const undo = [
    store.subscribe(report),
    signOfLife.subscribe(report),
    subscribeToFocus(report),
    link.onOpen(() => {
      reported = undefined;
      report();
    }),
    () => inputs.forEach((input) => window.removeEventListener(input, reportInput, { capture: true })),
  ];
  return () => undo.splice(0).forEach((stop) => stop());
}
