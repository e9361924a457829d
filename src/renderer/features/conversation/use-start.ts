/**
 * Decides where a list of messages starts, and takes one that starts at its end there before its
 * first frame. The list by itself waits for four frames, and hides its rows for 150 ms. A list that
 * starts elsewhere goes there by itself, because that needs the heights of its rows. Blank rows
 * would count as the end too early, and the list would follow its end from there. Such a list is
 * shown as soon as its start is still.
 */
import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import type { VirtuosoHandle } from 'react-virtuoso';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { MessageWindow } from '../../state/message-window.ts';
import type { OpenConversation } from '../../state/message-state.ts';

export interface Start {
  readonly index: number | 'LAST';
  readonly align: 'start' | 'center' | 'end';
}

/** The message to jump to, else the first new one, else the end. */
export function startOf({ target, firstUnread }: OpenConversation, { messages }: MessageWindow): Start {
  const index = messages.findIndex(({ cursor }) => cursor === (target ?? firstUnread));
  if (index < 0) return { index: 'LAST', align: 'end' };
  return { index, align: target === undefined ? 'start' : 'center' };
}

interface Deps {
  readonly list: RefObject<HTMLElement | null>;
  readonly virtuoso: RefObject<VirtuosoHandle | null>;
  readonly start: Start;
}

interface Starting {
  /** False while a list that starts at its end renders blank rows at its top. */
  readonly hasRows: boolean;
  /** For the style, which shows a list that is at its start. */
  readonly marks: { readonly 'data-start': 'end' | 'within'; readonly 'data-is-there': boolean };
  /** The list has rendered blank rows, so that it is as tall as it will be. */
  onBlanks(): void;
}

export function useStart({ list, virtuoso, start }: Deps): Starting {
  const [arrival] = useState(createArrival);
  const isThere = useSyncExternalStore(arrival.subscribe, arrival.isThere);
  const { index } = start;
  const isWithin = index !== 'LAST';

  useEffect(() => {
    if (!isWithin) return undefined;
    const placeOfRow = () => list.current?.querySelector(`[data-index="${index}"]`)?.getBoundingClientRect().top;
    return whenStill(placeOfRow, arrival.set);
  }, [list, arrival, index, isWithin]);

  function take(): void {
    const scroller = list.current?.querySelector<HTMLElement>('[role=log]');
    const before = scroller?.scrollTop;
    virtuoso.current?.scrollToIndex(start);
    // The browser itself tells of it in the next frame only.
    if (scroller?.scrollTop !== before) scroller?.dispatchEvent(new Event('scroll'));
    arrival.set();
  }

  return {
    hasRows: isWithin || isThere,
    marks: { 'data-start': isWithin ? 'within' : 'end', 'data-is-there': isThere },
    onBlanks() {
      // Behind the rendering in progress, and still in this frame.
      if (arrival.begin()) queueMicrotask(take);
    },
  };
}

/** Frames in which a row has kept its place before it counts as still. */
const stillFrames = 2;
/** Frames after which no more are waited for. The list shows its rows by itself then. */
const maxFrames = 30;

/** Calls `then` as soon as the place stays the same from frame to frame, however long they take. */
function whenStill(place: () => number | undefined, then: () => void): Unsubscribe {
  let before: number | undefined;
  let still = 0;
  let looks = 0;
  function look(): void {
    const now = place();
    still = now !== undefined && now === before ? still + 1 : 0;
    before = now;
    looks += 1;
    if (still >= stillFrames || looks >= maxFrames) then();
    else frame = requestAnimationFrame(look);
  }
  let frame = requestAnimationFrame(look);
  return () => cancelAnimationFrame(frame);
}

interface Arrival {
  /** @returns whether it is the first time */
  begin(): boolean;
  set(): void;
  isThere(): boolean;
  subscribe(listener: () => void): Unsubscribe;
}

/** Outside React, which renders a change of such a state before the frame. */
function createArrival(): Arrival {
  const changes = createEmitter<void>();
  let hasBegun = false;
  let isThere = false;
  return {
    begin() {
      const isFirst = !hasBegun;
      hasBegun = true;
      return isFirst;
    },
    set() {
      isThere = true;
      changes.emit();
    },
    isThere: () => isThere,
    subscribe: (listener) => changes.subscribe(listener),
  };
}
