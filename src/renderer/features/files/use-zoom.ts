/** The zoom of a picture, from fit to eight times that, and its place while it is larger. */
import { useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, WheelEvent } from 'react';

const maxScale = 8;
const step = 1.25;
/** Pixels that an arrow key moves it. */
const panPixels = 60;

export interface Zoom {
  /** 1: it fits. */
  readonly scale: number;
  readonly transform: string;
  in(): void;
  out(): void;
  fit(): void;
  /** @returns whether it was a key of the zoom */
  onKey(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): boolean;
  readonly handlers: {
    onWheel(event: WheelEvent): void;
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(event: PointerEvent<HTMLElement>): void;
    onDoubleClick(): void;
  };
}

interface View {
  readonly scale: number;
  /** Pixels from its middle. */
  readonly x: number;
  readonly y: number;
}

const fitting: View = { scale: 1, x: 0, y: 0 };

/** @param subject another picture fits again */
export function useZoom(subject: string): Zoom {
  const [state, setState] = useState({ subject, view: fitting });
  const view = state.subject === subject ? state.view : fitting;
  const dragged = useRef<{ readonly x: number; readonly y: number }>(undefined);

  function change(to: (view: View) => View): void {
    setState((before) => ({ subject, view: to(before.subject === subject ? before.view : fitting) }));
  }

  function scaleBy(factor: number): void {
    change(({ scale, x, y }) => {
      const next = Math.min(maxScale, Math.max(1, scale * factor));
      // The middle stays where it is; what fits stands in the middle.
      return next === 1 ? fitting : { scale: next, x: (x * next) / scale, y: (y * next) / scale };
    });
  }

  function move(x: number, y: number): void {
    change((before) => (before.scale === 1 ? before : { ...before, x: before.x + x, y: before.y + y }));
  }

  const zoom = { in: () => scaleBy(step), out: () => scaleBy(1 / step), fit: () => change(() => fitting) };
  return {
    ...zoom,
    scale: view.scale,
    transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
    onKey({ key, shiftKey }) {
      if (key === '+' || key === '=') zoom.in();
      else if (key === '-') zoom.out();
      else if (key === '0') zoom.fit();
      else if (shiftKey && key in arrows) move(...(arrows[key as keyof typeof arrows] as [number, number]));
      else if (view.scale > 1 && (key === 'ArrowUp' || key === 'ArrowDown')) move(...(arrows[key] as [number, number]));
      else return false;
      return true;
    },
    handlers: {
      onWheel: ({ deltaY }) => void (deltaY !== 0 && scaleBy(deltaY < 0 ? step : 1 / step)),
      onPointerDown(event) {
        if (event.button !== 0 || view.scale === 1) return;
        dragged.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove({ clientX, clientY }) {
        if (dragged.current === undefined) return;
        move(clientX - dragged.current.x, clientY - dragged.current.y);
        dragged.current = { x: clientX, y: clientY };
      },
      onPointerUp: () => void (dragged.current = undefined),
      onDoubleClick: () => (view.scale === 1 ? scaleBy(2) : zoom.fit()),
    },
  };
}

/** The view moves that way, so the picture moves the other way. */
const arrows = {
  ArrowLeft: [panPixels, 0],
  ArrowRight: [-panPixels, 0],
  ArrowUp: [0, panPixels],
  ArrowDown: [0, -panPixels],
} as const satisfies Record<string, readonly [number, number]>;
