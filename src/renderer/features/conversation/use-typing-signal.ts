/** Signals that the user types, and that they stopped: cleared the field, sent, left or paused. */
import { useEffect, useMemo } from 'react';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { setTimer } from '../../ui/timers.ts';

/** Shortest time between two signals while typing continues; the core throttles them further. */
const sayEveryMs = 2_000;
/** A pause begins this long after the last key. */
const pauseMs = 5_000;

export interface TypingSignal {
  /** Call after each change of the field. */
  changed(text: string): void;
  stopped(): void;
}

/** @param peerId undefined in a room, where nobody is told */
export function useTypingSignal(peerId: PeerId | undefined): TypingSignal {
  const { client } = useHallwayContext();
  const signal = useMemo(() => (peerId === undefined ? silent : createTypingSignal(client, peerId)), [client, peerId]);
  useEffect(() => () => signal.stopped(), [signal]);
  return signal;
}

const silent: TypingSignal = { changed: () => undefined, stopped: () => undefined };

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
