/** Tells the other that we type, and that we stopped: cleared the field, sent it, went elsewhere, or paused. */
import { useEffect, useMemo } from 'react';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { setTimer } from '../../ui/timers.ts';

/** Said again at most this often while it goes on: the core makes less of it. */
const sayEveryMs = 2_000;
/** No key for this long is a pause. */
const pauseMs = 5_000;

export interface TypingSignal {
  /** After each change of the field. */
  changed(text: string): void;
  stopped(): void;
}

export function useTypingSignal(peerId: PeerId): TypingSignal {
  const { client } = useHallwayContext();
  const signal = useMemo(() => createTypingSignal(client, peerId), [client, peerId]);
  useEffect(() => () => signal.stopped(), [signal]);
  return signal;
}

function createTypingSignal(client: RpcClient, peerId: PeerId): TypingSignal {
  let cancelPause: Unsubscribe | undefined;
  let cancelRest: Unsubscribe | undefined;

  function stopped(): void {
    cancelRest?.();
    cancelRest = undefined;
    if (cancelPause === undefined) return;
    cancelPause();
    cancelPause = undefined;
    void client.call('setTyping', { peerId, isTyping: false });
  }

  return {
    changed(text) {
      if (text === '') return stopped();
      cancelPause?.();
      cancelPause = setTimer(stopped, pauseMs);
      if (cancelRest !== undefined) return;
      cancelRest = setTimer(() => (cancelRest = undefined), sayEveryMs);
      void client.call('setTyping', { peerId, isTyping: true });
    },
    stopped,
  };
}
